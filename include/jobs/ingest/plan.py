"""Plan the copy of one scan date: which files, under which names, into which folder.

Refuses: no index, no file of that date (the nearest dates are named), a file changed since it was indexed.

Counts add up as: files = contents + duplicates; each source file is one row of raw_files; identical contents
share one raw file. Rows of files that have left the landing zone since stay, as raw_images is append-only; a
file replaced in place takes the row of the old one, and a file that is read as of another date by now leaves
this one: a date taken in before may so be left with none. What cannot be read now stays as it was taken in.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from jobs.base.dates import nearest
from jobs.base.errors import JobInputError
from jobs.base.keys import build_id, files_digest
from jobs.base.protocol import end, run
from jobs.base.schemas import RAW_FILES, table
from jobs.base.store import Store, open_store
from jobs.index.revisions import date_digest
from jobs.index.schema import INDEX, Row
from lake.places import Places
from messages.ingest import IngestPlanned, PlanIngest


def plan_ingest(store: Store, root: str, landing: str, scan_date: str, work_dir: Path) -> IngestPlanned:
    """Write the plan below _work/ingest and the folder of links.

    :raises JobInputError: see the module's docstring.
    """
    places = Places(root)
    index = store.read_table_or_empty(places.index(), INDEX)
    if not len(index):
        raise JobInputError(f"there is no index of landing zone {landing}", "run jobs.index.landing first")
    rows = _raw_rows(store, places, index, scan_date)
    contents = {row["sha256"]: row for row in reversed(rows)}
    build = build_id(contents)
    there = {entry.name: entry.bytes for entry in store.list(places.raw(scan_date))}
    copies = {name: row for name, row in sorted(contents.items()) if there.get(f"{name}.dcm") != row["bytes"]}
    link_dir = _link(index, copies, work_dir / "ingest" / scan_date / build)
    store.swap_table(places.ingest_plan(scan_date, build), table(rows, RAW_FILES))
    return IngestPlanned(
        scan_date=scan_date,
        build=build,
        digest=files_digest(contents),
        index_digest=_index_digest(index, scan_date),
        files=len(rows),
        contents=len(contents),
        duplicates=len(rows) - len(contents),
        bytes=sum(row["bytes"] for row in contents.values()),
        to_copy=len(copies),
        copy_bytes=sum(row["bytes"] for row in copies.values()),
        link_dir=str(link_dir),
        incoming=places.incoming(scan_date, build),
        target=places.raw(scan_date),
    )


def _index_digest(index: Any, scan_date: str) -> str:
    dated = index.filter(pc.and_kleene(pc.is_null(index["reason"]), pc.equal(index["scan_date"], scan_date)))
    return date_digest(dated.to_pylist())


def _raw_rows(store: Store, places: Places, index: Any, scan_date: str) -> list[Row]:
    usable = index.filter(pc.is_null(index["reason"]))
    fresh = usable.filter(pc.equal(usable["scan_date"], scan_date)).to_pylist()
    rows = [_raw_row(places, scan_date, row) for row in fresh]
    there = index.filter(pc.is_valid(index["sha256"])).select(["landing", "path", "sha256"]).to_pylist()
    sources = {f"{row['landing']}/{row['path']}" for row in there}
    hashes = {row["sha256"] for row in there}
    taken_in = store.exists(places.raw_files(scan_date))
    rows += [
        row
        for row in store.read_table_or_empty(places.raw_files(scan_date), RAW_FILES).to_pylist()
        if row["source_path"] not in sources and row["sha256"] not in hashes
    ]
    if not rows and not taken_in:
        dates = sorted(set(usable["scan_date"].to_pylist()))
        raise JobInputError(
            f"the landing zone holds no file of scan date {scan_date}; nearest dates with data: "
            + (", ".join(nearest(scan_date, dates)) or "none"),
            "choose one of these dates, or wait until the data have landed",
        )
    return sorted(rows, key=lambda row: (row["sha256"], row["source_path"]))


def _raw_row(places: Places, scan_date: str, row: Row) -> Row:
    same = ("sha256", "sop_class", "modality", "role", "patient_key", "study_key", "series_key")
    return {name: row[name] for name in (*same, "target_series_key")} | {
        "bytes": row["size"],
        "raw_path": places.raw_file(scan_date, row["sha256"]),
        "source_path": f"{row['landing']}/{row['path']}",
    }


def _link(index: Any, copies: Mapping[str, Row], folder: Path) -> Path:
    """Make the folder hold exactly the links wanted; right ones stay, a running copy may read them."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.stem not in copies or path.readlink() != Path(copies[path.stem]["source_path"]):
            path.unlink()
    stamps = dict(zip(index["path"].to_pylist(), index["mtime_ns"].to_pylist(), strict=True))
    landing = index["landing"][0].as_py()
    for name, row in copies.items():
        source = Path(row["source_path"])
        _unchanged(source, row["bytes"], stamps.get(row["source_path"].removeprefix(f"{landing}/")))
        link = folder / f"{name}.dcm"
        if not link.is_symlink():
            link.symlink_to(source)
    return folder


def _unchanged(source: Path, size: int, mtime_ns: int | None) -> None:
    try:
        stat = source.stat()
    except OSError as error:
        raise JobInputError(
            f"file {source} cannot be read: {error.strerror}", "run the index again"
        ) from error
    if (stat.st_size, stat.st_mtime_ns) != (size, mtime_ns):
        raise JobInputError(
            f"file {source} changed after it was indexed", "wait until it has fully landed, then run again"
        )


def execute(request: PlanIngest) -> IngestPlanned:
    """Do what the request asks."""
    return plan_ingest(
        open_store(request.hdfs), request.root, request.landing, request.scan_date, Path(request.work_dir)
    )


def main() -> int:
    """Run as a program."""
    return run(PlanIngest, execute)


if __name__ == "__main__":
    end(main())
