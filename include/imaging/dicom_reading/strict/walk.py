"""Step through the data elements of one buffer, strictly: whatever is odd ends the walk (PS3.5 section 7)."""

from __future__ import annotations

import struct
from collections.abc import Collection
from enum import Enum

from imaging.dicom_reading.strict.encodings import PIXEL_TAGS, UNDEFINED_LENGTH
from imaging.dicom_reading.strict.heads import OddError, head_reader
from imaging.dicom_reading.strict.layouts import KEY, Found, Layouts, Unit
from imaging.dicom_reading.strict.nests import sequence_length


class Stop(Enum):
    """Why a walk ended."""

    MORE = "the element here is not complete in this buffer"
    PIXELS = "the element here is pixel data"
    BEYOND = "the sequence here, whose end is not known, follows all that is wanted"
    ODD = "something is not as the standard has it"


def walk(  # noqa: PLR0917 - called by position, for every window of every file
    data: bytes, at: int, last: int, wanted: Collection[int], found: Found, layouts: Layouts
) -> tuple[Stop, int, int]:
    """Collect the ``wanted`` elements of ``data`` from offset ``at`` on, ``last`` being the tag before.

    Returns why it stopped, the offset of the first element not taken (it may lie beyond the buffer, when a
    value does), and the last tag passed. ``layouts`` shortens the way over elements that stand as in an
    earlier file; the result is the same with fresh ones.
    """
    encoding, runs, changing, size = layouts.encoding, layouts.runs, layouts.changing, len(data)
    step = head_reader(encoding)
    units: list[Unit] = []
    try:
        while True:
            run = runs.get(data[at : at + KEY])
            if run is not None and last < run.first and at + run.size <= size:
                layouts.learn(data, at, units)
                units = []
                at, last = layouts.follow(run, data, at, last, found)
                continue
            tag, vr, start, length = step(data, at, encoding)
            inner: list[tuple[int, int]] = []
            is_open = length == UNDEFINED_LENGTH and tag not in PIXEL_TAGS
            if tag <= last or (is_open and tag > layouts.last_wanted):
                return (Stop.ODD if tag <= last else Stop.BEYOND), at, last
            if is_open:
                length = sequence_length(data, start, tag, vr, encoding, inner)
            end = start + length
            if tag in wanted:
                if tag in PIXEL_TAGS or end > size:
                    return (Stop.PIXELS if tag in PIXEL_TAGS else Stop.MORE), at, last
                found[tag] = vr, data[start:end], is_open
            if tag in changing:  # no run goes over it
                layouts.learn(data, at, units)
                units = []
            else:
                units.append(Unit(tag, vr, start - at, length, is_open, inner))
            last, at = tag, end
    except struct.error:
        return Stop.MORE, at, last
    except (KeyError, OddError):
        return Stop.ODD, at, last
    finally:
        layouts.learn(data, at, units)
