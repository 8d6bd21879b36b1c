"""Messages as JSON and back; its writer reads it back strictly first, so that both sides refuse alike."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from messages.errors import MessageError
from messages.message import Call, Message, Refusal, Result

M = TypeVar("M", bound=Message)
R = TypeVar("R", bound=Result)


def parsed(kind: type[M], value: object, thing: str) -> M:
    """Return JSON values as a message.

    :param thing: names the message in an error.
    :raises MessageError: a field is unknown, missing or mistyped.
    """
    try:
        return msgspec.convert(value, kind, str_keys=True)  # as JSON has them
    except msgspec.ValidationError as error:
        raise MessageError(thing, str(error)) from error


def read(kind: type[M], text: str | bytes, thing: str) -> M:
    """Return a JSON text as a message.

    :param thing: names the message in an error.
    :raises MessageError: no JSON, or a field is unknown, missing or mistyped.
    """
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.DecodeError as error:
        raise MessageError(thing, str(error)) from error


def as_json(message: Message, thing: str) -> dict[str, Any]:
    """Return a message as JSON values; a number that is none (NaN) becomes null, as JSON has no other way.

    :param thing: names the message in an error.
    :raises MessageError: a field is mistyped (a message is not checked when it is made).
    """
    try:
        value: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(message))
    except TypeError as error:
        raise MessageError(thing, str(error)) from error
    parsed(type(message), value, thing)
    return value


def text_of(message: Message, thing: str) -> str:
    """Return a message as JSON on one line, fields in order of their names.

    :raises MessageError: see as_json.
    """
    return msgspec.json.encode(as_json(message, thing), order="sorted").decode()


def answer(kind: type[R], text: str | bytes, thing: str) -> R | Refusal:
    """Return what a program left: its result, or its refusal.

    :raises MessageError: it is neither.
    """
    try:
        value = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise MessageError(thing, str(error)) from error
    refused = isinstance(value, dict) and "error" in value
    return parsed(Refusal, value, thing) if refused else parsed(kind, value, thing)


def to_arguments(call: Call[Any], thing: str) -> list[str]:
    """Return a call as arguments of a command line: --name value, ...

    :raises MessageError: see as_json.
    """
    return [text for name, value in as_json(call, thing).items() for text in (f"--{name}", str(value))]


def from_arguments(kind: type[M], arguments: list[str], thing: str) -> M:
    """Return the arguments of a command line as the message that to_arguments made them from.

    :raises MessageError: they are no pairs, or a field is unknown, missing or mistyped.
    """
    names, values = arguments[::2], arguments[1::2]
    if len(names) != len(values) or not all(name.startswith("--") for name in names):
        raise MessageError(thing, "the arguments are not --name value, --name value, ...")
    given = {name.removeprefix("--"): value for name, value in zip(names, values, strict=True)}
    try:
        return msgspec.convert(given, kind, strict=False)  # all are texts: numbers are read from them
    except msgspec.ValidationError as error:
        raise MessageError(thing, str(error)) from error
