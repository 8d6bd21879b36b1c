"""Frames of an enhanced image as slices, by shared and per-frame functional groups (PS3.3 C.7.6.16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from imaging.dicom_reading.readable import UnreadableElementError, readable_text
from imaging.dicom_reading.source import Source, parse_errors, sequence
from imaging.numerals import number, numbers_in
from imaging.pixels.stored import stored_frames
from imaging.reasons import Reason
from imaging.records import Header, JsonValue, Refusal
from imaging.slices.slice import Plane, Slice, Unusable
from imaging.slices.value_meaning import Meaning, meaning_of, real_world_units, slice_of

if TYPE_CHECKING:
    import pydicom

GROUPS = ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")
MACRO_OF = {
    "ImagePositionPatient": "PlanePositionSequence",
    "ImageOrientationPatient": "PlaneOrientationSequence",
    **dict.fromkeys(("PixelSpacing", "SliceThickness", "SpacingBetweenSlices"), "PixelMeasuresSequence"),
    **dict.fromkeys(("RescaleSlope", "RescaleIntercept", "RescaleType"), "PixelValueTransformationSequence"),
    **dict.fromkeys(
        (
            "TemporalPositionIndex",
            "StackID",
            "DimensionIndexValues",
            "FrameAcquisitionDateTime",
            "FrameReferenceDateTime",
            "FrameAcquisitionDuration",
        ),
        "FrameContentSequence",
    ),
    "TemporalPositionTimeOffset": "TemporalPositionSequence",
    "EffectiveEchoTime": "MREchoSequence",
    "DiffusionBValue": "MRDiffusionSequence",
    "NominalCardiacTriggerDelayTime": "CardiacSynchronizationSequence",
    "InversionTimes": "MRModifierSequence",
    **dict.fromkeys(("RepetitionTime", "FlipAngle"), "MRTimingAndRelatedParametersSequence"),
    "KVP": "CTXRayDetailsSequence",
    "ConvolutionKernel": "CTReconstructionSequence",
}
FRAME_TYPES = ("CTImageFrameTypeSequence", "MRImageFrameTypeSequence", "PETFrameTypeSequence")
SPATIAL = frozenset(
    {"StackID", "InStackPositionNumber", "ImagePositionPatient", "ImageOrientationPatient", "SliceLocation"}
)


@dataclass(frozen=True)
class Frame:
    """One frame's header: its own functional groups first, then those shared by all, then the file."""

    source: Source
    header: Header
    groups: tuple[pydicom.Dataset, ...]

    def look(self, keyword: str) -> str:
        """Return the text of an element where the standard puts it; '' when absent."""
        if keyword == "ImageType":
            found = self._frame_type()
            return found or readable_text(self.source, keyword)
        macro = MACRO_OF.get(keyword)
        item = self.macro(macro) if macro else None
        if item is not None:
            found = readable_text(item, keyword)
            if found:
                return found
        return readable_text(self.source, keyword)

    def macro(self, keyword: str) -> pydicom.Dataset | None:
        """Return the first item of a functional group, the frame's own before the shared one."""
        for group in self.groups:
            try:
                items = sequence(group, keyword)
            except parse_errors() as error:
                raise UnreadableElementError(keyword) from error
            if items:
                return items[0]
        return None

    def _frame_type(self) -> str:
        for keyword in FRAME_TYPES:
            item = self.macro(keyword)
            if item is not None:
                return readable_text(item, "FrameType")
        return ""


def frame_slices(source: Source, header: Header, modality: str) -> tuple[Slice, ...] | Unusable:
    """Return one slice per frame, in the file's order; all frames or none.

    Refuses with MULTIFRAME_INVALID, MISSING_GEOMETRY, or what the pixels are refused for.
    """
    frames = _frames(source, header)
    if isinstance(frames, Refusal):
        return Unusable(frames)
    planes: list[Plane] = []
    for index, frame in enumerate(frames):
        plane = _plane(frame, index)
        if isinstance(plane, Refusal):
            return Unusable(plane)
        planes.append(plane)
    stored = stored_frames(source)
    if isinstance(stored, Refusal):
        return Unusable(stored, planes[0])
    if len(stored) != len(frames):
        return Unusable(_mismatch(header, len(stored)), planes[0])
    slices = []
    pointers = _pointers(source)
    for frame, plane, values in zip(frames, planes, stored, strict=True):
        slice_ = _slice(frame, plane, values, modality)
        if isinstance(slice_, Refusal):
            return Unusable(slice_, planes[0])
        slices.append(slice_._replace(dimensions=_dimensions(frame, pointers)))
    return tuple(slices)


def _frames(source: Source, header: Header) -> list[Frame] | Refusal:
    shared, own = (tuple(sequence(source, keyword)) for keyword in GROUPS)
    if len(own) != header.frames or len(shared) > 1:
        return _mismatch(header, len(own))
    return [Frame(source, header, (item, *shared)) for item in own]


def _mismatch(header: Header, found: int) -> Refusal:
    return Refusal(Reason.MULTIFRAME_INVALID, {"frames_stated": header.frames, "frames_found": found})


def _plane(frame: Frame, index: int) -> Plane | Refusal:
    position = numbers_in(frame.look("ImagePositionPatient"), 3)
    orientation = numbers_in(frame.look("ImageOrientationPatient"), 6)
    spacing = numbers_in(frame.look("PixelSpacing"), 2)
    if position is None or orientation is None or spacing is None or min(spacing) <= 0:
        keywords = ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing")
        absent: list[JsonValue] = [keyword for keyword in keywords if not frame.look(keyword)]
        return Refusal(Reason.MISSING_GEOMETRY, {"absent": absent, "frame": index + 1})
    return Plane(position, orientation, spacing, frame.header.rows, frame.header.columns)


def _slice(frame: Frame, plane: Plane, stored: NDArray[Any], modality: str) -> Slice | Refusal:
    signed = stored.dtype.kind == "i"
    meaning = meaning_of(frame.source, frame.look, modality, signed=signed)
    if isinstance(meaning, Refusal):
        return meaning
    if modality == "PT" and (meaning.units, meaning.units_source) == ("arbitrary", ""):
        meaning = _real_world(frame, meaning)
    return slice_of(frame.header, plane, stored, meaning, source=frame.source, look=frame.look)


def _real_world(frame: Frame, meaning: Meaning) -> Meaning:
    """Take the units from a real-world mapping when it is the rescale itself."""
    for group in (*frame.groups, frame.source):
        found = real_world_units(group, (meaning.slope, meaning.intercept))
        if found is not None:
            return replace(meaning, units=found[0], units_source=found[1])
    return meaning


def _pointers(source: Source) -> list[str]:
    """Return the keyword that each dimension index points to (C.7.6.17)."""
    from pydicom.datadict import keyword_for_tag  # noqa: PLC0415 - loads pydicom

    found = []
    for item in sequence(source, "DimensionIndexSequence"):
        pointer = item.get("DimensionIndexPointer")
        found.append("" if pointer is None else keyword_for_tag(pointer) or f"{int(pointer):08X}")
    return found


def _dimensions(frame: Frame, pointers: Sequence[str]) -> dict[str, float]:
    values = [number(value) for value in frame.look("DimensionIndexValues").split("\\")]
    if len(values) != len(pointers):
        return {}
    return {
        f"DimensionIndex.{pointer}": value
        for pointer, value in zip(pointers, values, strict=True)
        if value is not None and pointer not in SPATIAL
    }
