"""The streaming mapper of the export: read raw files, de-identify and check each, store it, print records.

stdin: lines of plan_deidentify's manifest; empty lines fill up a task.
Environment: DeidentifyEnvironment; mapreduce_task_attempt_id and HADOOP_TOKEN_FILE_LOCATION, which Hadoop
sets. The site's key comes with the job's credentials (job_secrets).
stdout: JSON records, one a line: {"record": "file", "sha256": of the raw file, "outcome": "released", "name",
"out_sha256", "bytes"} or {..., "outcome": "kept_back", "reason", "evidence"}; at the end {"record":
"actions", "key_id", "actions": [[tag as a number, letter, elements]]} of the released files.
stderr: status and counters of group nightscan: files, released, kept_back, kept_back.<REASON>.
Exit 0 whatever the data hold; a crash for a failing file system, a raw file that is not what it was, or a key
that is not the plan's.

NAME is PATIENT/SERIES/HASH.dcm: the pseudonym, a hash of the new series UID, the hash of the new bytes. Files
are written under the attempt's own hidden name and renamed with overwrite, so retried and speculative
attempts leave the same bytes. Nothing is written before its check.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from posixpath import basename, dirname
from typing import Any

from imaging.deid.reasons import DeidRefusal
from jobs.base.job_secrets import job_secret
from jobs.base.keys import KEY_SECRET, sha256
from jobs.base.protocol import progress
from jobs.base.store import Store, open_store
from jobs.deidentify.worker import FileCleaner, worker_of
from lake.folders import Folders
from messages.environment import DeidentifyEnvironment, read_environment

READERS = 8
BATCH_FILES, BATCH_BYTES = 64, 32 << 20
MEGABYTE = 1 << 20
NAME_LENGTH, SERIES_LENGTH = 32, 16

Record = dict[str, Any]
File = Mapping[str, Any]


def deidentify(
    lines: Iterable[str], store: Store, folder: str, attempt: str, cleaner: FileCleaner
) -> Iterator[Record]:
    """De-identify the files of `lines` into `folder`; a file's record comes when the file is stored.

    :raises OSError: the store fails, or a raw file is not the file of the manifest.
    """
    for number, text in enumerate(filter(str.strip, lines), start=1):
        files = json.loads(text)["files"]
        progress(f"reporter:status:series {number} ({len(files)} files)")
        taken: set[str] = set()
        for batch in _batches(files):
            records, outputs = _clean(batch, store, cleaner, taken)
            _keep(store, {f"{folder}/{name}": data for name, data in outputs.items()}, attempt)
            _count(records)
            yield from records
    counts = sorted(cleaner.worker.counts.items())
    actions = [[tag, letter, elements] for (tag, letter), elements in counts if elements]
    yield {"record": "actions", "key_id": cleaner.worker.pseudonyms.key_id, "actions": actions}


def _batches(files: Iterable[File]) -> Iterator[list[File]]:
    """Cut files into groups of bounded number and size; a larger file is a group of its own."""
    batch: list[File] = []
    size = 0
    for file in files:
        if batch and (len(batch) >= BATCH_FILES or size + file["bytes"] > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(file)
        size += file["bytes"]
    if batch:
        yield batch


def _clean(
    batch: list[File], store: Store, cleaner: FileCleaner, taken: set[str]
) -> tuple[list[Record], dict[str, bytes]]:
    fitting = [file["raw_path"] for file in batch if cleaner.too_large(file["bytes"]) is None]
    data = store.read_many(fitting, READERS)
    records: list[Record] = []
    outputs: dict[str, bytes] = {}
    for file in batch:
        made = cleaner.too_large(file["bytes"]) or cleaner.clean(_checked(data.pop(file["raw_path"]), file))
        record: Record = {"record": "file", "sha256": file["sha256"]}
        if isinstance(made, DeidRefusal):
            refused = {"reason": str(made.reason), "evidence": dict(made.evidence)}
            records.append(record | {"outcome": "kept_back"} | refused)
            continue
        digest = sha256(made.data)
        name = _name(made.patient, made.series_uid, digest, taken)
        outputs[name] = made.data
        stored = {"name": name, "out_sha256": digest, "bytes": len(made.data)}
        records.append(record | {"outcome": "released"} | stored)
    return records, outputs


def _checked(data: bytes, file: File) -> bytes:
    if sha256(data) != file["sha256"]:
        raise OSError(
            f"raw file {file['raw_path']} does not have the content it was ingested with; check HDFS"
        )
    return data


def _name(patient: str, series_uid: str, digest: str, taken: set[str]) -> str:
    """Name a file; files that differed only in what was removed stay as many as came in."""
    series = hashlib.sha256(series_uid.encode()).hexdigest()[:SERIES_LENGTH]
    base = f"{patient}/{series}/{digest[:NAME_LENGTH]}"
    name, copy = f"{base}.dcm", 1
    while name in taken:
        copy += 1
        name = f"{base}-{copy}.dcm"
    taken.add(name)
    return name


def _keep(store: Store, outputs: Mapping[str, bytes], attempt: str) -> None:
    hidden = {f"{dirname(path)}/_{attempt}.{basename(path)}.tmp": path for path in outputs}
    store.write_many({name: outputs[path] for name, path in hidden.items()})
    store.rename_many(hidden.items(), overwrite=True)


def _count(records: Iterable[Record]) -> None:
    counts: Counter[str] = Counter()
    for record in records:
        counts.update(("files", record["outcome"]))
        if "reason" in record:
            counts[f"kept_back.{record['reason']}"] += 1
    for name, number in sorted(counts.items()):
        progress(f"reporter:counter:nightscan,{name},{number}")


def main() -> int:
    """Run as the mapper of a streaming job."""
    environment = os.environ
    given = read_environment(DeidentifyEnvironment, environment)
    folder = Folders(given.root).deidentified(given.scan_date, given.build)
    attempt = environment.get("mapreduce_task_attempt_id", f"local_{os.getpid()}")
    worker = worker_of(job_secret(KEY_SECRET, environment))
    if worker.pseudonyms.key_id != given.key_id:
        raise OSError("the job's key is not the key it was planned with; start the export again")
    cleaner = FileCleaner(worker, None if given.memory_mb is None else given.memory_mb * MEGABYTE)
    store = open_store(given.hdfs)
    for record in deidentify(sys.stdin, store, folder, attempt, cleaner):
        print(json.dumps(record, sort_keys=True))
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
