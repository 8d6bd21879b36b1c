"""Say which scan dates must be taken in: those whose files in the index are not those of their partition.

stdin: {"hdfs": store URL, "root": HDFS path}.
stdout: {"due": [scan dates, in order], "new": those of them never taken in, "dates": all in the index}.
Exit 2: there is no index.

A date is due when it is new, when files arrived late for it, when its files are read otherwise than they were
(jobs.index.revisions), and when its last run ended before its features were committed: commit_features notes
the digest of the files a partition was made from.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from jobs.base.protocol import JobInputError, need, run
from jobs.base.store import Store, open_store
from lake.places import Places


def due_dates(store: Store, root: str) -> dict[str, Any]:
    """Compare index and partitions.

    :raises JobInputError: there is no index.
    """
    places = Places(root)
    if not store.exists(places.index_dates()):
        raise JobInputError(f"there is no {places.index_dates()}", "start the DAG site_setup, which makes it")
    digests: dict[str, str] = json.loads(store.read(places.index_dates()))["digests"]
    paths = {day: places.committed(day) for day in digests}
    there = {path for path in paths.values() if store.exists(path)}
    notes = store.read_many(sorted(there))
    due = [day for day, digest in sorted(digests.items()) if notes.get(paths[day], b"").decode() != digest]
    return {"due": due, "new": [day for day in due if paths[day] not in there], "dates": len(digests)}


def job(request: Mapping[str, Any]) -> dict[str, Any]:
    """Run from the request on stdin; its fields are in the module's docstring."""
    need(request, "hdfs", "root")
    return due_dates(open_store(request["hdfs"]), request["root"])


def main() -> int:
    """Run as a program."""
    return run(job)


if __name__ == "__main__":
    sys.exit(main())
