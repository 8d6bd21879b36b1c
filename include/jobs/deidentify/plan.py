"""Plan the de-identification of one scan date: one manifest line a series, in tasks that end together.

Environment: NIGHTSCAN_PATIENT_KEY, the site's key; only its id goes into the plan.
Refuses: the scan date has no raw files, or the key is missing or too short.

The build id is a hash of files, code, options and key id. All copies of one content are one file.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from typing import Any

from imaging.deid.options import Options
from jobs.base.balance import balance, cost
from jobs.base.dates import checked_date
from jobs.base.errors import JobInputError
from jobs.base.keys import build_id, site_key
from jobs.base.protocol import end, run
from jobs.base.raw_files import Row, contents, entry
from jobs.base.store import Store, open_store
from jobs.deidentify.worker import worker_of
from lake.places import Places
from messages.deidentify import DeidentifyPlanned, PlanDeidentify


def plan_deidentify(
    store: Store, root: str, scan_date: str, *, key: bytes, code: str, target_bytes: int
) -> DeidentifyPlanned:
    """Write manifest.txt of the build.

    :raises JobInputError: see the module's docstring.
    """
    places = Places(root)
    key_id = worker_of(key).pseudonyms.key_id
    raw = contents(store, places, scan_date)
    if not raw:
        raise JobInputError(f"scan date {scan_date} has no raw files", "run scan_intake for it first")
    options = json.dumps(dataclasses.asdict(Options()), sort_keys=True)
    build = build_id(raw, code, options, key_id)
    series = _group(raw.values())
    costs = {name: cost(len(files), sum(file["bytes"] for file in files)) for name, files in series.items()}
    plan = balance(costs, target_bytes)
    folder = places.deidentify_work(scan_date, build)
    lines = (
        "" if name is None else json.dumps({"files": series[name]}, sort_keys=True) for name in plan.lines
    )
    store.swap_all({f"{folder}/manifest.txt": "".join(f"{line}\n" for line in lines).encode()})
    return DeidentifyPlanned(
        scan_date=scan_date,
        build=build,
        key_id=key_id,
        manifest=f"{folder}/manifest.txt",
        output=f"{folder}/out",
        lines_per_map=plan.lines_per_task,
        tasks=len(plan.tasks),
        files=len(raw),
        bytes=sum(row["bytes"] for row in raw.values()),
    )


def _group(rows: Iterable[Row]) -> dict[str, list[dict[str, Any]]]:
    # Two files can only become one and the same when they have one series: then one mapper sees both.
    series: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        series.setdefault(row["series_key"] or "", []).append(entry(row))
    return series


def execute(request: PlanDeidentify) -> DeidentifyPlanned:
    """Do what the request asks."""
    return plan_deidentify(
        open_store(request.hdfs),
        request.root,
        checked_date(request.scan_date).isoformat(),
        key=site_key().secret,
        code=request.code,
        target_bytes=request.target_bytes,
    )


def main() -> int:
    """Run as a program."""
    return run(PlanDeidentify, execute)


if __name__ == "__main__":
    end(main())
