"""Account for every raw file of a scan date, write the record of its de-identification, commit the build.

Environment: NIGHTSCAN_PATIENT_KEY, the site's key.
It holds that files = released + quarantined.
Refuses: the streaming output is incomplete, does not account for each file exactly once, was made under
another key, or the folder does not hold what it says; nothing is committed then.

record.json and record.md lie in the build's folder and name raw files by hash and reason alone. The last step
swaps current.json of the scan date: it names the build, and each of its files with hash and length.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from imaging.deid.reasons import DeidReason, DeidRefusal
from imaging.deid.record import Outcomes, Quarantined, page_of, record_of
from imaging.deid.remover import Deidentifier
from jobs.base.errors import JobInputError
from jobs.base.keys import sha256, site_key
from jobs.base.protocol import end, progress, run
from jobs.base.reconcile import unaccounted
from jobs.base.schemas import RAW_FILES
from jobs.base.store import Store, open_store
from jobs.base.streaming_output import job_output
from jobs.deidentify.build import PAGE, RECORD, Stored, check_lengths, commit, sweep
from jobs.deidentify.worker import worker_of
from lake.places import Places
from messages.deidentify import CommitDeidentify, DeidentifyCommitted

SHOWN = 5
AGAIN = "nothing was committed; clear the task deidentify to run it again"

Record = dict[str, Any]


def commit_deidentify(
    store: Store, root: str, scan_date: str, *, build: str, key: bytes, key_id: str
) -> DeidentifyCommitted:
    """Reconcile, write the record, commit; safe to repeat after a crash at any point.

    :raises JobInputError: see the module's docstring.
    """
    places = Places(root)
    folder = places.deidentified(scan_date, build)
    worker = worker_of(key)
    records = job_output(store, f"{places.deidentify_work(scan_date, build)}/out")
    files = [record for record in records if record["record"] == "file"]
    raw = store.read_table_or_empty(places.raw_files(scan_date), RAW_FILES)
    _reconcile(files, set(raw["sha256"].to_pylist()))
    worker.counts = _actions(records, {key_id, worker.pseudonyms.key_id})
    outcomes = _outcomes(files)
    wanted = _add_record(store, folder, files, worker, outcomes)
    sweep(store, folder)
    check_lengths(store, folder, wanted)
    commit(store, places, scan_date, build, wanted)
    counts: dict[str, Any] = outcomes.counts()
    progress(
        f"deidentify {scan_date}: {counts['files']} files, {counts['released']} released, "
        f"{counts['quarantined']} kept back"
    )
    return DeidentifyCommitted(
        scan_date=scan_date,
        build=build,
        files=counts["files"],
        released=counts["released"],
        quarantined=counts["quarantined"],
        patients=counts["patients"],
        by_reason=counts["reasons"],
        bytes=sum(record["bytes"] for record in files if record["outcome"] == "released"),
        folder=folder,
        record=f"{folder}/{RECORD}",
    )


def _reconcile(files: list[Record], expected: set[str]) -> None:
    wrong = unaccounted(files, expected)
    names = Counter(record["name"] for record in files if record["outcome"] == "released")
    wrong += [
        f"output {name} was made {number} times" for name, number in sorted(names.items()) if number > 1
    ]
    if wrong:
        more = f" and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        raise JobInputError(
            f"files in and files accounted for disagree: {'; '.join(wrong[:SHOWN])}{more}", AGAIN
        )


def _actions(records: Iterable[Record], key_ids: set[str]) -> Counter[tuple[int, str]]:
    """Sum the elements by tag and action over all mappers, all of which must have used the one key."""
    total: Counter[tuple[int, str]] = Counter()
    used = set(key_ids)
    for record in records:
        if record["record"] == "actions":
            used.add(record["key_id"])
            total.update({(tag, letter): elements for tag, letter, elements in record["actions"]})
    if len(used) > 1:
        raise JobInputError("the site's key changed while the export ran", AGAIN)
    return total


def _outcomes(files: Iterable[Record]) -> Outcomes:
    outcomes = Outcomes()
    for record in files:
        if record["outcome"] == "released":
            outcomes.released[record["name"]] = record["out_sha256"]
            outcomes.patients.add(record["name"].partition("/")[0])
        else:
            refusal = DeidRefusal(DeidReason[record["reason"]], record["evidence"])
            outcomes.quarantined.append(Quarantined(record["sha256"], refusal))
    return outcomes


def _add_record(
    store: Store, folder: str, files: Iterable[Record], worker: Deidentifier, outcomes: Outcomes
) -> dict[str, Stored]:
    """Write the record beside the released files and return all that the build consists of."""
    text = json.dumps(record_of(worker, outcomes), indent=1, ensure_ascii=True) + "\n"
    pages = {RECORD: text.encode(), PAGE: page_of(worker, outcomes).encode()}
    store.swap_all({f"{folder}/{name}": data for name, data in pages.items()})
    released = [record for record in files if record["outcome"] == "released"]
    return {record["name"]: Stored(record["out_sha256"], record["bytes"]) for record in released} | {
        name: Stored(sha256(data), len(data)) for name, data in pages.items()
    }


def execute(request: CommitDeidentify) -> DeidentifyCommitted:
    """Do what the request asks."""
    return commit_deidentify(
        open_store(request.hdfs),
        request.root,
        request.scan_date,
        build=request.build,
        key=site_key().secret,
        key_id=request.key_id,
    )


def main() -> int:
    """Run as a program."""
    return run(CommitDeidentify, execute)


if __name__ == "__main__":
    end(main())
