"""How the cost of our features grows with the region: balls of about 1e3 to 1e7 voxels.

Run with `.nightscan/venv/airflow/bin/python -m benchmarks.radiomics_scaling [--repeats N] [--largest N]` and
PYTHONPATH=plugins:include. Balls of smoothed noise, voxels of 1 mm, as uncompressed NIfTI in a temporary
folder; all classes, matrices averaged over the directions in space, 32 bins, one core, warm JVM. Printed:
medians, nanoseconds a voxel, the exponent of the time against the voxels (least squares of the logarithms),
and the peak memory of the process beside the heap it was given. With the default settings Moran's I and
Geary's C are NULL for boxes above their limit; the column of NULL features shows where.
"""

from __future__ import annotations

import argparse
import importlib
import os
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.pinned import last_core
from benchmarks.radiomics import markdown
from benchmarks.radiomics_engine import repeated, warming
from radiomics_check.engine import BUILT_JAR

SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
LARGE = 10_000
MARGIN_VOXELS = 2
SMOOTHING_PASSES = 2
# bytes a voxel of the box: the image in double precision, and what the engine adds
HEAP_BYTES_PER_VOXEL = 40
HEAP_BASE_MB = 128
HEAD = ("voxels", "box voxels", "ms", "processor", "with reading", "ns a voxel", "NULL", "heap MB", "peak MB")


@dataclass(frozen=True)
class Point:
    """One size: voxels of the region, milliseconds of the features alone by both clocks, the table's row."""

    voxels: int
    wall_ms: float
    cpu_ms: float
    row: Sequence[object]


def ball(voxels: int) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Return texture and mask of a ball of about ``voxels`` voxels."""
    radius = (3 * voxels / (4 * np.pi)) ** (1 / 3)
    side = 2 * int(np.ceil(radius)) + 1 + 2 * MARGIN_VOXELS
    steps = (np.arange(side) - side // 2).astype(np.float32) ** 2
    inside = steps[:, None, None] + steps[None, :, None] + steps[None, None, :] <= radius**2
    noise = np.random.default_rng(voxels)
    values: NDArray[Any] = noise.standard_normal((side, side, side), dtype=np.float32)
    for _ in range(SMOOTHING_PASSES):
        for axis in range(values.ndim):
            values = (np.roll(values, 1, axis) + values + np.roll(values, -1, axis)) / 3
    return values, inside.astype(np.uint8)


def write(folder: Path, voxels: int) -> tuple[Path, Path, int]:
    """Write image and mask of a ball; return their paths and the voxels of the box."""
    nibabel: Any = importlib.import_module("nibabel")
    paths = folder / "image.nii", folder / "mask.nii"
    arrays = ball(voxels)
    for path, array in zip(paths, arrays, strict=True):
        nibabel.Nifti1Image(array, np.eye(4)).to_filename(str(path))
    return *paths, arrays[0].size


def measure(voxels: int, given: argparse.Namespace, core: int) -> Point:
    """Time one size in a fresh JVM."""
    with tempfile.TemporaryDirectory(prefix="bench-scaling-") as name:
        image, mask, box = write(Path(name), voxels)
        settings: dict[str, Any] = {
            "discretisation": {"method": "fbn", "bins": 32},
            "aggregations": ["3d_avg"],
            "max_box_voxels": 2 * box,  # with the margin that local intensity needs
        }
        if given.autocorrelation_points is not None:
            settings["max_autocorrelation_points"] = given.autocorrelation_points
        heap_mb = given.heap_mb or HEAP_BASE_MB + HEAP_BYTES_PER_VOXEL * box // 2**20
        found = repeated(
            given.jar,
            (image, mask),
            settings,
            warming(voxels) + given.repeats,
            core=core,
            work=Path(name),
            java_options=[f"-Xmx{heap_mb}m"],
        )
    wall, cpu, reading = (
        statistics.median(found.warm(way, given.repeats))
        for way in ("measure_wall_ms", "measure_cpu_ms", "wall_ms")
    )
    measured = int(found.printed["voxels"])
    nulls = len(found.printed["null_reasons"])
    times = [f"{wall:.1f}", f"{cpu:.1f}", f"{reading:.1f}", f"{1e6 * wall / measured:.0f}"]
    row = [f"{measured:,}", f"{box:,}", *times, nulls, heap_mb, f"{found.process.peak_mb:.0f}"]
    return Point(measured, wall, cpu, row)


def exponent(points: Sequence[Point], clock: str) -> float:
    """Return the slope of log time against log voxels by least squares; ``clock`` is wall_ms or cpu_ms."""
    times = [np.log(getattr(point, clock)) for point in points]
    slope, _ = np.polyfit([np.log(point.voxels) for point in points], times, 1)
    return float(slope)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--largest", type=int, default=SIZES[-1], help="leave out larger balls")
    parser.add_argument("--heap-mb", type=int, help="-Xmx for every size (default: by the box)")
    parser.add_argument("--autocorrelation-points", type=int, help="limit of Moran's I and Geary's C")
    parser.add_argument("--jar", type=Path, default=BUILT_JAR)
    given = parser.parse_args()
    core = last_core()
    points = [measure(size, given, core) for size in SIZES if size <= given.largest]
    print(f"features only, medians of {given.repeats}, one core; load {os.getloadavg()[0]:.1f}\n")
    print(markdown([point.row for point in points], HEAD))
    large = [point for point in points if point.voxels > LARGE / 2]
    for name, group in (("all sizes", points), ("1e4 and more", large)):
        if len(group) > 1:
            wall, cpu = (exponent(group, clock) for clock in ("wall_ms", "cpu_ms"))
            print(f"\nexponent over {name}: {wall:.3f}, of processor time {cpu:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
