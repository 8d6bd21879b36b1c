"""A slice as the assembly needs it: where it lies, its stored values, how to make real values of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from numpy.typing import NDArray

from imaging.dicom_reading.source import Source
from imaging.numerals import number
from imaging.pixels.lookup_table import LookupTable
from imaging.records import Header, Refusal

Look = Callable[[str], str]
"""Gives the text of a header element by keyword, '' when absent: of the file, or of one of its frames."""


class Plane(NamedTuple):
    """Where a slice lies (PS3.3 C.7.6.2.1.1), in LPS mm.

    ``position``: the centre of the first pixel. ``orientation``: cosines along a row, along a column.
    ``pixel_spacing``: between rows, between columns.
    """

    position: tuple[float, ...]
    orientation: tuple[float, ...]
    pixel_spacing: tuple[float, ...]
    rows: int
    columns: int


class Slice(NamedTuple):
    """A usable slice: a classic image, a frame of an enhanced one, or a tile of a mosaic.

    ``stored``: (rows, columns), integers or floats.
    Real value = table(``stored``) * ``slope`` + ``intercept``.
    ``padding``: the range of stored values that mean "no measurement", None without one.
    ``header``: what the files of its series state alike; ``sop_uid``: the object that it comes from.
    ``look``: further header values of this slice. ``source``: the parsed file it comes from.
    ``dimensions``: index values of an enhanced frame that do not describe space, by keyword.
    ``slice_time_ms``: when the slice was taken within its volume (mosaic only).
    """

    header: Header
    plane: Plane
    stored: NDArray[Any]
    slope: float
    intercept: float
    units: str
    units_source: str
    padding: tuple[int, int] | None
    look: Look
    source: Source
    sop_uid: str
    table: LookupTable | None = None
    dimensions: Mapping[str, float] = MappingProxyType({})
    slice_time_ms: float | None = None
    increasing_phase: bool | None = None


@dataclass(frozen=True)
class Unusable:
    """A file that gives no slice, why, and where one would have lain when its header says so."""

    refusal: Refusal
    plane: Plane | None = None


def first_number(slice_: Slice, keywords: Sequence[str]) -> float | None:
    """Return the number of the first element that holds one; None without any."""
    for keyword in keywords:
        text = slice_.look(keyword)
        value = number(text) if text else None  # most are absent: no exception for each
        if value is not None:
            return value
    return None


def stated_spacing(slice_: Slice) -> tuple[str, float] | None:
    """Return the slice distance (mm) that the header states, and the element that does.

    The thickness is a distance only when nothing better is given: then slices are taken to touch.
    """
    for keyword in ("SpacingBetweenSlices", "SliceThickness"):
        try:
            value = abs(float(slice_.look(keyword)))
        except ValueError:
            continue
        if value > 0:
            return keyword, value
    return None
