"""What a streaming job left behind: one JSON record a line, in the part files of a finished job."""

from __future__ import annotations

import json
from typing import Any

from jobs.base.protocol import JobInputError
from jobs.base.store import Store
from lake.folders import hidden

Record = dict[str, Any]


def read_planned(store: Store, path: str) -> bytes:
    """Read a file that the plan wrote; JobInputError when it is not there."""
    try:
        return store.read(path)
    except FileNotFoundError as error:
        raise JobInputError(f"{path} is not there", "run the plan and the streaming job first") from error


def json_lines(data: bytes) -> list[Record]:
    """Parse one JSON object a line; empty lines are left out."""
    return [json.loads(line) for line in data.decode().splitlines() if line.strip()]


def job_output(store: Store, folder: str) -> list[Record]:
    """Read all records of a job; JobInputError when it has not finished."""
    names = [entry.path for entry in store.list(folder)]
    if f"{folder}/_SUCCESS" not in names:
        raise JobInputError(
            f"the streaming job has not finished {folder}", "look at the job, then run it again"
        )
    parts = store.read_many(path for path in names if not hidden(path))
    return [record for path in sorted(parts) for record in json_lines(parts[path])]
