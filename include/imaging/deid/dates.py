"""Move dates by whole days: intervals and times of day stay, nothing that is no full date comes back."""

from __future__ import annotations

import datetime as dt
import re

DATE = re.compile(rb"(\d{4})(\d{2})(\d{2})|(\d{4})\.(\d{2})\.(\d{2})")
MOMENT = re.compile(rb"(\d{8})((?:\d{2}){0,3}(?:(?<=\d{14})\.\d{1,6})?)([+-]\d{4})?")


def shift_dates(value: bytes, days: int) -> bytes:
    r"""Move each date of a DA value (YYYYMMDD, or the old YYYY.MM.DD); b"" when one is partial or illegal.

    PS3.5 6.2. Several values are parted by a backslash; an empty one stays empty.
    """
    parts = [_shift_date(part.strip(b" \0"), days) for part in value.split(b"\\")]
    return b"" if None in parts else b"\\".join(part for part in parts if part is not None)


def shift_moments(value: bytes, days: int) -> bytes:
    r"""Move each date of a DT value, its time kept; b"" when one is partial or illegal."""
    parts = [_shift_moment(part.strip(b" \0"), days) for part in value.split(b"\\")]
    return b"" if None in parts else b"\\".join(part for part in parts if part is not None)


def _shift_date(part: bytes, days: int) -> bytes | None:
    if not part:
        return b""
    match = DATE.fullmatch(part)
    if match is None:
        return None
    year, month, day = (int(digits) for digits in match.groups() if digits is not None)
    try:
        moved = dt.date(year, month, day) + dt.timedelta(days)
    except (ValueError, OverflowError):
        return None
    return b"%04d%02d%02d" % (moved.year, moved.month, moved.day)


def _shift_moment(part: bytes, days: int) -> bytes | None:
    if not part:
        return b""
    match = MOMENT.fullmatch(part)
    if match is None:
        return None
    moved = _shift_date(match[1], days)
    return None if moved is None else moved + match[2] + (match[3] or b"")
