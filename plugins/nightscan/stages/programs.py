"""The XCom from one task to the next, and what a stage keeps over a deferral: messages, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from messages.message import Message
from nightscan.operators.program import from_json
from nightscan.operators.remote import ENGINE_FACTS

M = TypeVar("M", bound=Message)


def handed_on(kind: type[M], xcom: object) -> M:
    """Return the XCom of an earlier task as a message, without the engine facts.

    :raises MessageRefusedError: there is no XCom, or a field is unknown, missing or mistyped.
    """
    if isinstance(xcom, Mapping):
        extra = ENGINE_FACTS - set(kind.__struct_fields__)
        xcom = {name: value for name, value in xcom.items() if name not in extra}
    return from_json(kind, xcom, f"what an earlier task handed on ({kind.__name__})")


def kept(kind: type[M], prepared: object) -> M:
    """Return what `prepare` returned, before a deferral or after it, as a message.

    :raises MessageRefusedError: a field is unknown, missing or mistyped.
    """
    return from_json(kind, prepared, f"what the task had prepared ({kind.__name__})")
