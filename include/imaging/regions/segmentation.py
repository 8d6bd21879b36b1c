"""Segments of a DICOM segmentation as masks on the volume they were made on (PS3.3 A.51, C.8.20)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imaging.dicom_reading.source import Source
from imaging.reasons import Reason
from imaging.records import Header, JsonValue, Refusal
from imaging.regions.planes import put
from imaging.regions.result import Drawn, RegionResult, result_of
from imaging.regions.segment_header import FRACTIONAL, LABELS, Segments, segments_of
from imaging.regions.segment_pixels import Frame, FrameReader, frame_reader
from imaging.volume import Volume

KIND = "SEG"


@dataclass(frozen=True)
class _Source:
    """Segments with their pixels, and the shape (columns, rows, slices) of the grid they go onto."""

    segments: Segments
    read: FrameReader
    shape: tuple[int, ...]

    def empty(self, dtype: type[np.unsignedinteger[Any]]) -> NDArray[Any]:
        """Make an array of the grid, in the memory order of a volume: slice by slice."""
        columns, rows, slices = self.shape
        return np.zeros((slices, rows, columns), dtype).transpose(2, 1, 0)

    def details(self, number: int, frames: int) -> dict[str, JsonValue]:
        return {"segment_number": number, "frames": frames, **self.segments.details}


def draw(dataset: Source, header: Header, volume: Volume) -> Iterator[RegionResult] | Refusal:
    """Return the segments as masks on ``volume``, one result a segment, in the file's order.

    Every frame must lie on the volume's own voxels (the same grid, also flipped, transposed or cropped,
    see ``place``), else REGION_OFF_GRID for all: nothing is resampled. Slices without a frame are background.
    BINARY: value 1. FRACTIONAL, of probability or occupancy: at least half of MaximumFractionalValue.
    Label map: the value is the segment's number; 0 and the padding value are background. Segments may
    overlap. Pixels outside the volume, or two frames of a segment in one plane, refuse that segment.
    """
    frame = header.frame_of_reference
    if frame and volume.frame_of_reference and frame != volume.frame_of_reference:
        return Refusal(Reason.REGION_WITHOUT_IMAGE, {"other_frame_of_reference": True})
    segments = segments_of(dataset, header, volume)
    if isinstance(segments, Refusal):
        return segments
    read = frame_reader(dataset, header.frames)
    if isinstance(read, Refusal):
        return read
    source = _Source(segments, read, volume.array.shape[:3])
    drawn = _label_masks(source) if segments.form == LABELS else _frame_masks(source)
    if isinstance(drawn, Refusal):
        return drawn
    return (
        result_of(name, KIND, item, volume) for (_, name), item in zip(segments.named, drawn, strict=True)
    )


def _frame_masks(source: _Source) -> Iterator[Drawn | Refusal]:
    """Make the masks of a segmentation that has frames of its own for each segment."""
    for number, _ in source.segments.named:
        mine = [index for index, owner in enumerate(source.segments.owners) if owner == number]
        mask = source.empty(np.uint8)
        yield _fill(mask, mine, source) or Drawn(mask, source.details(number, len(mine)))


def _label_masks(source: _Source) -> Iterator[Drawn | Refusal] | Refusal:
    """Make the masks of a label map: one array of segment numbers first, then one mask a segment."""
    labels = source.empty(np.uint16)
    frames = len(source.segments.places)
    refusal = _fill(labels, range(frames), source)
    if refusal is not None:
        return refusal
    numbers = [number for number, _ in source.segments.named]
    present = {int(value) for plane in labels.T for value in np.flatnonzero(np.bincount(plane.ravel()))}
    unknown = present - source.segments.background - set(numbers)
    if unknown:
        return Refusal(Reason.REGION_UNSUPPORTED, {"undescribed_segments": len(unknown)})
    masks = ((number, (labels == number).view(np.uint8)) for number in numbers)
    return (Drawn(mask, source.details(number, frames)) for number, mask in masks)


def _fill(target: NDArray[Any], mine: Sequence[int], source: _Source) -> Refusal | None:
    """Put frames into ``target``; refused when two share a plane or pixels fall outside."""
    places = source.segments.places
    planes = {places[index].plane for index in mine}
    if len(planes) < len(mine):
        return Refusal(Reason.REGION_UNSUPPORTED, {"frames": len(mine), "planes": len(planes)})
    outside = sum(put(target, _inside(source.read(index), source.segments), places[index]) for index in mine)
    return Refusal(Reason.REGION_OFF_GRID, {"pixels_outside": outside}) if outside else None


def _inside(frame: Frame, segments: Segments) -> Frame:
    """Turn stored values into 0 and 1, or leave them as numbers of segments."""
    if segments.form == LABELS:
        return frame
    if segments.form == FRACTIONAL:
        return np.asarray(frame.astype(np.uint32) * 2 >= segments.maximum).view(np.uint8)
    return np.asarray(frame != 0).view(np.uint8)
