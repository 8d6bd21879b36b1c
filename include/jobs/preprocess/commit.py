"""Account for every file of a scan date, then make its volumes visible.

It holds that files = volume_files + region_files + quarantined.
Refuses: the streaming output is incomplete, or it does not account for each file exactly once; the files are
named and nothing is swapped.

The quarantine partition is swapped first and mri_scans last: that file is the commit point of the scan date.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from jobs.base.errors import JobInputError
from jobs.base.protocol import end, progress, run
from jobs.base.reconcile import reconcile
from jobs.base.schemas import MRI_SCANS, QUARANTINE, RAW_FILES, table
from jobs.base.store import Store, open_store, parquet_bytes
from jobs.base.streaming_output import job_output, json_lines, read_planned
from lake.places import Places
from messages.preprocess import CommitPreprocess, PreprocessCommitted

Record = dict[str, Any]


def commit_preprocess(store: Store, root: str, scan_date: str, build: str) -> PreprocessCommitted:
    """Reconcile and swap the two partitions; safe to repeat after a crash at any point.

    :raises JobInputError: see the module's docstring.
    """
    places = Places(root)
    work = places.preprocess_work(scan_date, build)
    manifest = json_lines(read_planned(store, f"{work}/manifest.txt"))
    records = json.loads(read_planned(store, f"{work}/refused.json"))
    records += job_output(store, f"{work}/out") if manifest else []
    files = [record for record in records if record["record"] == "file"]
    scans = [record["row"] for record in records if record["record"] == "volume"]
    raw = store.read_table_or_empty(places.raw_files(scan_date), RAW_FILES).to_pylist()
    reconcile(manifest, files, scans, raw)
    _check_stored(store, places.preprocessed(scan_date, build), scans)
    refused = _quarantine(files, raw, build)
    progress(f"preprocess {scan_date}: {len(files)} files, {len(scans)} volumes, {len(refused)} quarantined")
    store.swap_all(
        {
            places.quarantine(scan_date): parquet_bytes(table(refused, QUARANTINE)),
            places.scans(scan_date): parquet_bytes(table(scans, MRI_SCANS)),
        }
    )
    outcomes = Counter(record["outcome"] for record in files)
    return PreprocessCommitted(
        scan_date=scan_date,
        build=build,
        files=len(files),
        volumes=len(scans),
        volume_files=outcomes["volume"],
        region_files=outcomes["region"],
        regions=sum(len(row["masks"]) for row in scans),
        quarantined=outcomes["refused"],
        by_reason=dict(sorted(Counter(row["reason"] for row in refused).items())),
        refused_regions=dict(sorted(_refused_regions(files).items())),
        bytes=sum({row["sha256"]: row["bytes"] for row in raw}.values()),
        scans=places.scans(scan_date),
        quarantine=places.quarantine(scan_date),
    )


def _check_stored(store: Store, folder: str, scans: Iterable[Mapping[str, Any]]) -> None:
    there = {entry.path for entry in store.list(folder) if entry.bytes > 0}
    wanted = {path for row in scans for path in (row["image_path"], *row["masks"].values())}
    if missing := sorted(wanted - there):
        raise JobInputError(
            f"{len(missing)} volumes or masks are not in {folder}, the first is {missing[0]}",
            "run the streaming job again",
        )


def _quarantine(files: Iterable[Record], raw: Iterable[Mapping[str, Any]], build: str) -> list[Record]:
    sources = {row["sha256"]: row for row in sorted(raw, key=lambda row: row["source_path"], reverse=True)}
    rows = []
    for record in files:
        if record["outcome"] == "refused":
            source = sources[record["sha256"]]
            same = ("sha256", "raw_path", "source_path", "patient_key", "series_key")
            evidence = json.dumps(record["evidence"], sort_keys=True)
            rows.append(
                {name: source[name] for name in same}
                | {name: record[name] for name in ("level", "reason")}
                | {"evidence": evidence, "build": build}
            )
    return rows


def _refused_regions(files: Iterable[Record]) -> Counter[str]:
    return Counter(reason for record in files for reason in record["evidence"].get("refused_regions", ()))


def execute(request: CommitPreprocess) -> PreprocessCommitted:
    """Do what the request asks."""
    return commit_preprocess(open_store(request.hdfs), request.root, request.scan_date, request.build)


def main() -> int:
    """Run as a program."""
    return run(CommitPreprocess, execute)


if __name__ == "__main__":
    end(main())
