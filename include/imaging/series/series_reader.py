"""Read the files of one series one after the other; what all of them state alike is decoded once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Any

from numpy.typing import NDArray

from imaging.dicom_reading.header import HEADER_TAGS
from imaging.dicom_reading.readable import readable_text
from imaging.dicom_reading.sop_classes import CLASSIC
from imaging.dicom_reading.source import Source, numbers, open_source, parse_errors, text
from imaging.dicom_reading.source_file import SourceFile
from imaging.dicom_reading.strict.elements import Elements
from imaging.dicom_reading.strict.encodings import Encoding
from imaging.dicom_reading.tags import tags_of
from imaging.pixels.cells import significant_bits
from imaging.pixels.layout import PixelLayout, read_layout
from imaging.pixels.native import native_cells
from imaging.pixels.stored import OVERLAY_POSITIONS, PIXEL_KEYWORDS
from imaging.records import Refusal
from imaging.series.wanted_tags import SLICE_TAGS
from imaging.slices.burned_in import BURNED_IN
from imaging.slices.mosaic import MOSAIC
from imaging.slices.reading import GEOMETRY_KEYWORDS, VALUE_KEYWORDS, slices_of
from imaging.slices.slice import Plane, Slice, Unusable
from imaging.slices.value_meaning import IDENTITY, RESCALE

RESCALE_TAGS = tags_of(RESCALE)
OWN = frozenset(tags_of(("SOPInstanceUID", "InstanceNumber", "ImagePositionPatient")))
# All that decides how a slice is read but what is read anew from every file.
DECIDING = tuple(
    sorted(
        {*HEADER_TAGS, *tags_of((*GEOMETRY_KEYWORDS, *VALUE_KEYWORDS, *PIXEL_KEYWORDS)), *OVERLAY_POSITIONS}
        - OWN.union(RESCALE_TAGS)
    )
)
NATIVE = frozenset({"1.2.840.10008.1.2", "1.2.840.10008.1.2.1"})  # little endian, not compressed


@dataclass(frozen=True)
class _Pattern:
    """A slice read in full, and the raw elements that another file must share to be read like it.

    ``deciding`` gives those of DECIDING that the file has, ``elements`` what it gave, ``absent`` the others.
    """

    deciding: itemgetter[Any]
    elements: Any
    absent: frozenset[int]
    encoding: Encoding
    syntax: str
    slice_: Slice
    layout: PixelLayout
    has_rescale: bool


class SeriesReader:
    """Reads files as ``slices_of`` does, and those that differ in place and pixels only much faster."""

    def __init__(self) -> None:
        self._pattern: _Pattern | None = None

    def read(self, data: bytes, overruled: Collection[str] = ()) -> tuple[Slice, ...] | Unusable:
        """Read one image file, all of its slices or none; never raises for bad data."""
        return self._take(open_source(data, SLICE_TAGS, pixels=True), overruled)

    def read_file(self, file: SourceFile) -> tuple[Slice, ...] | Unusable:
        """Read one image file as ``read`` does, without parsing it anew if that was done before."""
        if file.parsed is not None:
            return self._take(file.parsed, file.overruled)
        return self.read(file.load(), file.overruled)

    def _take(self, source: Source | Refusal, overruled: Collection[str]) -> tuple[Slice, ...] | Unusable:
        if isinstance(source, Refusal):
            return Unusable(source)
        if not isinstance(source, Elements):
            return slices_of(source, overruled)
        try:
            slice_ = None if self._pattern is None else _like(source, self._pattern)
        except parse_errors():
            slice_ = None  # to be read in full, which names what is wrong
        if slice_ is not None:
            return (slice_,)
        found = slices_of(source, overruled)
        if isinstance(found, tuple):
            self._pattern = _pattern(source, found[0]) or self._pattern
        return found


def _pattern(source: Elements, slice_: Slice) -> _Pattern | None:
    """Keep what was learned from a plain classic slice; None from any other."""
    header = slice_.header
    plain = header.sop_class in CLASSIC and header.frames == 1 and MOSAIC not in header.image_type
    if not plain or source.syntax not in NATIVE or slice_.table is not None or text(source, BURNED_IN):
        return None
    layout = read_layout(source)
    if isinstance(layout, Refusal) or slice_.stored.dtype.kind == "f":
        return None
    found = source.found
    deciding = itemgetter(*[tag for tag in DECIDING if tag in found])
    absent = frozenset(DECIDING).difference(found)
    has_rescale = any(text(source, keyword) for keyword in RESCALE)
    return _Pattern(
        deciding, deciding(found), absent, source.encoding, source.syntax, slice_, layout, has_rescale
    )


def _like(source: Elements, pattern: _Pattern) -> Slice | None:
    """Read a slice after the pattern; None when it is not of it, or anything is wrong with it."""
    found = source.found
    if source.syntax != pattern.syntax or source.encoding != pattern.encoding:
        return None
    try:
        alike = pattern.deciding(found) == pattern.elements and pattern.absent.isdisjoint(found)
    except KeyError:
        alike = False
    if not alike:
        return None
    line = _line(source, pattern)
    position, uid = numbers(source, "ImagePositionPatient", 3), text(source, "SOPInstanceUID")
    stored = _stored(source, pattern.layout)
    if line is None or position is None or not uid or stored is None:
        return None
    slice_, plane = pattern.slice_, pattern.slice_.plane
    return Slice(
        slice_.header,
        Plane(position, plane.orientation, plane.pixel_spacing, plane.rows, plane.columns),
        stored,
        *line,
        slice_.units,
        slice_.units_source,
        slice_.padding,
        partial(readable_text, source),
        source,
        uid,
    )


def _line(source: Elements, pattern: _Pattern) -> tuple[float, float] | None:
    if not pattern.has_rescale:
        return None if any(tag in source.found for tag in RESCALE_TAGS) else IDENTITY
    slope, intercept = (numbers(source, keyword, 1) for keyword in RESCALE)
    if slope is None or intercept is None or slope[0] == 0:
        return None
    return slope[0], intercept[0]


def _stored(source: Elements, layout: PixelLayout) -> NDArray[Any] | None:
    cells = native_cells(source.pixels or b"", layout, "u", source)
    if isinstance(cells, Refusal):
        return None
    stored = significant_bits(cells, layout.top, layout.bits, signed=layout.signed, overlay=False)
    return None if isinstance(stored, Refusal) else stored[0]
