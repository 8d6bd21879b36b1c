"""The output of a finished streaming job: files part-00000 and so on, one JSON record a line."""

from __future__ import annotations

import json
from typing import Any

from jobs.base.errors import JobInputError
from jobs.base.store import Store
from lake.folders import hidden

Record = dict[str, Any]


def read_planned(store: Store, path: str) -> bytes:
    """Read a file that the plan wrote.

    :raises JobInputError: it is not there
    """
    try:
        return store.read(path)
    except FileNotFoundError as error:
        raise JobInputError(f"{path} is not there", "run the plan and the streaming job first") from error


def json_lines(data: bytes) -> list[Record]:
    """Return one JSON object a line; empty lines are left out."""
    return [json.loads(line) for line in data.decode().splitlines() if line.strip()]


def job_output(store: Store, folder: str) -> list[Record]:
    """Return all records of a job, in order of file and line.

    :raises JobInputError: it has not finished
    """
    names = [entry.path for entry in store.list(folder)]
    if f"{folder}/_SUCCESS" not in names:
        raise JobInputError(
            f"the streaming job has not finished {folder}", "read the job's log, then run it again"
        )
    files = store.read_many(path for path in names if not hidden(path))
    return [record for path in sorted(files) for record in json_lines(files[path])]
