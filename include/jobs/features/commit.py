"""Check what Hive computed for a scan date and make it the partition of image_features: one file, swapped.

With index_digest it also notes that the scan date is up to date with these files of the landing zone
(ROOT/index/committed/scan_date=D, whose text is the digest).
Refuses: a (series, region) of mri_scans has no row, has two, or a row belongs to none, or was measured with
other settings than `settings_hashes` says; the rows are named and nothing is swapped.

Expected is one row a region; a series without regions may have one row whose region is null.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from jobs.base.errors import JobInputError
from jobs.base.protocol import end, run
from jobs.base.schemas import FEATURES_HEAD, MRI_SCANS, image_features, table
from jobs.base.store import Store, open_store, parquet_bytes
from lake.folders import hidden, scan_dates
from lake.places import Places
from messages.features import CommitFeatures, FeaturesCommitted

SHOWN = 5
NOT_FEATURES = {*FEATURES_HEAD.names, "build"}

Pair = tuple[str, str | None]


def commit_features(
    store: Store,
    root: str,
    scan_date: str,
    build: str,
    settings_hashes: Mapping[str, str] | None = None,
) -> FeaturesCommitted:
    """Merge, check, swap; safe to repeat after a crash at any point.

    :raises JobInputError: the scan date has no mri_scans partition, or the rows do not agree with it.
    """
    places = Places(root)
    scans = _scans(store, places, scan_date)
    tables = _tables(store, places.features_build(scan_date, build))
    names = _names([found.schema for found in tables]) or _known_names(store, places)
    rows = [_row(row, build) for found in tables for row in found.to_pylist()]
    _check(rows, scans)
    _check_settings(rows, settings_hashes or {})
    schema = image_features(names)
    missing = dict.fromkeys(schema.names)
    merged = table(({name: (missing | row)[name] for name in schema.names} for row in rows), schema)
    store.swap_changed(places.features(scan_date), parquet_bytes(merged))
    nulls = Counter(str(row["reason"]) for row in rows if row["status"] != "OK")
    values = Counter(why for row in rows for why in (row["null_reasons"] or {}).values())
    return FeaturesCommitted(
        scan_date=scan_date,
        build=build,
        rows=len(rows),
        ok=len(rows) - sum(nulls.values()),
        null_rows=dict(sorted(nulls.items())),
        null_total=nulls.total(),
        null_values=dict(sorted(values.items())),
        series=len(scans),
        files_merged=len(tables),
        features=places.features(scan_date),
        names=len(names),
    )


def _scans(store: Store, places: Places, scan_date: str) -> list[dict[str, Any]]:
    path = places.scans(scan_date)
    if not store.exists(path):
        raise JobInputError(f"scan date {scan_date} has no {path}", "run stage 2 (preprocess) for it first")
    rows: list[dict[str, Any]] = store.read_table_or_empty(path, MRI_SCANS).to_pylist()
    return rows


def _tables(store: Store, folder: str) -> list[pa.Table]:
    """Read the files Hive wrote, those in sub-folders too (a UNION gives them)."""
    files: list[str] = []
    waiting = [folder]
    while waiting:
        for entry in store.list(waiting.pop()):
            if entry.is_dir and not hidden(entry.path):
                waiting.append(entry.path)
            elif not entry.is_dir and not hidden(entry.path) and entry.bytes:
                files.append(entry.path)
    return [store.read_table(path) for path in sorted(files)]


def _names(schemas: Iterable[pa.Schema]) -> list[str]:
    """List the feature columns in Hive's order, the same in every file."""
    found = [[name for name in schema.names if name not in NOT_FEATURES] for schema in schemas]
    if any(names != found[0] for names in found):
        raise JobInputError(
            "Hive's files have different columns", "run stage 3 (features) for this date again"
        )
    return found[0] if found else []


def _known_names(store: Store, places: Places) -> list[str]:
    """Without one row from Hive, take the columns of another date, so that all partitions look alike."""
    for date in scan_dates(folder.name for folder in store.list(places.features_folder())):
        path = places.features(date)
        if store.exists(path):
            return _names([pq.read_schema(io.BytesIO(store.read(path)))])
    return []


def _check(rows: Iterable[Mapping[str, Any]], scans: Iterable[Mapping[str, Any]]) -> None:
    found: Counter[Pair] = Counter((row["series_key"], row["region"]) for row in rows)
    expected: set[Pair] = set()
    allowed: set[Pair] = set()
    for scan in scans:
        regions = [region for region, _ in scan["masks"] or ()]
        expected |= {(scan["series_key"], region) for region in regions}
        if not regions:
            allowed.add((scan["series_key"], None))
    wrong = [f"{_name(pair)} has no row" for pair in _ordered(expected - found.keys())]
    wrong += [f"{_name(pair)} is not in mri_scans" for pair in _ordered(found.keys() - expected - allowed)]
    wrong += [f"{_name(pair)} has {found[pair]} rows" for pair in _ordered(found) if found[pair] > 1]
    if wrong:
        more = f" and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        raise JobInputError(
            f"features and mri_scans disagree: {'; '.join(wrong[:SHOWN])}{more}",
            "run stage 3 (features) for this date again",
        )


def _row(row: Mapping[str, Any], build: str) -> dict[str, Any]:
    pairs = row["null_reasons"]  # as Parquet gives a map
    return {**row, "null_reasons": None if pairs is None else dict(pairs), "build": build}


def _check_settings(rows: Iterable[Mapping[str, Any]], hashes: Mapping[str, str]) -> None:
    if not hashes:
        return
    found = {(row["modality"], row["settings_hash"]) for row in rows}
    wrong = sorted(
        f"{modality} with {given}"
        for modality, given in found
        if given != hashes.get(modality, hashes.get("default"))
    )
    if wrong:
        raise JobInputError(
            f"measured with other settings than planned: {', '.join(wrong)}",
            "an older function answers somewhere: start site_setup and HiveServer2 anew, then this date",
        )


def _ordered(pairs: Iterable[Pair]) -> list[Pair]:
    return sorted(pairs, key=lambda pair: (pair[0], pair[1] or ""))


def _name(pair: Pair) -> str:
    return f"series {pair[0]} region {pair[1]}"


def execute(request: CommitFeatures) -> FeaturesCommitted:
    """Do what the request asks."""
    store, root, scan_date = open_store(request.hdfs), request.root, request.scan_date
    result = commit_features(store, root, scan_date, request.build, request.settings_hashes)
    if request.index_digest is not None:
        store.swap_changed(Places(root).committed(scan_date), request.index_digest.encode())
    return result


def main() -> int:
    """Run as a program."""
    return run(CommitFeatures, execute)


if __name__ == "__main__":
    end(main())
