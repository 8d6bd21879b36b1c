"""The error of a message that does not have the form of its model."""

from __future__ import annotations

REMEDY = "give exactly the fields of docs/programs.md, each of its type"


class MessageError(ValueError):
    """A message has an unknown, a missing or a mistyped field.

    :param thing: which message.
    :param fact: what is wrong with it, naming the field.
    """

    def __init__(self, thing: str, fact: str) -> None:
        super().__init__(f"{thing}: {fact}; {REMEDY}")
        self.fact = f"{thing}: {fact}"
        self.remedy = REMEDY
