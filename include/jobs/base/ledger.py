"""Write rows of the ledger stage_runs: what a stage took in, gave out, refused, and how long it took.

stdin: {"hdfs": store URL, "root": HDFS path, "rows": [{"run_date": "YYYY-MM-DD", columns of stage_runs}]}.
dag_id, run_id, stage, stage_name and status are needed; a column left out is NULL, and a run_date left out is
the day of started_at (ISO 8601).
stdout: {"rows", "paths": HDFS paths}.
Exit 2: a row lacks what is needed or has a column that stage_runs has not.

One file a row, named by dag, run, stage (and scan date or model version): a repeated stage replaces its row.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from jobs.base.protocol import JobInputError, need, run
from jobs.base.schemas import STAGE_RUNS, table
from jobs.base.store import Store, open_store
from lake.places import Places

NEEDED = ("dag_id", "run_id", "stage", "stage_name", "status")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def write_rows(store: Store, root: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Swap in one Parquet file a row.

    :raises JobInputError: see the module's docstring; nothing is written then.
    """
    files = dict(_file(Places(root), row) for row in rows)
    for path, row in files.items():
        store.swap_table(path, table([row], STAGE_RUNS))
    return {"rows": len(rows), "paths": sorted(files)}


def _file(places: Places, row: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    columns = dict(row)
    day = columns.pop("run_date", None) or str(columns.get("started_at") or "")[:10]
    missing = [name for name in NEEDED if columns.get(name) in (None, "")]
    unknown = sorted(columns.keys() - set(STAGE_RUNS.names))
    if missing or unknown or not DAY.fullmatch(day):
        raise JobInputError(
            f"ledger row of {columns.get('dag_id')}: lacks {missing}, unknown {unknown}, run_date {day!r}",
            "give the columns of stage_runs and a run_date as YYYY-MM-DD",
        )
    of = columns.get("scan_date_") or columns.get("model_version")
    parts = [_slug(columns["dag_id"]), _run_slug(columns["run_id"]), str(columns["stage"])]
    name = ".".join([*parts, _slug(of)] if of else parts)
    return places.stage_run(day, name), dict.fromkeys(STAGE_RUNS.names) | columns


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _run_slug(run_id: str) -> str:
    return f"{_slug(run_id)[:40]}-{hashlib.sha256(run_id.encode()).hexdigest()[:6]}"


def job(request: Mapping[str, Any]) -> dict[str, Any]:
    """Run from the request on stdin; its fields are in the module's docstring."""
    need(request, "hdfs", "root", "rows")
    return write_rows(open_store(request["hdfs"]), request["root"], request["rows"])


def main() -> int:
    """Run as a program."""
    return run(job)


if __name__ == "__main__":
    sys.exit(main())
