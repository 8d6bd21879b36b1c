"""Index the landing zone: header reads and SHA-256 of new or changed files only.

Writes ROOT/index/landing.parquet, ROOT/index/dates.json ({"dates", "digests": {scan date: hash of its files},
"undated", "files", "newest_mtime"}) and the quarantine partition `undated` (one row a file), each by swap.
Refuses, with nothing written: landing zone absent, not a folder, without files, or without one usable DICOM
file.

What is listed: imaging.walk. A row is kept while path, size and modification time of its file are the
same, and landing zone, site's key and the code that reads headers too (jobs.index.reader). A file that only
other code has read is read again, not hashed again. A date that was taken in and has lost its last file to
another date is listed with 0 files, so that it is due. Concurrent runs on one machine do the work once.
"""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa

from imaging.reasons import Reason
from imaging.walk import Found, walk
from jobs.base.errors import JobInputError
from jobs.base.keys import SiteKey, site_key
from jobs.base.protocol import end, progress, run
from jobs.base.schemas import QUARANTINE, table
from jobs.base.store import Store, open_store, parquet_bytes
from jobs.index.links import link_regions, unlinked
from jobs.index.lock import index_lock, landing_folder
from jobs.index.reader import reader_id
from jobs.index.revisions import date_digest, emptied, revise
from jobs.index.rows import describe, load
from jobs.index.schema import INDEX, Row
from lake.folders import UNDATED
from lake.places import Places
from messages.index import IndexLanding, LandingIndexed

THREADS = 4
BATCH = 32
PROGRESS_FILES = 100 * BATCH  # from one message of progress to the next
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
    before = old.to_pylist()
    rows, read = _rows(landing, found, before, key)
    if not any(row["reason"] is None for row in rows):
        reasons = ", ".join(
            f"{n} {reason}" for reason, n in Counter(r["reason"] for r in rows).most_common(3)
        )
        raise JobInputError(
            f"landing zone {landing} holds {len(rows)} files, none of them usable DICOM ({reasons})",
            "point `landing` at the folder tree with the DICOM export",
        )
    link_regions(rows)
    revise(rows, before, key.id)
    new = pa.Table.from_pylist(rows, schema=INDEX)
    lost = emptied(rows, before, _digests(store, places), lambda day: store.exists(places.raw_files(day)))
    summary = _summary(rows, lost)
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
    done = {"read": read, "reused": len(rows) - read, "seconds": round(time.monotonic() - started, 3)}
    return summary | done | {"changed": changed, "index": places.index()}


def _rows(landing: Path, found: list[Found], old: list[Row], key: SiteKey) -> tuple[list[Row], int]:
    reader = reader_id()
    columns = set(INDEX.names)  # an index of others is made anew
    same = {"landing": str(landing), "key_id": key.id, "reader": reader}
    known = {
        (row.get("path"), row.get("size"), row.get("mtime_ns")): row
        for row in old
        if row.get("landing") == str(landing)
    }
    rows: dict[str, Row] = {}
    hashes: dict[str, str] = {}
    for item in found:
        row = known.get(item[:3], {})
        current = row.keys() == columns and same.items() <= row.items()
        if current and row["reason"] not in NOT_JUDGED and not item.error:
            rows[item.path] = unlinked(row)
        elif row.get("sha256"):
            hashes[item.path] = row["sha256"]
    fresh = [item for item in found if item.path not in rows]
    progress(f"index: {len(found)} files, {len(fresh)} to read, {len(hashes)} of them hashed before")
    with ThreadPoolExecutor(THREADS) as pool:
        for start in range(0, len(fresh), BATCH):
            batch = fresh[start : start + BATCH]
            loaded = pool.map(lambda item: load(landing, item, hashes.get(item.path, "")), batch)
            rows |= {item.found.path: describe(landing, item, key) | {"reader": reader} for item in loaded}
            if start and start % PROGRESS_FILES == 0:
                progress(f"index: {start} of {len(fresh)} files read")
    return [rows[item.path] for item in found], len(fresh)


def _digests(store: Store, places: Places) -> dict[str, str]:
    if not store.exists(places.index_dates()):
        return {}
    digests: dict[str, str] = json.loads(store.read(places.index_dates()))["digests"]
    return digests


def _summary(rows: list[Row], lost: list[str]) -> dict[str, Any]:
    dated: dict[str, list[Row]] = defaultdict(list, {day: [] for day in lost})
    for row in rows:
        if row["reason"] is None:
            dated[row["scan_date"]].append(row)
    return {
        "files": len(rows),
        "dates": {day: len(files) for day, files in sorted(dated.items())},
        "digests": {day: date_digest(files) for day, files in sorted(dated.items())},
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


def execute(request: IndexLanding) -> LandingIndexed:
    """Do what the request asks."""
    store = open_store(request.hdfs)
    return LandingIndexed(**index_landing(request.landing, store, request.root, site_key()))


def main() -> int:
    """Run as a program."""
    return run(IndexLanding, execute)


if __name__ == "__main__":
    end(main())
