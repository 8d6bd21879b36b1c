"""Check what DistCp brought and make it the raw images of a scan date.

Refuses: a file is missing, has another length or another SHA-256, or one came that was not asked for; the
rows are named and nothing is committed.

Checked: the presence and length of every file, the SHA-256 of all that came in up to 50, else of 50 of them
evenly spaced by hash. The first commit of a date is one rename of the folder; later ones move file by file
into it. raw_files is swapped last, so a crash at any point leaves files that the next run takes over.
"""

from __future__ import annotations

from collections.abc import Mapping
from posixpath import dirname
from typing import Any

from jobs.base.errors import JobInputError
from jobs.base.keys import sha256
from jobs.base.protocol import end, progress, run
from jobs.base.store import Store, open_store, parquet_bytes
from lake.folders import hidden
from lake.places import Places
from messages.ingest import CommitIngest, IngestCommitted

SAMPLE = 50
SHOWN = 10


def commit_ingest(store: Store, root: str, scan_date: str, build: str) -> IngestCommitted:
    """Verify, move, and swap raw_files; safe to repeat after a crash at any point.

    :raises JobInputError: the copy does not agree with the plan, or there is no plan.
    """
    places = Places(root)
    rows = _plan(store, places, scan_date, build)
    expected = {f"{row['sha256']}.dcm": row["bytes"] for row in rows.to_pylist()}
    incoming, target = places.incoming(scan_date, build), places.raw(scan_date)
    _drop_hidden(store, incoming)
    arrived, there = _sizes(store, incoming), _sizes(store, target)
    _check_lengths(expected, arrived, there)
    sample = _check_hashes(store, incoming, sorted(arrived))
    progress(f"ingest {scan_date}: {len(arrived)} files in, {len(sample)} hashes read back")
    _move(store, incoming, target, sorted(arrived))
    _drop_empty(store, dirname(incoming))
    store.swap_changed(places.raw_files(scan_date), parquet_bytes(rows))
    return IngestCommitted(
        scan_date=scan_date,
        build=build,
        files=len(rows),
        contents=len(expected),
        duplicates=len(rows) - len(expected),
        bytes=sum(expected.values()),
        moved=len(arrived),
        sampled=len(sample),
        raw_files=places.raw_files(scan_date),
    )


def _plan(store: Store, places: Places, scan_date: str, build: str) -> Any:
    path = places.ingest_plan(scan_date, build)
    try:
        return store.read_table(path)
    except FileNotFoundError as error:
        raise JobInputError(f"there is no ingest plan {path}", "run jobs.ingest.plan first") from error


def _drop_hidden(store: Store, folder: str) -> None:
    """Remove what a killed copy attempt left under a hidden name (.distcp.tmp...)."""
    for entry in store.list(folder):
        if hidden(entry.path):
            store.delete(entry.path)


def _sizes(store: Store, folder: str) -> dict[str, int]:
    return {entry.name: entry.bytes for entry in store.list(folder)}


def _check_lengths(expected: Mapping[str, int], arrived: Mapping[str, int], there: Mapping[str, int]) -> None:
    wrong = [f"{name}: not asked for" for name in sorted(arrived.keys() - expected.keys())]
    for name, size in sorted(expected.items()):
        found = arrived.get(name, there.get(name))
        if found is None:
            wrong.append(f"{name}: missing")
        elif found != size:
            wrong.append(f"{name}: {found} bytes instead of {size}")
    _refuse(wrong, len(expected))


def _check_hashes(store: Store, incoming: str, names: list[str]) -> list[str]:
    sample = names if len(names) <= SAMPLE else [names[i * len(names) // SAMPLE] for i in range(SAMPLE)]
    read = store.read_many(f"{incoming}/{name}" for name in sample)
    found = {path.rpartition("/")[2]: sha256(data) for path, data in read.items()}
    _refuse([f"{name}: content hashes to {h}" for name, h in found.items() if name != f"{h}.dcm"], len(names))
    return sample


def _refuse(wrong: list[str], expected: int) -> None:
    if wrong:
        more = f" and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        raise JobInputError(
            f"{len(wrong)} of {expected} copied files disagree with the landing zone: "
            + "; ".join(wrong[:SHOWN])
            + more,
            "run the copy again; if it repeats, check the landing zone's disk",
        )


def _move(store: Store, incoming: str, target: str, names: list[str]) -> None:
    if not names:
        return
    if not store.exists(target):
        store.rename(incoming, target)
        return
    store.rename_many(((f"{incoming}/{name}", f"{target}/{name}") for name in names), overwrite=True)
    store.delete(incoming)


def _drop_empty(store: Store, folder: str) -> None:
    if not store.list(folder):
        store.delete(folder)


def execute(request: CommitIngest) -> IngestCommitted:
    """Do what the request asks."""
    return commit_ingest(open_store(request.hdfs), request.root, request.scan_date, request.build)


def main() -> int:
    """Run as a program."""
    return run(CommitIngest, execute)


if __name__ == "__main__":
    end(main())
