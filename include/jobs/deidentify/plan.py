"""Plan the de-identification of one scan date: one manifest line a series, in tasks that end together.

stdin: {"hdfs": store URL, "root": HDFS path, "scan_date": "YYYY-MM-DD", "code": hash of the shipped code,
"target_bytes": input of one map task}.
Environment: NIGHTSCAN_PATIENT_KEY, the site's key; only its id goes into the plan.
stdout: {"scan_date", "build", "key_id", "manifest": HDFS path, "output": HDFS folder for -output,
"lines_per_map", "tasks", "files": distinct contents of the date, "bytes"}.
Exit 2: the scan date has no raw files, or the key is missing or too short.

The build id is a hash of files, code, options and key id. All copies of one content are one file.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from imaging.deid.options import Options
from jobs.base.balance import balance, cost
from jobs.base.dates import checked_date
from jobs.base.keys import build_id, site_key
from jobs.base.protocol import JobInputError, need, run
from jobs.base.raw_files import Row, contents, entry
from jobs.base.store import Store, open_store
from jobs.deidentify.worker import worker_of
from lake.places import Places


def plan_deidentify(
    store: Store, root: str, scan_date: str, *, key: bytes, code: str, target_bytes: int
) -> dict[str, Any]:
    """Write manifest.txt of the build; return the result documented above.

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
    return {
        "scan_date": scan_date,
        "build": build,
        "key_id": key_id,
        "manifest": f"{folder}/manifest.txt",
        "output": f"{folder}/out",
        "lines_per_map": plan.lines_per_task,
        "tasks": len(plan.tasks),
        "files": len(raw),
        "bytes": sum(row["bytes"] for row in raw.values()),
    }


def _group(rows: Iterable[Row]) -> dict[str, list[dict[str, Any]]]:
    # Two files can only become one and the same when they have one series: then one mapper sees both.
    series: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        series.setdefault(row["series_key"] or "", []).append(entry(row))
    return series


def job(request: Mapping[str, Any]) -> dict[str, Any]:
    """Run from the request on stdin; its fields are in the module's docstring."""
    need(request, "hdfs", "root", "scan_date", "code", "target_bytes")
    return plan_deidentify(
        open_store(request["hdfs"]),
        request["root"],
        checked_date(request["scan_date"]).isoformat(),
        key=site_key().secret,
        code=request["code"],
        target_bytes=int(request["target_bytes"]),
    )


def main() -> int:
    """Run as a program."""
    return run(job)


if __name__ == "__main__":
    sys.exit(main())
