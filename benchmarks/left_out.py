"""What each memory of alike headers is worth: whole runs of `index` and `convert` with one of them left out.

Run with `.nightscan/venv/airflow/bin/python -m benchmarks.left_out [--repeats N]`, with
PYTHONPATH=plugins:include and NIGHTSCAN_SHARED_DATA. Data: the sarcoma landing zone or its 51 PET series, and
the 8 series of dcm_qa_nih. One process on one core, warm cache, in turn, each round begun by another;
processor time from start to end. Printed: seconds, median and range, and how many times those of the whole
program.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from night.follow import say
from night.report import table

from benchmarks.convert_series import pet_folder
from benchmarks.pinned import last_core, run_pinned
from imaging import __main__ as program

STRICT, WHOLE = "imaging.dicom_reading.strict", "nothing"
# What is left out -> module, class in it ('' for none), attribute, and its stand-in (text: another one).
SWITCHES: Mapping[str, tuple[str, str, str, Any]] = {
    "where elements stood (strict/layouts)": (f"{STRICT}.layouts", "Layouts", "learn", lambda *_: None),
    "items that stand alike (strict/nests)": (f"{STRICT}.nests", "_Nest", "_like", lambda *_: None),
    "index header of a like file (header)": ("imaging.dicom_reading.header", "", "_header", "_decoded"),
    "slice of a like file (series_reader)": ("imaging.series.series_reader", "", "_pattern", lambda *_: None),
    "parsed once (small_files)": ("imaging.series.small_files", "", "SMALL_BYTES", 0),
}


def leave_out(name: str) -> None:
    """Switch one memory off in this process; AttributeError when the code no longer has it."""
    module, owner, attribute, instead = SWITCHES[name]
    holder = getattr(import_module(module), owner) if owner else import_module(module)
    getattr(holder, attribute)
    setattr(holder, attribute, getattr(holder, instead) if isinstance(instead, str) else instead)


def run(words: list[str]) -> int:
    """Be the program without what the first of ``words`` names, on the others."""
    for name in SWITCHES if words[0] == "all" else [words[0]]:
        if name != WHOLE:
            leave_out(name)
    sys.argv[1:] = words[1:]
    return program.run()


def measure(command: list[str], out: Path, repeats: int) -> list[list[object]]:
    """Time one command with each memory left out; the first round is not counted."""
    names = [WHOLE, *SWITCHES, "all"]
    times: dict[str, list[float]] = {name: [] for name in names}
    for repeat in range(repeats + 1):
        first = repeat % len(names)
        for name in names[first:] + names[:first]:
            shutil.rmtree(out, ignore_errors=True)
            words = [sys.executable, "-m", "benchmarks.left_out", "--run", name, *command]
            seconds = run_pinned(words, last_core()).cpu_ms / 1000
            times[name] += [seconds] if repeat else []
    whole = statistics.median(times[WHOLE])
    return [
        [name, f"{middle:.2f} ({min(each):.2f} to {max(each):.2f})", f"{middle / whole:.2f}"]
        for name, each in times.items()
        for middle in [statistics.median(each)]
    ]


def main() -> int:
    """Measure and print."""
    if sys.argv[1:2] == ["--run"]:
        return run(sys.argv[2:])
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    shared = Path(os.environ["NIGHTSCAN_SHARED_DATA"])
    with tempfile.TemporaryDirectory(prefix="bench-left-out-") as folder:
        work, out = Path(folder), Path(folder) / "out"
        landing, heads = shared / "sts" / "landing", shared / "dcm_qa_nih" / "In"
        commands = {
            "index, sarcoma landing zone": ["index", str(landing)],
            "index, dcm_qa_nih": ["index", str(heads)],
            "convert, 51 PET series": ["convert", str(pet_folder(shared, work)), str(out)],
            "convert, dcm_qa_nih": ["convert", str(heads), str(out)],
        }
        for title, command in commands.items():
            say(f"\n{title}")
            table(measure(command, out, repeats), ["left out", "seconds", "times the whole"])
    return 0


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # as the program itself ends
