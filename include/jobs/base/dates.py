"""Scan dates as a request or a person writes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from jobs.base.errors import JobInputError

NEAREST = 5


def checked_date(text: str) -> date:
    """Return the day that `text` (YYYY-MM-DD) names.

    :raises JobInputError: it is no date.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise JobInputError(f"scan date {text!r} is not a date", "write it as YYYY-MM-DD") from error


def nearest(scan_date: str, dates: Iterable[str]) -> list[str]:
    """Return the few of `dates` (YYYY-MM-DD) that lie nearest to `scan_date`, in order of date.

    :raises JobInputError: `scan_date` is no date.
    """
    day = checked_date(scan_date)
    return sorted(sorted(dates, key=lambda other: abs((date.fromisoformat(other) - day).days))[:NEAREST])
