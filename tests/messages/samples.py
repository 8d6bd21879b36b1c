"""A message of any model, its fields filled by their types; a program asked through its own parser."""

from __future__ import annotations

import importlib
import io
import json
from contextlib import redirect_stdout
from typing import Any, TypeVar
from unittest.mock import patch

import msgspec
from msgspec import inspect, structs

from jobs.base import protocol
from messages.message import Message, Request, Result
from messages.wire import parsed, read, text_of

M = TypeVar("M", bound=Message)
R = TypeVar("R", bound=Result)

PLAIN = {inspect.IntType: 1, inspect.FloatType: 0.5, inspect.BoolType: True, inspect.AnyType: "any"}


def sample(kind: type[M], **changes: Any) -> M:
    """A message with a value in every field."""
    return parsed(kind, fields_of(kind) | changes, "a sample")


def fields_of(kind: type[Message]) -> dict[str, Any]:
    """The JSON of a sample."""
    made: dict[str, Any] = _value(inspect.type_info(kind))
    return made


def required_of(kind: type[Message]) -> list[str]:
    """The names of the fields that may not be left out."""
    return [field.name for field in structs.fields(kind) if field.required]


def mistyped(value: Any) -> Any:
    """A value of another type."""
    return "wrong" if isinstance(value, int | float) else 1


def _value(info: inspect.Type) -> Any:  # noqa: PLR0911 - one for each kind of type
    match info:
        case inspect.Metadata():
            return _value(info.type)
        case inspect.StrType():
            return "2025-03-03" if info.pattern else "x"
        case inspect.UnionType():
            return _value(next(each for each in info.types if not isinstance(each, inspect.NoneType)))
        case inspect.ListType():
            return [_value(info.item_type)]
        case inspect.DictType():
            return {str(_value(info.key_type)): _value(info.value_type)}
        case inspect.LiteralType():
            return info.values[0]
        case inspect.StructType():
            return {field.name: _value(field.type) for field in info.fields}
    return PLAIN[type(info)]


def main_of(program: str, stdin: str) -> tuple[int, dict[str, Any]]:
    """Run the program's `main` on a text; its exit code and the object it prints."""
    out = io.StringIO()
    with patch("sys.stdin", io.StringIO(stdin)), redirect_stdout(out):
        code = importlib.import_module(program).main()
    said: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    return code, said


def ask(request: Request[R], result: R) -> R:
    """Send a request to the parser of its program, whose work is replaced by `result`; what comes back."""
    module = importlib.import_module(request.program)
    *_, work = module.main.__code__.co_names  # run, the model, the function that does the work
    taken: list[Any] = []
    with (
        patch.object(module, work, lambda taken_request: taken.append(taken_request) or result),
        patch.object(protocol, "_enter_in_ledger"),
    ):
        code, said = main_of(request.program, text_of(request, "the request"))
    assert (code, taken) == (0, [request]), said
    return read(request.result(), msgspec.json.encode(said), "the result")
