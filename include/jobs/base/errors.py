"""What every program raises when it cannot use what it was given."""

from __future__ import annotations


class JobInputError(Exception):
    """The input of a program cannot be used: which thing, which fact, and what to do about it."""

    def __init__(self, error: str, remedy: str) -> None:
        super().__init__(f"{error}; {remedy}")
        self.error = error
        self.remedy = remedy
