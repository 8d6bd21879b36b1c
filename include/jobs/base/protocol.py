"""How a job program speaks: one JSON object in on stdin, progress on stderr, one JSON line last on stdout.

Exit codes: 0 ok; 2 bad input, the last line being {"error": ..., "remedy": ...}; anything else is a crash.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

BAD_INPUT = 2
LEDGER_COLUMNS = {
    "volumes": "volumes_out",
    "ok": "volumes_out",
    "regions": "regions_out",
    "quarantined": "quarantined",
    "null_total": "quarantined",
}

Job = Callable[[Mapping[str, Any]], dict[str, Any]]


class JobInputError(Exception):
    """The input of a job cannot be used: which thing, which fact, and what to do about it."""

    def __init__(self, error: str, remedy: str) -> None:
        super().__init__(f"{error}; {remedy}")
        self.error = error
        self.remedy = remedy


def need(request: Mapping[str, Any], *names: str) -> None:
    """Refuse a request that lacks one of `names` or holds an empty value there."""
    missing = [name for name in names if request.get(name) in (None, "")]
    if missing:
        raise JobInputError(
            f"the request lacks {', '.join(missing)}", "give these fields in the JSON object on stdin"
        )


def progress(message: str) -> None:
    """Say on stderr how far the job is (never patient data)."""
    sys.stderr.write(message + "\n")
    sys.stderr.flush()


def run(job: Job) -> int:
    """Read the request from stdin, run `job`, print its result; the return value is the exit code."""
    try:
        request = _request(sys.stdin.read())
        result = job(request)
        _enter_in_ledger(request, result)
    except JobInputError as error:
        return _refuse(error.error, error.remedy)
    print(json.dumps(result, sort_keys=True), flush=True)
    return 0


def _enter_in_ledger(request: Mapping[str, Any], result: Mapping[str, Any]) -> None:
    """Write the row that the request's field `ledger` begins, completed by what the job counted."""
    row = request.get("ledger")
    if row is None:
        return
    from jobs.base.ledger import write_rows  # noqa: PLC0415 - jobs.base.ledger is itself such a program
    from jobs.base.store import open_store  # noqa: PLC0415 - as above

    counted = {column: result[name] for name, column in LEDGER_COLUMNS.items() if name in result}
    write_rows(open_store(request["hdfs"]), request["root"], [{**counted, **row}])


def _request(text: str) -> dict[str, Any]:
    try:
        request = json.loads(text)
    except json.JSONDecodeError as error:
        raise JobInputError(f"stdin is not JSON: {error}", "send one JSON object") from error
    if not isinstance(request, dict):
        raise JobInputError("stdin is not a JSON object", "send one JSON object")
    return request


def _refuse(error: str, remedy: str) -> int:
    print(json.dumps({"error": error, "remedy": remedy}), flush=True)
    return BAD_INPUT
