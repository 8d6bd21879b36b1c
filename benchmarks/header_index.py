"""What it costs to read a file's header for the index, beside pydicom and dcm2niix.

Run with `.nightscan/venv/airflow/bin/python -m benchmarks.header_index [--repeats N] [FOLDER ...]` and
PYTHONPATH=plugins:include; without folders it takes the shared data (NIGHTSCAN_SHARED_DATA). One process on
one core, warm cache; processor time, medians. Ours opens each file, reads its beginning and makes the
Header, as the index does; pydicom parses the same tags up to the pixels; dcm2niix lists the series of a
folder (`-n -1`). Printed: microseconds a file, and how many times ours that is.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import dcm2niix  # the wheel: its own start-up script would add that of Python
import pydicom
from night.report import table

from imaging.dicom_reading.header import HEADER_TAGS, read_header
from imaging.dicom_reading.source import quiet

SHARED = Path(
    os.environ.get("NIGHTSCAN_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")
)
FOLDERS = ("sts/landing", "dcm_qa_nih/In")


def ours(paths: Sequence[Path]) -> None:
    """Read the header of each file."""
    for path in paths:
        read_header(path)


def with_pydicom(paths: Sequence[Path]) -> None:
    """Parse the same tags with pydicom, and no more: it converts values only when they are used."""
    tags = list(HEADER_TAGS)
    with quiet():
        for path in paths:
            pydicom.dcmread(path, stop_before_pixels=True, force=True, specific_tags=tags)


def with_dcm2niix(folder: Path) -> None:
    """Let dcm2niix read the headers of a folder tree and list its series."""
    with tempfile.TemporaryDirectory() as out:
        command = [str(dcm2niix.bin), "-n", "-1", "-f", "x", "-d", "9", "-o", out, str(folder)]
        subprocess.run(command, check=False, capture_output=True)


def spent() -> float:
    """Return the processor time of this process and of those that it has waited for."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def seconds(work: Callable[[], None]) -> float:
    """Return the processor time of one run; with a warm cache that is all it takes."""
    began = spent()
    work()
    return spent() - began


def measure(folder: Path, repeats: int) -> list[list[object]]:
    """Return the table's rows for one folder; the peers take turns, so that all meet the same machine."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    works: dict[str, Callable[[], None]] = {
        "ours": lambda: ours(paths),
        "pydicom": lambda: with_pydicom(paths),
        "dcm2niix -n -1": lambda: with_dcm2niix(folder),
    }
    ours(paths)
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(repeats):
        for name, work in works.items():
            times[name].append(1e6 * seconds(work) / len(paths))
    base = statistics.median(times["ours"])
    return [
        [
            f"{folder.parent.name}/{folder.name}",
            len(paths),
            name,
            f"{statistics.median(each):.1f} ({min(each):.1f} to {max(each):.1f})",
            f"{statistics.median(each) / base:.1f}",
        ]
        for name, each in times.items()
    ]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, default=[SHARED / name for name in FOLDERS])
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    rows = [row for folder in arguments.folders for row in measure(folder, arguments.repeats)]
    table(rows, ["folder", "files", "reader", "us a file", "times ours"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
