"""How a program speaks: its request in on stdin, progress on stderr, its result as the last line of stdout.

Request and result are JSON objects, each of one model of `messages`, which says what the fields mean.

Exit codes: 0 ok; 2 bad input, the last line being {"error": ..., "remedy": ...}; anything else is a crash.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from messages.message import Refusal, Request, Result

BAD_INPUT = 2

Q = TypeVar("Q", bound="Request[Any]")


class JobInputError(Exception):
    """The input of a program cannot be used: which thing, which fact, and what to do about it."""

    def __init__(self, error: str, remedy: str) -> None:
        super().__init__(f"{error}; {remedy}")
        self.error = error
        self.remedy = remedy


def progress(message: str) -> None:
    """Print a line on stderr: how far a program is, or what Hadoop reads of a mapper (no patient data)."""
    sys.stderr.write(message + "\n")
    sys.stderr.flush()


def run(model: type[Q], execute: Callable[[Q], Result]) -> int:
    """Read a request, execute it, enter its row in the ledger, print the result; return the exit code."""
    # loaded here: a mapper, which needs JobInputError alone, starts without them
    from messages.errors import MessageError  # noqa: PLC0415
    from messages.message import Refusal  # noqa: PLC0415
    from messages.wire import read, text_of  # noqa: PLC0415

    try:
        request = read(model, sys.stdin.read(), f"the request of {model.program}")
    except MessageError as error:
        return _refuse(Refusal(error=error.fact, remedy=error.remedy))
    try:
        result = execute(request)
        _enter_in_ledger(request, result)
    except JobInputError as error:
        return _refuse(Refusal(error=error.error, remedy=error.remedy))
    print(text_of(result, f"the result of {model.program}"), flush=True)
    return 0


def _refuse(refusal: Refusal) -> int:
    from messages.wire import text_of  # noqa: PLC0415 - as above

    print(text_of(refusal, "a refusal"), flush=True)
    return BAD_INPUT


def _enter_in_ledger(request: Request[Any], result: Result) -> None:
    if request.ledger is None:
        return
    from jobs.base.ledger import enter  # noqa: PLC0415 - jobs.base.ledger is itself such a program
    from jobs.base.store import open_store  # noqa: PLC0415 - as above

    enter(open_store(request.hdfs), request.root, request.ledger, result.counted())
