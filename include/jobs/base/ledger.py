"""The ledger stage_runs: what a stage took in, gave out, refused, and how long it took.

`protocol.run` alone enters rows: any request may carry one. One file a row, named by dag, run, stage (and
scan date or model version): a repeated stage replaces its row.
"""

from __future__ import annotations

import hashlib
import re

from jobs.base.schemas import STAGE_RUNS, table
from jobs.base.store import Store
from lake.places import Places
from messages.message import Counted, LedgerRow


def enter(store: Store, root: str, row: LedgerRow, counted: Counted) -> None:
    """Swap in the row's file; what the stage left out is completed by what its program counted."""
    columns = {name: getattr(row, name) for name in STAGE_RUNS.names}
    for name in counted.__struct_fields__:
        if columns[name] is None:
            columns[name] = getattr(counted, name)
    store.swap_table(path_of(root, row), table([columns], STAGE_RUNS))


def path_of(root: str, row: LedgerRow) -> str:
    """Return the HDFS path of the row's file."""
    of = row.scan_date_ or row.model_version
    named = [_slug(row.dag_id), _run_slug(row.run_id), str(row.stage)]
    return Places(root).stage_run(row.run_date, ".".join([*named, _slug(of)] if of else named))


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _run_slug(run_id: str) -> str:
    return f"{_slug(run_id)[:40]}-{hashlib.sha256(run_id.encode()).hexdigest()[:6]}"
