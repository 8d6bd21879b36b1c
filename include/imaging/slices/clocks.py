"""When a slice was taken, from the first element that states it (PS3.3 C.7.6.1, C.7.6.16.2.2)."""

from __future__ import annotations

import datetime as dt

from imaging.numerals import instant, instant_of
from imaging.slices.slice import Look

INSTANTS = ("FrameAcquisitionDateTime", "AcquisitionDateTime")
PAIRS = {
    "AcquisitionTime": ("AcquisitionDate", "AcquisitionTime"),
    "ContentTime": ("ContentDate", "ContentTime"),
}
CLOCK_KEYWORDS = (*INSTANTS, *(keyword for pair in PAIRS.values() for keyword in pair))
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def acquired(look: Look) -> dt.datetime | None:
    """Return when acquisition of the slice began."""
    return moment(look, "AcquisitionTime")


def moment(look: Look, clock: str) -> dt.datetime | None:
    """Return the instant of ``clock``: AcquisitionTime or ContentTime, with its date."""
    if clock == "AcquisitionTime":
        for keyword in INSTANTS:
            found = instant_of(look(keyword))
            if found is not None:
                return found
    date, time = PAIRS[clock]
    return instant(look(date), look(time))


def seconds(look: Look, clock: str) -> float | None:
    """Return the instant of ``clock`` in seconds, to be compared with others of the same series only."""
    found = moment(look, clock)
    return None if found is None else (found - EPOCH).total_seconds()
