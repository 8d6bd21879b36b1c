"""DICOM to NIfTI, one core: this package against dcm2niix and dicom2nifti on the same folders, in one run.

Run with `.nightscan/venv/airflow/bin/python -m benchmarks.convert_series [--repeats N]`, with
PYTHONPATH=plugins:include and NIGHTSCAN_SHARED_DATA. Data: the 51 PET series of the sarcoma cohort (images
only), and the 8 series of dcm_qa_nih. Each tool converts a whole folder in one process, pinned to one core,
warm cache, in turn; every tool writes volumes (ours and dcm2niix JSON sidecars too), only ours also hashes
every input file. Printed: seconds of the process from start to end, median and range, volumes written, how
many times ours is faster, and the seconds without the start of the interpreter.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from night.follow import say
from night.report import table

from benchmarks.pinned import last_core

OURS = "nightscan"
CORE = str(last_core())
STRUCTURES = "RS.dcm"
LIBRARY = "dicom2nifti"
INTERPRETER = (OURS, LIBRARY)
EMPTY_FOLDER_RUNS = 5


def pet_folder(shared: Path, below: Path) -> Path:
    """Copy the images of the 51 PET series into one folder tree, without their region files."""
    folder = below / "pet"
    for source in sorted((shared / "sts" / "landing").glob("*/*/PET")):
        target = folder / source.parent.name
        target.mkdir(parents=True)
        for file in source.iterdir():
            if file.name != STRUCTURES:
                shutil.copy(file, target / file.name)
    return folder


def commands(source: Path, out: Path) -> dict[str, Sequence[str]]:
    """Give each tool's command line for one folder."""
    niix = str(Path(sys.executable).parent / "dcm2niix")
    call = f"import dicom2nifti; dicom2nifti.convert_directory({str(source)!r}, {str(out)!r}, reorient=False)"
    return {
        OURS: [sys.executable, "-m", "imaging", "convert", str(source), str(out)],
        "dcm2niix -z y": [niix, "-z", "y", "-b", "y", "-f", "%j", "-o", str(out), str(source)],
        "dcm2niix -z n": [niix, "-z", "n", "-b", "y", "-f", "%j", "-o", str(out), str(source)],
        LIBRARY: [sys.executable, "-c", call],
    }


def timed(command: Sequence[str], out: Path) -> tuple[float, int]:
    """Run a command on one core into an empty folder; return seconds and the volumes it wrote."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    os.sync()  # what the tool before wrote is not to be written out in this one's time
    began = time.monotonic()
    done = subprocess.run(["taskset", "-c", CORE, *command], capture_output=True, check=False)
    seconds = time.monotonic() - began
    volumes = sum(path.name.endswith((".nii", ".nii.gz")) for path in out.iterdir())
    if not volumes:
        raise SystemExit(f"{command[0]} wrote no volume: {done.stderr.decode()[-500:]}")
    return seconds, volumes


def start_up(name: str) -> float:
    """Measure what the tool takes before its first file: a run that has nothing to convert."""
    what = {OURS: "import imaging.__main__", LIBRARY: "import dicom2nifti"}[name]
    return statistics.median(_seconds([sys.executable, "-c", what]) for _ in range(EMPTY_FOLDER_RUNS))


def _seconds(command: Sequence[str]) -> float:
    began = time.monotonic()
    subprocess.run(["taskset", "-c", CORE, *command], check=True)
    return time.monotonic() - began


def measure(source: Path, work: Path, repeats: int) -> list[list[object]]:
    """Time every tool on one folder, in turn, each round begun by another; first times are left out."""
    out = work / "out"
    times: dict[str, list[float]] = {}
    written: dict[str, int] = {}
    tools = commands(source, out)
    quick = [name for name in tools if name != LIBRARY]
    rounds = [quick[repeat % len(quick) :] + quick[: repeat % len(quick)] for repeat in range(repeats + 1)]
    # by itself: a machine is not the same for a second of work that follows forty seconds of load
    rounds += [[LIBRARY]] * (repeats + 1)
    for names in rounds:
        for name in names:
            seconds, written[name] = timed(tools[name], out)
            times.setdefault(name, []).append(seconds)
    times = {name: times[name][1:] for name in tools}
    ours = statistics.median(times[OURS])
    rows: list[list[object]] = []
    for name, values in times.items():
        middle = statistics.median(values)
        spread = f"{middle:.2f} ({min(values):.2f} to {max(values):.2f})"
        work_only = f"{middle - start_up(name):.2f}" if name in INTERPRETER else f"{middle:.2f}"
        rows.append([name, written[name], spread, f"{middle / ours:.2f}", work_only])
    return rows


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    shared = Path(os.environ["NIGHTSCAN_SHARED_DATA"])
    work = Path(tempfile.mkdtemp(prefix="bench-convert-"))
    try:
        sources = {"51 PET series": pet_folder(shared, work), "dcm_qa_nih": shared / "dcm_qa_nih" / "In"}
        for title, source in sources.items():
            files = sum(path.is_file() for path in source.rglob("*"))
            say(f"\n{title}: {files} files")
            head = ["tool", "volumes", "seconds", f"times {OURS}", "without start-up"]
            table(measure(source, work, arguments.repeats), head)
    finally:
        shutil.rmtree(work)
    return 0


if __name__ == "__main__":
    sys.exit(main())
