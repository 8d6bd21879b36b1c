"""Spread the series of one scan date over Tez tasks that end together.

Refuses a scan date that has no mri_scans partition.

The work of a series is its uncompressed image times its regions. The table says for each series a key that
Hive sends to the reducer of its task (jobs.base.reducer_keys); Hive joins it to mri_scans.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from jobs.base.balance import balance, cost
from jobs.base.errors import JobInputError
from jobs.base.protocol import end, progress, run
from jobs.base.reducer_keys import reducer_keys
from jobs.base.schemas import FEATURE_TASKS, MRI_SCANS, table
from jobs.base.store import Store, open_store
from lake.places import Places
from messages.features import FeaturesPlanned, PlanFeatures

BITS = re.compile(r"\d+$")  # of a type's name: int16, float32


def plan_features(
    store: Store, root: str, scan_date: str, build: str, *, target_bytes: int, max_tasks: int
) -> FeaturesPlanned:
    """Write the table of tasks; the same scans give the same table.

    :raises JobInputError: the scan date has no mri_scans partition.
    """
    places = Places(root)
    path = places.scans(scan_date)
    if not store.exists(path):
        raise JobInputError(f"scan date {scan_date} has no {path}", "run stage 2 (preprocess) for it first")
    scans = store.read_table_or_empty(path, MRI_SCANS).to_pylist()
    costs = {scan["series_key"]: work(scan) for scan in scans}
    total = sum(costs.values())
    plan = balance(costs, max(target_bytes, -(-total // max_tasks)))
    tasks = max(1, len(plan.tasks))
    keyed = zip(
        plan.tasks, reducer_keys(tasks), strict=False
    )  # a date without series has one task all the same
    rows = [{"series_key": name, "task_key": key} for task, key in keyed for name in task]
    target = places.feature_tasks(scan_date, build)
    store.swap_table(target, table(rows, FEATURE_TASKS))
    heaviest = max((sum(costs[name] for name in task) for task in plan.tasks), default=0)
    progress(f"features {scan_date}: {len(costs)} series in {tasks} tasks, the heaviest of {heaviest} bytes")
    return FeaturesPlanned(
        scan_date=scan_date,
        build=build,
        tasks=tasks,
        series=len(costs),
        regions=sum(len(scan["masks"] or ()) for scan in scans),
        work_bytes=total,
        heaviest_bytes=heaviest,
        table=target,
    )


def work(scan: Mapping[str, Any]) -> int:
    """Return the work of a series: what reading and measuring it for each region costs, in bytes."""
    regions = len(scan["masks"] or ())
    if (scan["volumes"] or 1) > 1:  # refused by its header
        return cost(regions, 0)
    voxels = (scan["columns_"] or 0) * (scan["rows_"] or 0) * (scan["slices"] or 0)
    bits = BITS.search(scan["dtype"] or "")
    return cost(1 + regions, voxels * (int(bits.group()) if bits else 16) // 8 * regions)


def execute(request: PlanFeatures) -> FeaturesPlanned:
    """Do what the request asks."""
    return plan_features(
        open_store(request.hdfs),
        request.root,
        request.scan_date,
        request.build,
        target_bytes=request.target_bytes,
        max_tasks=request.max_tasks,
    )


def main() -> int:
    """Run as a program."""
    return run(PlanFeatures, execute)


if __name__ == "__main__":
    end(main())
