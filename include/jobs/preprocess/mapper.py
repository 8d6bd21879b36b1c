"""The streaming mapper: read the files of a series, convert them, store the volume, print records.

stdin: lines of plan_preprocess's manifest (NLineInputFormat, key ignored); empty lines fill up a task.
Environment: MapperEnvironment; mapreduce_task_attempt_id, which Hadoop sets.
stdout: JSON records, one a line: {"record": "file", "sha256", "series_key", "outcome": "volume" | "region" |
"refused", "level", "reason", "evidence"} for each file, {"record": "volume", "row": a row of mri_scans}.
stderr: status, and counters of group nightscan: files, bytes, volumes, regions, quarantined,
quarantined.<REASON>, read_ms, decode_ms (conversion and compression), write_ms.
Exit 0 whatever the data hold; a crash for a failing file system or a raw file that is not what it was.

Files are written under the attempt's own hidden name and renamed with overwrite, so retried and speculative
attempts leave the same bytes; records go through MapReduce's output committer, so they never double.
One series is in memory at a time; what is being stored beside it counts against the limit.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from posixpath import basename, dirname

from imaging.records import Limits
from jobs.base.keys import sha256
from jobs.base.protocol import progress
from jobs.base.store import Store, open_store
from jobs.preprocess.convert_line import Converted, Line, Place, Record, Work, convert_line, work_of
from lake.folders import Folders
from messages.environment import MapperEnvironment, read_environment

IN_FLIGHT = 4
READERS = 8
MEGABYTE = 1 << 20
NO_LIMITS = Limits()


@dataclass(frozen=True)
class _Pending:
    """A converted series whose files are being stored; the future gives how long that took, in ms."""

    line: Line
    converted: Converted
    stored: Future[int]
    counts: Counter[str]

    @property
    def bytes(self) -> int:
        return sum(len(content) for content in self.converted.outputs.values())


def preprocess(
    lines: Iterable[str], store: Store, place: Place, attempt: str, limits: Limits = NO_LIMITS
) -> Iterator[Record]:
    """Convert the series of `lines`, store their files at `place`, yield records in the order of the lines.

    The records of a series come only when its files are stored; up to IN_FLIGHT series are being stored
    while the next is converted, fewer when memory is short.

    :raises OSError: the store fails, or a raw file is not the file of the manifest.
    """
    waiting: deque[_Pending] = deque()
    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        for number, text in enumerate(filter(str.strip, lines), start=1):
            line = json.loads(text)
            progress(f"reporter:status:series {number} ({len(line['files'])} files)")
            data: dict[str, bytes] = {}
            work = work_of(line, data.pop, limits)
            while waiting and (len(waiting) >= IN_FLIGHT or not _room_for(work, waiting)):
                yield from _finish(waiting.popleft())
            converted, counts = _convert(work, data, store, place)
            stored = pool.submit(_keep, store, converted.outputs, attempt)
            waiting.append(_Pending(line, converted, stored, counts))
        while waiting:
            yield from _finish(waiting.popleft())


def _room_for(work: Work, waiting: Iterable[_Pending]) -> bool:
    if work.limits.memory_bytes is None or not work.fits:
        return True
    return work.needs + sum(item.bytes for item in waiting) <= work.limits.memory_bytes


def _convert(
    work: Work, data: dict[str, bytes], store: Store, place: Place
) -> tuple[Converted, Counter[str]]:
    """Read and convert one series; `data` holds its files until each is used."""
    started = time.monotonic()
    if work.fits:
        data.update(_read(store, work.line))
    read = time.monotonic()
    converted = convert_line(work, place)
    data.clear()
    return converted, Counter(read_ms=_ms(read - started), decode_ms=_ms(time.monotonic() - read))


def _read(store: Store, line: Line) -> dict[str, bytes]:
    files = {file["raw_path"]: file["sha256"] for file in (*line["files"], *line["regions"])}
    data = store.read_many(sorted(files), READERS)
    for path, content in data.items():
        if sha256(content) != files[path]:
            raise OSError(f"raw file {path} does not have the content it was ingested with; check HDFS")
    return data


def _keep(store: Store, outputs: Mapping[str, bytes], attempt: str) -> int:
    started = time.monotonic()
    hidden = {f"{dirname(path)}/_{attempt}.{basename(path)}.tmp": path for path in outputs}
    store.write_many({name: outputs[path] for name, path in hidden.items()})
    store.rename_many(hidden.items(), overwrite=True)
    return _ms(time.monotonic() - started)


def _finish(pending: _Pending) -> Iterator[Record]:
    counts = pending.counts + Counter(write_ms=pending.stored.result())
    counts["bytes"] = sum(file["bytes"] for file in (*pending.line["files"], *pending.line["regions"]))
    for record in pending.converted.records:
        if record["record"] == "volume":
            counts.update(volumes=1, regions=len(record["row"]["masks"]))
        else:
            counts["files"] += 1
        if record.get("outcome") == "refused":
            counts.update(("quarantined", f"quarantined.{record['reason']}"))
        yield record
    for name, amount in sorted(counts.items()):
        progress(f"reporter:counter:nightscan,{name},{amount}")


def _ms(seconds: float) -> int:
    return round(1000 * seconds)


def main() -> int:
    """Run as the mapper of a streaming job."""
    environment = os.environ
    given = read_environment(MapperEnvironment, environment)
    folder = Folders(given.root).preprocessed(given.scan_date, given.build)
    attempt = environment.get("mapreduce_task_attempt_id", f"local_{os.getpid()}")
    limits = Limits(None if given.memory_mb is None else given.memory_mb * MEGABYTE)
    store = open_store(given.hdfs)
    for record in preprocess(sys.stdin, store, Place(folder, given.build), attempt, limits):
        print(json.dumps(record, sort_keys=True))
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
