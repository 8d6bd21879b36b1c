"""Our features beside pyradiomics, nyxus and mirp on the same regions, one core each, in one run.

Run with `.nightscan/venv/airflow/bin/python -m benchmarks.radiomics [--repeats N] [--peers FOLDER]`, with
PYTHONPATH=plugins:include and NIGHTSCAN_SHARED_DATA. Regions: PET, MR and CT of the sarcoma cohort. Classes:
those of pyradiomics (shape, first order, GLCM, GLRLM, GLSZM, NGTDM, dependence), matrices averaged over the
directions in space, 32 bins. Every tool is called once before it is timed; ours is called until the JVM has
compiled it, and what a fresh JVM takes is printed beside. "In memory" begins with image and mask in memory,
"with reading" with two files; processor time is that of the measuring thread for ours, of the process for
the peers. nyxus and mirp begin with files only; nyxus computes all its 3D features, because it has no group
of the same ones.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.pinned import last_core
from benchmarks.radiomics_engine import once, repeated, start, warming
from benchmarks.radiomics_peers import PEERS, Times, default_folder, install, measure
from radiomics_check.engine import BUILT_JAR
from radiomics_check.region import read_region

OURS = "nightscan"
REGIONS = {"PET": ("STS_001", "PET"), "MR": ("STS_002", "MR_T1"), "CT": ("STS_001", "CT")}
SETTINGS: Mapping[str, Any] = {
    "discretisation": {"method": "fbn", "bins": 32},
    "aggregations": ["3d_avg"],
    "classes": ["shape", "firstorder", "ih", "glcm", "glrlm", "glszm", "ngtdm", "ngldm"],
    "max_autocorrelation_points": 0,  # no peer but mirp has Moran's I and Geary's C
}
HEAD = (
    "region",
    "voxels",
    "tool",
    "features",
    "in memory",
    "processor",
    "with reading",
    "processor",
    "times ours",
    "times ours, processor",
)


def pair_of(shared: Path, region: str) -> tuple[Path, Path]:
    """Return image and mask of a region."""
    patient, kind = REGIONS[region]
    folder = shared / "sts" / "reference_nifti" / patient
    return folder / f"{kind}_image.nii.gz", folder / f"{kind}_mask.nii.gz"


def ours(
    jar: Path, pair: tuple[Path, Path], repeats: int, core: int, work: Path
) -> tuple[int, Mapping[str, Times]]:
    """Time our engine in a warm JVM; return the region's voxels and the times."""
    voxels = int(read_region(*pair).inside.sum())
    found = repeated(jar, pair, SETTINGS, warming(voxels) + repeats, core=core, work=work)
    times = {
        way: Times(
            found.features, found.warm(f"{prefix}wall_ms", repeats), found.warm(f"{prefix}cpu_ms", repeats)
        )
        for way, prefix in (("memory", "measure_"), ("reading", ""))
    }
    return voxels, times


def cells(times: Mapping[str, Times], way: str) -> list[str]:
    """Return the medians of wall and processor time, and the range of the first."""
    if way not in times:
        return ["", ""]
    found = times[way]
    wall = f"{statistics.median(found.wall_ms):.1f} ({min(found.wall_ms):.1f} to {max(found.wall_ms):.1f})"
    return [wall, f"{statistics.median(found.cpu_ms):.1f}"]


def ratio(times: Mapping[str, Times], own: Mapping[str, Times], clock: str) -> str:
    """Return how many times ours a tool takes by a clock: in memory where it can, and with reading."""
    ways = [way for way in ("memory", "reading") if way in times]
    found = [
        statistics.median(getattr(times[way], clock)) / statistics.median(getattr(own[way], clock))
        for way in ways
    ]
    return " / ".join(f"{value:.1f}" for value in found)


def markdown(rows: Sequence[Sequence[object]], head: Sequence[str]) -> str:
    """Return a markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def compare(given: argparse.Namespace, shared: Path, core: int, work: Path) -> str:
    """Time all tools on all regions, tool after tool on each."""
    rows = []
    for region in REGIONS:
        pair = pair_of(shared, region)
        voxels, own = ours(given.jar, pair, given.repeats, core, work)
        found = {OURS: own} | {
            peer.name: measure(peer, given.peers, pair, given.repeats, core) for peer in PEERS
        }
        for name, times in found.items():
            count = times["reading"].features
            ratios = [ratio(times, own, clock) for clock in ("wall_ms", "cpu_ms")]
            figures = [*cells(times, "memory"), *cells(times, "reading"), *ratios]
            rows.append([region, f"{voxels:,}", name, count, *figures])
    return markdown(rows, HEAD)


def fresh(given: argparse.Namespace, shared: Path, core: int, work: Path) -> str:
    """Time fresh JVMs: with nothing to do, and with one cold extraction each."""
    settings = work / "fresh.json"
    settings.write_text(json.dumps(SETTINGS))
    runs = {"nothing to do": [start(given.jar, core) for _ in range(given.repeats)]}
    for region in REGIONS:
        pair = pair_of(shared, region)
        runs[f"{region}, one extraction"] = [
            once(given.jar, pair, settings, core) for _ in range(given.repeats)
        ]
    rows = [
        [
            name,
            f"{statistics.median(run.wall_ms for run in found):.0f}",
            f"{statistics.median(run.cpu_ms for run in found):.0f}",
            f"{max(run.peak_mb for run in found):.0f}",
        ]
        for name, found in runs.items()
    ]
    return markdown(rows, ("a fresh JVM, start included", "ms", "processor", "peak MB"))


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument(
        "--peers", type=Path, default=default_folder(), help="folder of the peers' environments"
    )
    parser.add_argument("--jar", type=Path, default=BUILT_JAR)
    given = parser.parse_args()
    shared, core = Path(os.environ["NIGHTSCAN_SHARED_DATA"]), last_core()
    install(PEERS, given.peers)
    with tempfile.TemporaryDirectory(prefix="bench-radiomics-") as work:
        print(f"milliseconds, medians of {given.repeats} (range), one core; load {os.getloadavg()[0]:.1f}\n")
        print(compare(given, shared, core, Path(work)))
        print()
        print(fresh(given, shared, core, Path(work)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
