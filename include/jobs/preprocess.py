"""The streaming mapper: read the files of a series, convert them, store the volume, print records.

stdin: lines of plan_preprocess's manifest (NLineInputFormat, key ignored). Environment: NIGHTSCAN_HDFS (store
URL), NIGHTSCAN_ROOT, NIGHTSCAN_SCAN_DATE, NIGHTSCAN_BUILD; mapreduce_task_attempt_id, which Hadoop sets.
stdout: JSON records, one a line: {"record": "file", "sha256", "series_key", "outcome": "volume" | "region" |
"quarantined", "level", "reason", "evidence"} for each file, {"record": "volume", "row": a row of mri_scans}.
stderr: status, and counters of group nightscan: files, bytes, volumes, regions, quarantined,
quarantined.<REASON>.
Exit 0 whatever the data hold; a crash for a failing file system or a raw file that is not what it was.

Files are written under the attempt's own hidden name and renamed with overwrite, so retried and speculative
attempts leave the same bytes; records go through MapReduce's output committer, so they never double.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from posixpath import basename, dirname

from jobs.convert_line import Converted, Place, convert_line
from jobs.file_records import Line, Record
from jobs.keys import sha256
from jobs.paths import Places
from jobs.store import Store, open_store

IN_FLIGHT = 4
READERS = 8


def preprocess(lines: Iterable[str], store: Store, place: Place, attempt: str) -> Iterator[Record]:
    """Convert the series of `lines`, store their files at `place`, yield records in the order of the lines.

    The records of a series come only when its files are stored; up to IN_FLIGHT series are being stored
    while the next is converted.

    :raises OSError: the store fails, or a raw file is not the file of the manifest.
    """
    waiting: deque[tuple[Line, Converted, Future[None]]] = deque()
    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        for number, text in enumerate(filter(str.strip, lines), start=1):
            line = json.loads(text)
            _tell(f"reporter:status:series {number} ({len(line['files'])} files)")
            converted = convert_line(line, _read(store, line), place)
            waiting.append((line, converted, pool.submit(_keep, store, converted.outputs, attempt)))
            if len(waiting) >= IN_FLIGHT:
                yield from _finish(*waiting.popleft())
        while waiting:
            yield from _finish(*waiting.popleft())


def _read(store: Store, line: Line) -> dict[str, bytes]:
    files = {file["raw_path"]: file["sha256"] for file in (*line["files"], *line["regions"])}
    data = store.read_many(sorted(files), READERS)
    for path, content in data.items():
        if sha256(content) != files[path]:
            raise OSError(f"raw file {path} does not have the content it was ingested with; check HDFS")
    return data


def _keep(store: Store, outputs: Mapping[str, bytes], attempt: str) -> None:
    hidden = {f"{dirname(path)}/_{attempt}.{basename(path)}.tmp": path for path in outputs}
    store.write_many({name: outputs[path] for name, path in hidden.items()})
    store.rename_many(hidden.items(), overwrite=True)


def _finish(line: Line, converted: Converted, stored: Future[None]) -> Iterator[Record]:
    stored.result()
    counts = Counter(bytes=sum(file["bytes"] for file in (*line["files"], *line["regions"])))
    for record in converted.records:
        if record["record"] == "volume":
            counts.update(volumes=1, regions=len(record["row"]["masks"]))
        else:
            counts["files"] += 1
        if record.get("outcome") == "quarantined":
            counts.update(("quarantined", f"quarantined.{record['reason']}"))
        yield record
    for name, amount in sorted(counts.items()):
        _tell(f"reporter:counter:nightscan,{name},{amount}")


def _tell(message: str) -> None:
    sys.stderr.write(message + "\n")


def main() -> int:
    """Run as the mapper of a streaming job."""
    environment = os.environ
    build = environment["NIGHTSCAN_BUILD"]
    folder = Places(environment["NIGHTSCAN_ROOT"]).preprocessed(environment["NIGHTSCAN_SCAN_DATE"], build)
    attempt = environment.get("mapreduce_task_attempt_id", f"local_{os.getpid()}")
    store = open_store(environment["NIGHTSCAN_HDFS"])
    for record in preprocess(sys.stdin, store, Place(folder, build), attempt):
        print(json.dumps(record, sort_keys=True))
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
