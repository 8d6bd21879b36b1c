"""Every message that starts a program, room by room, in the order in which its module defines them."""

from __future__ import annotations

from typing import Any

from messages import deidentify, features, index, ingest, ledger, model, preprocess, quarantine, train
from messages.message import Call, Request

ROOMS = (index, ingest, preprocess, features, deidentify, quarantine, model, ledger, train)
CALLS: tuple[type[Call[Any]], ...] = tuple(
    one
    for room in ROOMS
    for one in vars(room).values()
    if isinstance(one, type) and issubclass(one, Call) and one.__module__ == room.__name__
)
REQUESTS: tuple[type[Request[Any]], ...] = tuple(one for one in CALLS if issubclass(one, Request))
