"""Two checkouts in one run: what the index, the conversion, the mapper's start and a DAG parse take in each.

Run with `.nightscan/venv/airflow/bin/python -m benchmarks.two_commits A B [--repeats N] [--only NAME ...]`,
PYTHONPATH=plugins:include and NIGHTSCAN_SHARED_DATA (or --shared). Each work is a process on one core with a
warm cache; both checkouts take turns (A B, B A, ...), and the first round is not counted. Index and
conversion: `python -m imaging` on the cohort's landing zone, on its 51 PET series and on dcm_qa_nih. Mapper:
the program that the stage of the preprocessing starts, with nothing to do. DAG parse: the DAG folder as a
DagBag, without the imports of Airflow itself. Printed: medians and ranges of processor and wall time, ms, and
the ratio B : A of the medians. The bytecode of both goes to folders of this run.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from night.report import table

from benchmarks.convert_series import pet_folder
from benchmarks.pinned import last_core, run_pinned

MAPPERS = ("jobs.preprocess.mapper", "jobs.preprocess")  # today's, and that of the time before the rooms
PARSE = """\
import json, sys, time
import airflow.sdk
from airflow.dag_processing.dagbag import DagBag
wall, cpu = time.perf_counter(), time.process_time()
bag = DagBag(dag_folder=sys.argv[1], safe_mode=False)
took = {"wall_ms": 1000 * (time.perf_counter() - wall), "cpu_ms": 1000 * (time.process_time() - cpu)}
print(json.dumps(took | {"dags": sorted(bag.dags), "errors": bag.import_errors}))
"""


@dataclass(frozen=True)
class Times:
    """What one run took, in milliseconds."""

    cpu_ms: float
    wall_ms: float


@dataclass(frozen=True)
class Checkout:
    """One checkout and the folder for what its runs write."""

    name: str
    root: Path
    scratch: Path
    mapper: str

    def run(self, arguments: Sequence[str]) -> tuple[Times, str]:
        """Run Python with the code of this checkout; return what it took and printed."""
        done = run_pinned(["env", *self._variables(), sys.executable, *arguments], last_core())
        return Times(done.cpu_ms, done.wall_ms), done.printed

    def _variables(self) -> list[str]:
        values = {
            "PYTHONPATH": f"{self.root}/plugins:{self.root}/include",
            "PYTHONPYCACHEPREFIX": str(self.scratch / "bytecode"),
            "AIRFLOW_HOME": str(self.scratch / "airflow"),
            "AIRFLOW__CORE__PLUGINS_FOLDER": f"{self.root}/plugins",
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "NIGHTSCAN_HDFS": f"file://{self.scratch}/store",
            "NIGHTSCAN_ROOT": "/medical_data",
            "NIGHTSCAN_SCAN_DATE": "2025-03-03",
            "NIGHTSCAN_BUILD": "0123456789abcdef",
            "NIGHTSCAN_MEMORY_MB": "1024",
        }
        return [
            *("-u" + name for name in ("NIGHTSCAN_CONFIG", "NIGHTSCAN_ENV", "PYTHONDONTWRITEBYTECODE")),
            *(f"{name}={value}" for name, value in values.items()),
        ]

    def index(self, landing: Path) -> Times:
        """Index a folder."""
        return self.run(["-m", "imaging", "index", str(landing)])[0]

    def convert(self, landing: Path) -> Times:
        """Convert a folder into an empty one."""
        out = self.scratch / "out"
        shutil.rmtree(out, ignore_errors=True)
        os.sync()  # what the run before wrote is not to be written out in this one's time
        times, _ = self.run(["-m", "imaging", "convert", str(landing), str(out)])
        if not any(out.glob("*.nii.gz")):
            raise SystemExit(f"{self.name} wrote no volume for {landing}")
        return times

    def start_mapper(self) -> Times:
        """Start the mapper with no line to convert."""
        return self.run(["-m", self.mapper])[0]

    def parse_dags(self) -> Times:
        """Parse the DAG folder in a fresh process; the time is that of the parse alone."""
        printed = self.run(["-c", PARSE, str(self.root / "dags")])[1]
        result: dict[str, Any] = json.loads(printed.splitlines()[-1])
        if result["errors"] or not result["dags"]:
            raise SystemExit(f"the DAGs of {self.name} do not parse: {result['errors'] or 'there is none'}")
        return Times(result["cpu_ms"], result["wall_ms"])


def find_mapper(root: Path) -> str:
    """Return the module of the mapper that converts.

    :raises SystemExit: it has another name there.
    """
    for name in MAPPERS:
        if (root / "include" / f"{name.replace('.', '/')}.py").is_file():
            return name
    raise SystemExit(f"{root} has none of {', '.join(MAPPERS)}; name its mapper with --mapper-a, --mapper-b")


def works(shared: Path, below: Path) -> Mapping[str, Callable[[Checkout], Times]]:
    """Return what is timed, by name."""
    landing, pet, qa = shared / "sts" / "landing", pet_folder(shared, below), shared / "dcm_qa_nih" / "In"
    return {
        "index sts": lambda one: one.index(landing),
        "convert PET": lambda one: one.convert(pet),
        "convert dcm_qa_nih": lambda one: one.convert(qa),
        "mapper start": Checkout.start_mapper,
        "DAG parse": Checkout.parse_dags,
    }


def measure(work: Callable[[Checkout], Times], a: Checkout, b: Checkout, repeats: int) -> list[list[Times]]:
    """Time one work in both checkouts, A B, B A, ...; the first round of each is left out."""
    times: dict[str, list[Times]] = {"A": [], "B": []}
    for number in range(repeats + 1):
        for checkout in (a, b) if number % 2 == 0 else (b, a):
            times[checkout.name].append(work(checkout))
    return [times[name][1:] for name in ("A", "B")]


def rows(name: str, a: Sequence[Times], b: Sequence[Times]) -> list[list[object]]:
    """Return a row for each clock: medians and ranges, ms, and the ratio B : A of the medians."""
    found: list[list[object]] = []
    for clock in ("cpu_ms", "wall_ms"):
        mine, other = ([float(getattr(times, clock)) for times in each] for each in (a, b))
        spreads = (
            f"{statistics.median(each):.1f} ({min(each):.1f} to {max(each):.1f})" for each in (mine, other)
        )
        ratio = statistics.median(other) / statistics.median(mine)
        found.append([name, clock.removesuffix("_ms"), *spreads, f"{ratio:.3f}"])
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("a", type=Path, help="checkout A, the reference")
    parser.add_argument("b", type=Path, help="checkout B")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="works to time; default: all")
    parser.add_argument("--shared", type=Path, default=os.environ.get("NIGHTSCAN_SHARED_DATA"))
    parser.add_argument("--mapper-a", help="module of A's mapper, when no stage names it")
    parser.add_argument("--mapper-b", help="module of B's mapper")
    given = parser.parse_args(arguments)
    if given.shared is None:
        parser.error("NIGHTSCAN_SHARED_DATA is not set; give --shared")
    with tempfile.TemporaryDirectory(prefix="two-commits-") as folder:
        below = Path(folder)
        pair = []
        for name, root, mapper in (("A", given.a, given.mapper_a), ("B", given.b, given.mapper_b)):
            scratch = below / name
            (scratch / "airflow").mkdir(parents=True)
            (scratch / "store").mkdir()
            pair.append(Checkout(name, root.resolve(), scratch, mapper or find_mapper(root)))
        all_works = works(given.shared, below)
        if unknown := sorted(set(given.only or ()) - all_works.keys()):
            parser.error(f"{', '.join(unknown)} is no work; the works: {', '.join(all_works)}")
        print(f"mappers: {pair[0].mapper}, {pair[1].mapper}; medians of {given.repeats}, ms (least to most)")
        found: list[list[object]] = []
        for name in given.only or all_works:
            found += rows(name, *measure(all_works[name], pair[0], pair[1], given.repeats))
        table(found, ["work", "clock", "A", "B", "B : A"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
