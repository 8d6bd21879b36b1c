"""What a segmentation's header says: its segments, each frame's segment and place (PS3.3 C.8.20)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imaging.dicom_reading.source import Source, integer, numbers, sequence, text
from imaging.pixels.stored import PIXEL_KEYWORDS
from imaging.reasons import Reason
from imaging.records import Header, JsonValue, Refusal
from imaging.regions.planes import PixelPlane, Placement, other_spacing, place
from imaging.regions.result import NO_NAME, slug_of
from imaging.volume import Volume

if TYPE_CHECKING:
    import pydicom

LABEL_MAP = "1.2.840.10008.5.1.4.1.1.66.7"
BINARY, FRACTIONAL, LABELS = "BINARY", "FRACTIONAL", "LABELMAP"
FRACTIONAL_TYPES = frozenset({"PROBABILITY", "OCCUPANCY"})
SHARED, PER_FRAME = "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"
KEYWORDS = (
    *PIXEL_KEYWORDS,
    SHARED,
    PER_FRAME,
    "SegmentSequence",
    "SegmentationType",
    "SegmentationFractionalType",
    "MaximumFractionalValue",
    "PixelPaddingValue",
)
COARSE = 1.5  # slice distances: a stated spacing above this belongs to another grid


@dataclass(frozen=True)
class Segments:
    """Segments as (number, name), and the place and the segment of each frame (None in a label map).

    ``form``: BINARY, FRACTIONAL or LABELMAP. ``maximum``: the stored value of a fraction of one, else 0.
    ``background``: the values of a label map that belong to no segment.
    """

    form: str
    named: Sequence[tuple[int, str]]
    places: Sequence[Placement]
    owners: Sequence[int | None]
    maximum: int
    background: frozenset[int]
    details: dict[str, JsonValue]


def segments_of(dataset: Source, header: Header, volume: Volume) -> Segments | Refusal:
    """Read the segments and find their frames on ``volume``; refused when a frame has no place or segment."""
    form = LABELS if header.sop_class == LABEL_MAP else text(dataset, "SegmentationType")
    maximum = integer(dataset, "MaximumFractionalValue") or 0
    if form not in {BINARY, FRACTIONAL, LABELS} or (form == FRACTIONAL and maximum <= 0):
        return Refusal(Reason.REGION_UNSUPPORTED, {"fractional": form == FRACTIONAL, "maximum": maximum})
    groups = sequence(dataset, PER_FRAME)
    if len(groups) != header.frames:
        evidence: dict[str, JsonValue] = {"frames": header.frames, "frames_described": len(groups)}
        return Refusal(Reason.REGION_UNSUPPORTED, evidence)
    shared = (*sequence(dataset, SHARED), _nothing())[0]
    places = _places(groups, shared, header, volume)
    if isinstance(places, Refusal):
        return places
    padding = integer(dataset, "PixelPaddingValue") or 0
    background = frozenset({0, padding} if form == LABELS else set[int]())
    named = _named(dataset, background)
    owners = [_owner(group, shared) for group in groups]
    unknown = sum(owner not in dict(named) for owner in owners)
    if form != LABELS and unknown:
        return Refusal(Reason.REGION_UNSUPPORTED, {"frames_of_undescribed_segments": unknown})
    error = max(item.error for item in places)
    details: dict[str, JsonValue] = {"segmentation_type": form, "grid_error_voxels": error}
    if form == FRACTIONAL:
        details |= _fraction(dataset, maximum)
    return Segments(form, named, places, owners, maximum, background, details)


def _fraction(dataset: Source, maximum: int) -> dict[str, JsonValue]:
    kind = text(dataset, "SegmentationFractionalType")
    return {
        "fractional_type": kind if kind in FRACTIONAL_TYPES else "",
        "fractional_maximum": maximum,
        "fractional_threshold": (maximum + 1) // 2,
    }


def _named(dataset: Source, background: frozenset[int]) -> list[tuple[int, str]]:
    """Return number and name of each segment that is not background; its number where the name is empty."""
    found = []
    for item in sequence(dataset, "SegmentSequence"):
        number, label = integer(item, "SegmentNumber"), text(item, "SegmentLabel")
        if number is not None and number not in background:
            found.append((number, f"segment {number}" if slug_of(label) == NO_NAME else label))
    return found


def _item(group: pydicom.Dataset, shared: pydicom.Dataset, keyword: str) -> pydicom.Dataset:
    """Return a frame's functional group, its own or the shared one; an empty one when there is neither."""
    return (*sequence(group, keyword), *sequence(shared, keyword), _nothing())[0]


def _nothing() -> pydicom.Dataset:
    from pydicom import Dataset  # noqa: PLC0415 - contours and classic images need no pydicom

    return Dataset()


def _owner(group: pydicom.Dataset, shared: pydicom.Dataset) -> int | None:
    return integer(_item(group, shared, "SegmentIdentificationSequence"), "ReferencedSegmentNumber")


def _places(
    groups: Sequence[pydicom.Dataset], shared: pydicom.Dataset, header: Header, volume: Volume
) -> list[Placement] | Refusal:
    """Return every frame's place; refused when one is off the grid, or all together show another grid."""
    found: list[Placement] = []
    for index, group in enumerate(groups):
        pixels = _pixel_plane(group, shared, header)
        placed = pixels if isinstance(pixels, Refusal) else place(pixels, volume)
        if isinstance(placed, Refusal):
            return Refusal(placed.reason, {**placed.evidence, "frame": index})
        found.append(placed)
    orientations = len({item.axes for item in found})
    if orientations != 1:
        return Refusal(Reason.REGION_UNSUPPORTED, {"frames": len(found), "orientations": orientations})
    planes = sorted({item.plane for item in found})
    stated = numbers(_item(groups[0], shared, "PixelMeasuresSequence"), "SpacingBetweenSlices", 1)
    step = volume.spacing[found[0].across]
    if stated is not None and stated[0] > COARSE * step and 1 not in np.diff(planes):
        return Refusal(Reason.REGION_OFF_GRID, {"spacing_mm": stated[0], "slice_distance_mm": step})
    return other_spacing(planes) or found


def _pixel_plane(group: pydicom.Dataset, shared: pydicom.Dataset, header: Header) -> PixelPlane | Refusal:
    position = numbers(_item(group, shared, "PlanePositionSequence"), "ImagePositionPatient", 3)
    orientation = numbers(_item(group, shared, "PlaneOrientationSequence"), "ImageOrientationPatient", 6)
    spacing = numbers(_item(group, shared, "PixelMeasuresSequence"), "PixelSpacing", 2)
    if position is None or orientation is None or spacing is None:
        given = (position, orientation, spacing)
        return Refusal(Reason.MISSING_GEOMETRY, {"absent": sum(value is None for value in given)})
    return PixelPlane(position, orientation, spacing, header.rows, header.columns)
