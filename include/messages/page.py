"""Print `docs/programs.md`: what each program is asked, what it gives back, and what each field means.

``python -m messages.page`` writes the page anew; a test holds the page to this.
"""

from __future__ import annotations

import sys
import types
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from msgspec import NODEFAULT, Meta, Struct, structs

from messages.catalogue import CALLS
from messages.environment import PREFIX, PROGRAMS, DeidentifyEnvironment, MapperEnvironment
from messages.message import Call, LedgerRow, Message, Refusal, Request

PAGE = Path(__file__).resolve().parents[2] / "docs" / "programs.md"
HEAD = """\
# The programs, by their requests and results

Printed from the models in `include/messages` by `make programs-page`; not written by hand.

A stage (or a person) starts `python -m jobs.ROOM.PROGRAM` with a request as one JSON object on standard
input. Progress goes to standard error; the last line of standard output is the result as one JSON object.
Exit code 2 means that the input cannot be used: the last line is then a `Refusal`. Anything else is a crash.

Both sides hold a message against its model: a field that is unknown, missing or of another type is refused by
its name. A field without a default is required, even where it may be null; a text is not empty but where its
meaning says so; a date is written YYYY-MM-DD. Every request may also carry `ledger`, a `LedgerRow` that is
entered in stage_runs when the work is done, completed by what the program counted. Where it says so, the
program reads the site's key from the environment variable NIGHTSCAN_PATIENT_KEY.
"""
HEADINGS = "| field | form | default | meaning |\n|---|---|---|---|\n"


def page() -> str:
    """Return the whole page."""
    rooms = dict.fromkeys(_room(call.program) for call in CALLS)
    texts = [HEAD, *(_section(room) for room in rooms), "## Mappers\n", *map(_environment, PROGRAMS)]
    return "\n".join([*texts, "## What several have\n", _table_of(Refusal), _table_of(LedgerRow)])


def _room(program: str) -> str:
    return program.split(".")[1]


def _section(room: str) -> str:
    calls = [call for call in CALLS if _room(call.program) == room]
    title = (sys.modules[calls[0].__module__].__doc__ or "").splitlines()[0]
    return "\n".join([f"## {room}\n\n{title}\n", *map(_program, calls)])


def _program(call: type[Call[Any]]) -> str:
    key = " With the site's key." if call.keyed else ""
    text = f"### {call.program}\n\n{_said(call)}{key}\n\n{_table(call)}"
    nested = [kind for kind in _nested([call, call.result()]) if kind is not LedgerRow]
    tables = "".join(f"\n{_table_of(kind)}" for kind in nested)
    result = f"Result `{call.result().__name__}`: {_said(call.result())}\n\n{_table(call.result())}"
    return f"{text}\n{result}{tables}"


def _said(kind: type[Any]) -> str:
    return (kind.__doc__ or "").splitlines()[0]


def _table_of(kind: type[Message]) -> str:
    return f"`{kind.__name__}`: {_said(kind)}\n\n{_table(kind)}"


def _table(kind: type[Message]) -> str:
    hints = get_type_hints(kind, include_extras=True)
    lines = []
    for field in structs.fields(kind):
        if field.name == "ledger" and issubclass(kind, Request) and not field.required:
            continue  # every request may carry one: the head of the page would say it some twenty times
        default = "" if field.default is NODEFAULT else f"`{_json(field.default)}`"
        lines.append(_line(field.name, hints[field.name], default))
    return HEADINGS + "".join(lines)


def _environment(kind: type[MapperEnvironment | DeidentifyEnvironment]) -> str:
    hints = get_type_hints(kind, include_extras=True)
    lines = (_line(PREFIX + name.upper(), hints[name], "") for name in kind._fields)
    return f"### {PROGRAMS[kind]}\n\n{_said(kind)} By environment:\n\n{HEADINGS}{''.join(lines)}"


def _line(name: str, hint: Any, default: str) -> str:
    return f"| `{name}` | {form(hint).replace('|', 'or')} | {default} | {meaning(hint)} |\n"


def meaning(hint: Any) -> str:
    """Return what is said of a field, the nearest to the field last."""
    said = [each for each in getattr(hint, "__metadata__", ()) if isinstance(each, str)]
    metas = [each for each in getattr(hint, "__metadata__", ()) if isinstance(each, Meta)]
    return (said + [meta.description for meta in metas if meta.description])[-1]


def form(hint: Any) -> str:
    """Return the type of a field in JSON's terms."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        pattern = [meta.pattern for meta in hint.__metadata__ if isinstance(meta, Meta) and meta.pattern]
        return "date" if pattern else form(inner[0])
    if origin in {types.UnionType, typing.Union}:
        return " | ".join(form(each) for each in inner)
    if origin is Literal:
        return " | ".join(f'"{each}"' for each in inner)
    if origin is list:
        return f"list of {form(inner[0])}"
    if origin is dict:
        return f"object: {form(inner[1])} by {form(inner[0])}"
    return NAMES.get(hint) or f"`{hint.__name__}`"


NAMES: Mapping[Any, str] = {
    str: "text", int: "integer", float: "number", bool: "true or false", type(None): "null", Any: "any",
}  # fmt: skip


def _json(value: object) -> str:
    return "null" if value is None else str(value)


def _nested(kinds: list[type[Any]]) -> Iterator[type[Message]]:
    """Return the messages inside of messages, each once."""
    waiting, seen = list(kinds), set(kinds)
    while waiting:
        for hint in get_type_hints(waiting.pop(0), include_extras=True).values():
            for found in _structs(hint):
                if found not in seen:
                    seen.add(found)
                    waiting.append(found)
                    yield found


def _structs(hint: Any) -> Iterator[type[Any]]:
    if isinstance(hint, type) and issubclass(hint, Struct):
        yield hint
    for inner in get_args(hint):
        yield from _structs(inner)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
