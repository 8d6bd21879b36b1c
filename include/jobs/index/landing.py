"""Index the landing zone: header reads and SHA-256 of new or changed files only.

Writes ROOT/index/landing.parquet, ROOT/index/dates.json ({"dates", "digests": {scan date: hash of its files},
"undated", "files", "newest_mtime"}) and the quarantine partition `undated` (one row a file), each by swap.
Refuses, with nothing written: landing zone absent, not a folder, without files, or without one usable DICOM
file.

Links are not followed. A row is kept while path, size and modification time of its file are the same, the
landing zone and the site's key too. Concurrent runs on one machine do the work once.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa

from imaging.reasons import Reason
from jobs.base.keys import SiteKey, files_digest, site_key
from jobs.base.paths import UNDATED, Places
from jobs.base.protocol import JobInputError, progress, run
from jobs.base.schemas import QUARANTINE, table
from jobs.base.store import Store, open_store, parquet_bytes
from jobs.index.links import link_regions
from jobs.index.rows import Found, describe, load
from jobs.index.scan import index_lock, landing_folder, walk
from jobs.index.schema import INDEX, Row
from messages.index import IndexLanding, LandingIndexed

THREADS = 4
BATCH = 32
NANO = 1_000_000_000
NOT_JUDGED = (Reason.UNREADABLE_FILE, Reason.CONVERTER_FAILED)  # read again at every run


def index_landing(landing: str, store: Store, root: str, key: SiteKey) -> dict[str, Any]:
    """Bring the index up to date and return the fields of LandingIndexed.

    :raises JobInputError: nothing to index.
    """
    with index_lock(landing, store.url(root)):
        return _index(landing_folder(landing), store, Places(root), key)


def _index(landing: Path, store: Store, places: Places, key: SiteKey) -> dict[str, Any]:
    started = time.monotonic()
    found = walk(landing)
    if not found:
        raise JobInputError(
            f"landing zone {landing} holds no file", "land DICOM files there, or correct `landing`"
        )
    old = store.read_table_or_empty(places.index(), INDEX)
    rows, read = _rows(landing, found, old, key)
    if not any(row["reason"] is None for row in rows):
        reasons = ", ".join(
            f"{n} {reason}" for reason, n in Counter(r["reason"] for r in rows).most_common(3)
        )
        raise JobInputError(
            f"landing zone {landing} holds {len(rows)} files, none of them usable DICOM ({reasons})",
            "point `landing` at the folder tree with the DICOM export",
        )
    link_regions(rows)
    new = pa.Table.from_pylist(rows, schema=INDEX)
    summary = _summary(rows)
    changed = not new.equals(old)
    # The index last: a crash before it makes the next run write all three again.
    files = {
        places.quarantine(UNDATED): parquet_bytes(_undated(rows)),
        places.index_dates(): json.dumps(summary, sort_keys=True).encode(),
    }
    if changed:
        files[places.index()] = parquet_bytes(new)
    store.swap_all(files)
    del summary["digests"]
    seconds = round(time.monotonic() - started, 3)
    reused = len(rows) - read
    return (
        summary
        | {"read": read, "reused": reused, "seconds": seconds, "changed": changed}
        | {"index": places.index()}
    )


def _rows(landing: Path, found: list[Found], old: pa.Table, key: SiteKey) -> tuple[list[Row], int]:
    listed = old.to_pylist() if old.schema.equals(INDEX) else []  # an index of other columns is made anew
    known = {(row["path"], row["size"], row["mtime_ns"]): row for row in listed}

    def kept(item: Found) -> Row | None:
        row = known.get((item.path, item.size, item.mtime_ns))
        same = row is not None and (row["landing"], row["key_id"]) == (str(landing), key.id)
        judged = row is not None and row["reason"] not in NOT_JUDGED and not item.error
        return dict(row, **_unlinked(row)) if row and same and judged else None

    rows = {item.path: row for item in found if (row := kept(item)) is not None}
    fresh = [item for item in found if item.path not in rows]
    progress(f"index: {len(found)} files, {len(fresh)} to read")
    with ThreadPoolExecutor(THREADS) as pool:
        for start in range(0, len(fresh), BATCH):
            loaded = pool.map(lambda item: load(landing, item), fresh[start : start + BATCH])
            rows |= {item.found.path: describe(landing, item, key) for item in loaded}
    return [rows[item.path] for item in found], len(fresh)


def _unlinked(row: Row) -> Row:
    return {"scan_date": row["own_date"], "target_series_key": None, "link_reason": None}


def _summary(rows: list[Row]) -> dict[str, Any]:
    dated: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row["reason"] is None:
            dated[row["scan_date"]].append(row["sha256"])
    return {
        "files": len(rows),
        "dates": {day: len(hashes) for day, hashes in sorted(dated.items())},
        "digests": {day: files_digest(hashes) for day, hashes in sorted(dated.items())},
        "undated": sum(row["reason"] is not None for row in rows),
        "newest_mtime": max(row["mtime_ns"] for row in rows) / NANO,
    }


def _undated(rows: list[Row]) -> pa.Table:
    return table(
        (
            {
                "sha256": row["sha256"],
                "raw_path": None,
                "source_path": f"{row['landing']}/{row['path']}",
                "level": "file",
                "reason": row["reason"],
                "evidence": row["evidence"],
                "patient_key": row["patient_key"],
                "series_key": row["series_key"],
                "build": None,
            }
            for row in rows
            if row["reason"] is not None
        ),
        QUARANTINE,
    )


def job(request: IndexLanding) -> LandingIndexed:
    """Do what the request asks."""
    store = open_store(request.hdfs)
    return LandingIndexed(**index_landing(request.landing, store, request.root, site_key()))


def main() -> int:
    """Run as a program."""
    return run(IndexLanding, job)


if __name__ == "__main__":
    sys.exit(main())
