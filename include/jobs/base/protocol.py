"""How a program speaks: its request in on stdin, progress on stderr, its result as the last line of stdout.

Request and result are JSON objects, each of one model of `messages`, which says what the fields mean.

Exit codes: 0 ok; 2 bad input, the last line being {"error": ..., "remedy": ...}; anything else is a crash.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from jobs.base.errors import JobInputError

if TYPE_CHECKING:
    from messages.message import Refusal, Request, Result

BAD_INPUT = 2

Q = TypeVar("Q", bound="Request[Any]")


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
        answer = text_of(result, f"the result of {model.program}")  # checked: a mistyped one leaves no row
        _enter_in_ledger(request, result)
    except JobInputError as error:
        return _refuse(Refusal(error=error.error, remedy=error.remedy))
    print(answer, flush=True)
    return 0


def _refuse(refusal: Refusal) -> int:
    from messages.wire import text_of  # noqa: PLC0415 - as above

    print(text_of(refusal, "a refusal"), flush=True)
    return BAD_INPUT


def _enter_in_ledger(request: Request[Any], result: Result) -> None:
    if request.ledger is None:
        return
    from jobs.base.ledger import enter  # noqa: PLC0415 - as above
    from jobs.base.store import open_store  # noqa: PLC0415 - as above

    enter(open_store(request.hdfs), request.root, request.ledger, result.counted())


def end(code: int) -> NoReturn:
    """End the process, without the interpreter's own end.

    That sometimes aborts (exit code 134, "terminate called without an active exception"): the first read of a
    Parquet file starts a thread of pyarrow 25, whose pool is gone before it.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
