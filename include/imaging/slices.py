"""One classic image as the converter needs it: geometry, stored values, how to make real values of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.pixels.processing import apply_modality_lut

from imaging.dicom import PARSE_ERRORS, integer, numbers, open_dataset, quiet, text
from imaging.header import HEADER_TAGS, header_of, tags_of
from imaging.pixels import OVERLAY_POSITIONS, PIXEL_KEYWORDS, stored_values
from imaging.reasons import Reason
from imaging.records import Header, JsonValue, Refusal
from imaging.sop_classes import CLASSIC, MULTIFRAME

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
)
SLICE_TAGS = (
    *HEADER_TAGS,
    *tags_of((*GEOMETRY_KEYWORDS, *VALUE_KEYWORDS, *PIXEL_KEYWORDS)),
    *OVERLAY_POSITIONS,
)
MOSAIC = "MOSAIC"


@dataclass(frozen=True)
class Plane:
    """Where a slice lies: position and orientation in LPS mm, spacing (between rows, between columns)."""

    position: tuple[float, ...]
    orientation: tuple[float, ...]
    pixel_spacing: tuple[float, ...]
    rows: int
    columns: int


@dataclass(frozen=True)
class Slice:
    """A usable slice. Real value = ``stored`` * ``slope`` + ``intercept``; ``stored`` is (rows, columns).

    ``padding``: the range of stored values that mean "no measurement", None without one.
    """

    header: Header
    plane: Plane
    stored: NDArray[np.integer[Any]]
    slope: float
    intercept: float
    units: str
    units_source: str
    padding: tuple[int, int] | None


@dataclass(frozen=True)
class Unusable:
    """A file that gives no slice, why, and where it would have lain when its header says so."""

    refusal: Refusal
    plane: Plane | None = None


def read_slice(data: bytes) -> Slice | Unusable:
    """Read one file of a classic CT, MR or PET series; never raises for bad data."""
    with quiet():
        dataset = open_dataset(data, SLICE_TAGS, pixels=True)
        if isinstance(dataset, Refusal):
            return Unusable(dataset)
        header = header_of(dataset)
        if isinstance(header, Refusal):
            return Unusable(header)
        try:
            return _slice(dataset, header)
        except PARSE_ERRORS as error:
            return Unusable(Refusal(Reason.UNREADABLE_HEADER, {"error": type(error).__name__}))


def _slice(dataset: pydicom.FileDataset, header: Header) -> Slice | Unusable:
    kind = _unsupported_kind(header)
    if kind is not None:
        return Unusable(kind)
    plane = _plane(dataset, header)
    if isinstance(plane, Refusal):
        return Unusable(plane)
    stored = stored_values(dataset)
    if isinstance(stored, Refusal):
        return Unusable(stored, plane)
    rescale = _rescale(dataset)
    if isinstance(rescale, Refusal):
        return Unusable(rescale, plane)
    slope, intercept = rescale
    padding = _padding(dataset, stored)
    if "ModalityLUTSequence" in dataset and len(dataset.ModalityLUTSequence) > 0:
        stored, padding = apply_modality_lut(stored, dataset), None
    units, source = _units(dataset, CLASSIC[header.sop_class])
    return Slice(header, plane, stored, slope, intercept, units, source, padding)


def _unsupported_kind(header: Header) -> Refusal | None:
    if header.sop_class in MULTIFRAME or (header.sop_class in CLASSIC and header.frames > 1):
        return Refusal(
            Reason.UNSUPPORTED_MULTIFRAME, {"class": header.sop_class_name, "frames": header.frames}
        )
    if header.sop_class not in CLASSIC:
        return Refusal(Reason.UNSUPPORTED_SOP_CLASS, {"class": header.sop_class_name})
    if MOSAIC in header.image_type:
        return Refusal(Reason.UNSUPPORTED_MULTIFRAME, {"class": header.sop_class_name, "mosaic": True})
    return None


def _plane(dataset: pydicom.FileDataset, header: Header) -> Plane | Refusal:
    position = numbers(dataset, "ImagePositionPatient", 3)
    orientation = numbers(dataset, "ImageOrientationPatient", 6)
    spacing = numbers(dataset, "PixelSpacing", 2)
    if position is None or orientation is None or spacing is None or min(spacing) <= 0:
        absent: list[JsonValue] = [keyword for keyword in GEOMETRY_KEYWORDS if not text(dataset, keyword)]
        return Refusal(Reason.MISSING_GEOMETRY, {"absent": absent})
    return Plane(position, orientation, spacing, header.rows, header.columns)


def _rescale(dataset: pydicom.FileDataset) -> tuple[float, float] | Refusal:
    """Return slope and intercept; (1, 0) when the header has neither (or has a lookup table instead)."""
    given = [text(dataset, keyword) for keyword in ("RescaleSlope", "RescaleIntercept")]
    if not any(given):
        return 1.0, 0.0
    slope, intercept = numbers(dataset, "RescaleSlope", 1), numbers(dataset, "RescaleIntercept", 1)
    if slope is None or intercept is None or slope[0] == 0:
        return Refusal(Reason.BAD_RESCALE, {"slope": given[0][:32], "intercept": given[1][:32]})
    return slope[0], intercept[0]


def _padding(dataset: pydicom.FileDataset, stored: NDArray[np.integer[Any]]) -> tuple[int, int] | None:
    """Return the stored values that mean padding, as the pixels' own type sees them (PS3.3 C.7.5.1.1.2)."""
    value = integer(dataset, "PixelPaddingValue")
    if value is None:
        return None
    limit = integer(dataset, "PixelPaddingRangeLimit")
    ends = [_as_stored(end, stored.dtype) for end in (value, value if limit is None else limit)]
    return min(ends), max(ends)


def _as_stored(value: int, dtype: np.dtype[Any]) -> int:
    """Read a padding value written with the wrong signedness (63536 for -2000) as the pixels' type does."""
    size = 1 << (dtype.itemsize * 8)
    value %= size
    return value - size if dtype.kind == "i" and value >= size // 2 else value


def _units(dataset: pydicom.FileDataset, modality: str) -> tuple[str, str]:
    """Return HU, SUV, BQML or arbitrary, and the header's words for it."""
    if modality == "CT":
        lut = dataset.ModalityLUTSequence[0] if dataset.get("ModalityLUTSequence") else dataset
        word = text(lut, "ModalityLUTType") if lut is not dataset else text(dataset, "RescaleType")
        known = bool(text(dataset, "RescaleSlope")) or lut is not dataset
        return ("HU" if known and word in {"HU", ""} else "arbitrary"), word
    if modality == "PT":
        word, kind = text(dataset, "Units"), text(dataset, "SUVType")
        if word == "GML" and kind in {"BW", ""}:
            return "SUV", f"{word} {kind}".strip()
        return ("BQML" if word == "BQML" else "arbitrary"), f"{word} {kind}".strip()
    return "arbitrary", text(dataset, "RescaleType")
