"""Say which scan dates must be taken in: those whose files in the index are not those of their partition.

A date is due when it is new, when files arrived late for it, when its files are read otherwise than they were
(jobs.index.revisions), and when its last run ended before its features were committed: commit_features notes
the digest of the files a partition was made from.
Refuses when there is no index.
"""

from __future__ import annotations

import json
from typing import Any

from jobs.base.errors import JobInputError
from jobs.base.protocol import end, run
from jobs.base.store import Store, open_store
from lake.places import Places
from messages.index import DueDatesFound, FindDueDates


def due_dates(store: Store, root: str) -> dict[str, Any]:
    """Compare index and partitions; return the fields of DueDatesFound.

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


def execute(request: FindDueDates) -> DueDatesFound:
    """Do what the request asks."""
    return DueDatesFound(**due_dates(open_store(request.hdfs), request.root))


def main() -> int:
    """Run as a program."""
    return run(FindDueDates, execute)


if __name__ == "__main__":
    end(main())
