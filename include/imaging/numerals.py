"""Numbers, times and instants from header text (PS3.5 6.2); None for anything that is not one."""

from __future__ import annotations

import datetime as dt
import math
import re

TIME = re.compile(r"(\d{2})(?::?(\d{2}))?(?::?(\d{2}))?(?:\.(\d{1,6}))?")
DATE = re.compile(r"(\d{4})\.?(\d{2})\.?(\d{2})")
LEAP_SECOND = 60
INSTANT = re.compile(r"(\d{8})(\d{2,6}(?:\.\d{1,6})?)(?:[+-]\d{4})?")


def number(text: str) -> float | None:
    """Return one finite number."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def numbers_in(text: str, count: int) -> tuple[float, ...] | None:
    """Return exactly ``count`` finite numbers, written with backslashes between them."""
    values = [number(item) for item in text.split("\\")]
    found = tuple(value for value in values if value is not None)
    return found if len(found) == len(values) == count else None


def instant(date: str, time: str) -> dt.datetime | None:
    """Return the instant of a DA and a TM value, in the scanner's own clock."""
    day, clock = DATE.fullmatch(date), TIME.fullmatch(time)
    if day is None or clock is None:
        return None
    hour, minute, second, fraction = clock.groups()
    fields = [int(value) for value in (*day.groups(), hour, minute or "0", second or "0")]
    leap = fields[5] == LEAP_SECOND
    year, month, date_of_month, hours, minutes = fields[:5]
    try:
        whole = dt.datetime(year, month, date_of_month, hours, minutes, fields[5] - leap, tzinfo=dt.UTC)
    except ValueError:
        return None
    return whole + dt.timedelta(seconds=int(leap), microseconds=int((fraction or "0").ljust(6, "0")))


def instant_of(value: str) -> dt.datetime | None:
    """Return the instant of a DT value; its time zone is left out, as all values of a scan share one."""
    match = INSTANT.fullmatch(value)
    return instant(match.group(1), match.group(2)) if match else None
