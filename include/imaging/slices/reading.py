"""Read a file into the slices it holds: one of a classic image, many of an enhanced one or a mosaic."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import nullcontext
from functools import partial

from imaging.dicom_reading.header import header_of
from imaging.dicom_reading.readable import readable_text
from imaging.dicom_reading.sop_classes import CLASSIC, ENHANCED, PROJECTION
from imaging.dicom_reading.source import Source, numbers, parse_errors, quiet, text
from imaging.dicom_reading.strict.elements import Elements
from imaging.pixels.stored import stored_values
from imaging.reasons import Reason
from imaging.records import Header, JsonValue, Refusal
from imaging.slices.burned_in import BURNED_IN, burned_in_refusal
from imaging.slices.frames import frame_slices
from imaging.slices.mosaic import MOSAIC, tile_slices
from imaging.slices.projection import projection_plane
from imaging.slices.slice import Plane, Slice, Unusable
from imaging.slices.value_meaning import STORED, meaning_of, slice_of

GEOMETRY_KEYWORDS = ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing")
VALUE_KEYWORDS = (
    "RescaleSlope",
    "RescaleIntercept",
    "RescaleType",
    "ModalityLUTSequence",
    "PixelPaddingValue",
    "PixelPaddingRangeLimit",
    "Units",
    "SUVType",
    "RealWorldValueMappingSequence",
    "PhotometricInterpretation",
    "DimensionIndexSequence",
    BURNED_IN,
)


def slices_of(source: Source, overruled: Collection[str] = ()) -> tuple[Slice, ...] | Unusable:
    """Make the slices of one image file, all of them or none; never raises for bad data.

    :param source: a file that was opened with ``imaging.series.wanted_tags.SLICE_TAGS`` and its pixels
    :param overruled: reasons that a person overruled for this file
    """
    with nullcontext() if isinstance(source, Elements) else quiet():
        header = header_of(source)
        if isinstance(header, Refusal):
            return Unusable(header)
        try:
            return _slices(source, header, overruled)
        except parse_errors() as error:
            return Unusable(Refusal(Reason.UNREADABLE_HEADER, {"error": type(error).__name__}))


def _slices(source: Source, header: Header, overruled: Collection[str]) -> tuple[Slice, ...] | Unusable:
    enhanced = ENHANCED.get(header.sop_class)
    if enhanced is not None:
        risk = burned_in_refusal(source, overruled)
        return frame_slices(source, header, enhanced) if risk is None else Unusable(risk)
    modality = CLASSIC.get(header.sop_class) or PROJECTION.get(header.sop_class)
    if modality is None:
        return Unusable(Refusal(Reason.UNSUPPORTED_SOP_CLASS, {"class": header.sop_class_name}))
    if header.frames > 1:
        evidence: dict[str, JsonValue] = {"class": header.sop_class_name, "frames": header.frames}
        return Unusable(Refusal(Reason.UNSUPPORTED_MULTIFRAME, evidence))
    found = _classic(source, header, modality, overruled)
    if isinstance(found, Unusable):
        return found
    return tile_slices(found) if MOSAIC in header.image_type else (found,)


def _classic(source: Source, header: Header, modality: str, overruled: Collection[str]) -> Slice | Unusable:
    flat = header.sop_class in PROJECTION
    plane = projection_plane(source, header) if flat else _plane(source, header)
    if isinstance(plane, Refusal):
        return Unusable(plane)
    stored = burned_in_refusal(source, overruled) or stored_values(source)
    if isinstance(stored, Refusal):
        return Unusable(stored, plane)
    look = partial(readable_text, source)
    signed = stored.dtype.kind == "i"
    meaning = STORED if flat else meaning_of(source, look, modality, signed=signed)
    if isinstance(meaning, Refusal):
        return Unusable(meaning, plane)
    return slice_of(header, plane, stored, meaning, source=source, look=look)


def _plane(source: Source, header: Header) -> Plane | Refusal:
    position = numbers(source, "ImagePositionPatient", 3)
    orientation = numbers(source, "ImageOrientationPatient", 6)
    spacing = numbers(source, "PixelSpacing", 2)
    if position is None or orientation is None or spacing is None or min(spacing) <= 0:
        absent: list[JsonValue] = [keyword for keyword in GEOMETRY_KEYWORDS if not text(source, keyword)]
        return Refusal(Reason.MISSING_GEOMETRY, {"absent": absent})
    return Plane(position, orientation, spacing, header.rows, header.columns)
