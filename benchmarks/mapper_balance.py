"""Do the mappers of a large scan date end together? The sarcoma cohort as one date, planned, converted.

Run with `.nightscan/venv/airflow/bin/python -m benchmarks.mapper_balance [--mappers N]`, with
PYTHONPATH=plugins:include and NIGHTSCAN_SHARED_DATA. Plans the 3,602 files as `plan_preprocess` does, for as
many tasks as mappers and for the configured task size (no more mappers than tasks then), converts every
series once as the mapper does (one process, warm cache) and takes its CPU seconds for the schedule. Printed:
tasks, seconds of the shortest and the longest mapper, and the idle share: sum of (last end - own end) over
mappers x last end. The cost of a file beside its bytes is fitted to the same seconds, to be compared with
`FILE_COST_BYTES`.
"""

from __future__ import annotations

import argparse
import heapq
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from night.follow import say
from night.report import table

from imaging.folder.landing import IndexedFile, index_folder
from imaging.records import Header, Limits
from imaging.series.plan import Series, plan_of_headers
from jobs.base.balance import FILE_COST_BYTES, Plan, balance, cost
from jobs.base.keys import sha256
from jobs.preprocess.convert_line import Place, convert_line, work_of

TASK_BYTES = 96_000_000
PLACE = Place("/preprocessed", "benchmark")
Line = dict[str, Any]


def manifest(landing: Path) -> dict[str, Line]:
    """Give the manifest lines of a folder as if all of it had one scan date."""
    plan = plan_of_headers((file, file.header) for file in index_folder(landing))
    return {uid: _line(uid, group) for uid, group in plan.series.items()}


def _line(uid: str, group: Series[IndexedFile]) -> Line:
    modality = next(header.modality for _, header in _headers(group.images))
    line = {"series_key": uid, "patient_key": "", "study_key": "", "modality": modality}
    files, regions = ([_entry(*item) for item in _headers(each)] for each in (group.images, group.regions))
    return line | {"files": files, "regions": regions}


def _headers(files: Iterable[IndexedFile]) -> Iterable[tuple[IndexedFile, Header]]:
    return ((file, file.header) for file in files if isinstance(file.header, Header))


def _entry(file: IndexedFile, header: Header) -> Line:
    return {
        "raw_path": str(file.path),
        "sha256": sha256(file.path.read_bytes()),
        "bytes": file.size,
        "voxels": header.rows * header.columns * header.frames,
    }


def seconds_of(line: Line) -> float:
    """Read and convert one series; return the CPU seconds, which other work on the machine disturbs least."""
    began = time.process_time()
    data = {file["raw_path"]: Path(file["raw_path"]).read_bytes() for file in _files(line)}
    convert_line(work_of(line, data.pop, Limits()), PLACE)
    return time.process_time() - began


def _files(line: Line) -> list[Line]:
    return [*line["files"], *line["regions"]]


def ends(plan: Plan, seconds: Mapping[str, float], mappers: int) -> list[float]:
    """Let mappers take tasks in the order of the plan, each when it is free; return when each ends."""
    free = [0.0] * mappers
    for task in plan.tasks:
        heapq.heappush(free, heapq.heappop(free) + sum(seconds[name] for name in task))
    return sorted(free)


def idle(ended: Sequence[float]) -> float:
    """Return the share of the mappers' time that was spent waiting for the last one."""
    last = max(ended)
    return sum(last - own for own in ended) / (len(ended) * last)


def fitted(lines: Iterable[Line], seconds: Iterable[float]) -> tuple[float, float]:
    """Fit seconds = files x a + bytes x b; return a in bytes, and megabytes a second."""
    sizes = [(len(_files(line)), sum(file["bytes"] for file in _files(line))) for line in lines]
    (a, b), *_ = np.linalg.lstsq(np.array(sizes, float), np.array(list(seconds)), rcond=None)
    return float(a / b), float(1e-6 / b)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mappers", type=int, default=4)
    mappers = parser.parse_args().mappers
    series = manifest(Path(os.environ["NIGHTSCAN_SHARED_DATA"]) / "sts" / "landing")
    seconds_of(next(iter(series.values())))  # imports, and the decoder's tables
    seconds = {uid: seconds_of(line) for uid, line in series.items()}
    costs = {
        uid: cost(len(_files(line)), sum(file["bytes"] for file in _files(line)))
        for uid, line in series.items()
    }
    rows: list[list[object]] = []
    for name, target in (("tasks = mappers", -(-sum(costs.values()) // mappers)), ("task_mb", TASK_BYTES)):
        plan = balance(costs, target)
        ended = ends(plan, seconds, min(mappers, len(plan.tasks)))
        spread = f"{ended[0]:.2f} to {ended[-1]:.2f}"
        rows.append([name, len(plan.tasks), len(plan.lines), spread, f"{100 * idle(ended):.1f} %"])
    files = sum(len(_files(line)) for line in series.values())
    say(f"{len(series)} series, {files} files, {sum(seconds.values()):.2f} CPU seconds in one process")
    table(rows, ["plan", "tasks", "lines", "mappers end after, s", "idle"])
    file_cost, rate = fitted(series.values(), seconds.values())
    say(f"a file costs as much as {file_cost:,.0f} bytes ({FILE_COST_BYTES:,} planned) at {rate:.0f} MB/s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
