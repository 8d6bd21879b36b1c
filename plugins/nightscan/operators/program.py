"""Run one of include/jobs' programs by its messages: request and result are checked by their models."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from messages.errors import MessageError
from messages.message import Message, Request, Result
from messages.wire import as_json, parsed
from nightscan.errors import MessageRefusedError
from nightscan.operators.program_call import PATIENT_KEY, call_program

M = TypeVar("M", bound=Message)
R = TypeVar("R", bound=Result)


def run_program(request: Request[R]) -> R:
    """Run the program of a request to its end and return its result.

    :raises BadInputError: the program refused its input (exit code 2), with its own message and remedy.
    :raises CommandFailedError: the program crashed, ran past its time, or printed no result.
    :raises MessageRefusedError: a field of request or result is unknown, missing or mistyped.
    """
    asked = to_json(request, f"the request of {request.program}")
    answer = call_program(request.program, asked, secrets=PATIENT_KEY if request.keyed else None)
    return from_json(request.result(), answer, f"the result of {request.program}")


def to_json(message: Message, thing: str) -> dict[str, Any]:
    """Return a message as JSON values.

    :raises MessageRefusedError: a field is mistyped.
    """
    with own_errors():
        return as_json(message, thing)


def from_json(kind: type[M], value: object, thing: str) -> M:
    """Return JSON values as a message.

    :raises MessageRefusedError: a field is unknown, missing or mistyped.
    """
    with own_errors():
        return parsed(kind, value, thing)


@contextmanager
def own_errors() -> Iterator[None]:
    """Turn an error of a message into one that fails the task at once.

    :raises MessageRefusedError: the block raised a MessageError.
    """
    try:
        yield
    except MessageError as error:
        raise MessageRefusedError(error.fact, remedy=error.remedy) from error
