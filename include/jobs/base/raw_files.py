"""The contents of a scan date as the planners list them: each once, whatever number of files hold it."""

from __future__ import annotations

from typing import Any

from jobs.base.schemas import RAW_FILES
from jobs.base.store import Store
from lake.places import Places

Row = dict[str, Any]


def contents(store: Store, places: Places, scan_date: str) -> dict[str, Row]:
    """Return a row of raw_files by content, in order of SHA-256; none without a partition."""
    rows = store.read_table_or_empty(places.raw_files(scan_date), RAW_FILES).to_pylist()
    return {row["sha256"]: row for row in sorted(rows, key=lambda row: str(row["sha256"]))}


def entry(row: Row) -> Row:
    """Return what a manifest says of a file, for its mapper to read and check it."""
    return {name: row[name] for name in ("raw_path", "sha256", "bytes")}
