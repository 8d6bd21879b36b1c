"""What de-identification costs a file, beside a plain copy and pydicom's read and save.

Run with `.nightscan/venv/airflow/bin/python -m benchmarks.deid [--files N] [--peers PYTHON]` and
PYTHONPATH=include. All ways take the same files of the shared data in turn, one process, from a warm cache to
a folder in memory (or /tmp). `--peers` names a Python that has dicognito and deid. Printed: milliseconds a
file, median and range.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pydicom

from imaging.deid.folder import deidentify_file
from imaging.deid.pseudonyms import Pseudonyms
from imaging.deid.reasons import DeidRefusal
from imaging.deid.remover import Deidentifier

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
KEY = b"a key for measurements only"
DICOGNITO = """
import sys, time, pydicom
from pathlib import Path
from dicognito.anonymizer import Anonymizer
worker, out = Anonymizer(), Path(sys.argv[1])
files = sys.argv[2:]
began = time.perf_counter()
for number, name in enumerate(files):
    data = pydicom.dcmread(name)
    worker.anonymize(data)
    data.save_as(out / f"{number}.dcm")
print(1000 * (time.perf_counter() - began) / len(files))
"""
DEID = """
import sys, time
from pathlib import Path
from deid.dicom import get_identifiers, replace_identifiers
files = sys.argv[2:]
began = time.perf_counter()
ids = get_identifiers(files)
replace_identifiers(dicom_files=files, ids=ids, save=True, output_folder=sys.argv[1], overwrite=True)
print(1000 * (time.perf_counter() - began) / len(files))
"""


def sample(count: int) -> list[Path]:
    """Return ``count`` files of the shared data, spread evenly over PET, CT and MR series and EPI."""
    found = sorted((SHARED / "sts" / "landing").glob("*/*/*/*")) + sorted(
        (SHARED / "dcm_qa_nih" / "In").rglob("*.dcm")
    )
    if not found:
        raise FileNotFoundError(f"no shared data at {SHARED}")
    return found[:: max(1, len(found) // count)][:count]


def copy(source: Path, target: Path) -> None:
    """Copy the bytes."""
    shutil.copyfile(source, target)


def read_and_save(source: Path, target: Path) -> None:
    """Read with pydicom and save."""
    pydicom.dcmread(source).save_as(target)


def ours(*, check: bool) -> Callable[[Path, Path], None]:
    """Return our way, with or without the second reading that the folder command always does."""
    worker = Deidentifier(Pseudonyms(KEY))

    def deidentify(source: Path, target: Path) -> None:
        made = deidentify_file(source.read_bytes(), worker, check=check)
        if isinstance(made, DeidRefusal):
            raise TypeError(f"a file of the sample is refused: {made.reason}")
        target.write_bytes(made.data)

    return deidentify


def each(way: Callable[[Path, Path], None], files: Sequence[Path], out: Path) -> float:
    """Return the milliseconds a file takes."""
    began = time.perf_counter()
    for number, path in enumerate(files):
        way(path, out / f"{number}.dcm")
    return 1000 * (time.perf_counter() - began) / len(files)


def peer(python: str, script: str, files: Sequence[Path], out: Path) -> float:
    """Run a peer in its own interpreter; its start is not counted."""
    command = [python, "-c", script, str(out), *map(str, files)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout.split()[-1])


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--peers", help="a Python with dicognito and deid")
    given = parser.parse_args()
    files = sample(given.files)
    ways: dict[str, Callable[[Path], float]] = {
        "file copy": lambda out: each(copy, files, out),
        "pydicom read and save": lambda out: each(read_and_save, files, out),
        "ours, with the residual check": lambda out: each(ours(check=True), files, out),
        "ours, without": lambda out: each(ours(check=False), files, out),
    }
    if given.peers:
        ways["dicognito"] = lambda out: peer(given.peers, DICOGNITO, files, out)
        ways["deid"] = lambda out: peer(given.peers, DEID, files, out)
    times: dict[str, list[float]] = {name: [] for name in ways}
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made below it
    for _ in range(given.repeats):
        for name, way in ways.items():
            with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as out:
                times[name].append(way(Path(out)))
    size = sum(path.stat().st_size for path in files) / len(files) / 1000
    print(f"{len(files)} files of {size:.0f} kB in the mean, {given.repeats} repeats in turn; ms a file")
    for name, values in times.items():
        print(f"{name:32}{statistics.median(values):8.2f}  ({min(values):.2f} to {max(values):.2f})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
