"""Projection X-ray: one image in its own plane, without a place in the patient (PS3.3 C.8.11, C.7.6.3).

Its stored values are kept as they are: its rescale leads to no unit, its polarity is a matter of display.
"""

from __future__ import annotations

from imaging.dicom_reading.source import Source, numbers
from imaging.reasons import Reason
from imaging.records import Header, JsonValue, Refusal
from imaging.slices.slice import Plane

IMAGER = "ImagerPixelSpacing"
MAGNIFICATION = "EstimatedRadiographicMagnificationFactor"
PROJECTION_KEYWORDS = ("PixelSpacing", IMAGER, MAGNIFICATION)
AXES = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def projection_plane(source: Source, header: Header) -> Plane | Refusal:
    """Return a plane at the origin with the pixels' spacing (mm); MISSING_GEOMETRY without any."""
    found = _spacing(source)
    if found is None:
        absent: list[JsonValue] = ["PixelSpacing", IMAGER]
        return Refusal(Reason.MISSING_GEOMETRY, {"absent": absent})
    return Plane((0.0, 0.0, 0.0), AXES, found[0], header.rows, header.columns)


def spacing_source(source: Source) -> str:
    """Name the elements that the spacing of ``projection_plane`` comes from."""
    found = _spacing(source)
    return "" if found is None else found[1]


def _spacing(source: Source) -> tuple[tuple[float, ...], str] | None:
    """Return (between rows, between columns) in mm.

    The spacing at the detector is larger than that in the patient, by a factor that some files estimate.
    """
    in_patient, at_detector = numbers(source, "PixelSpacing", 2), numbers(source, IMAGER, 2)
    if in_patient is not None and min(in_patient) > 0:
        return in_patient, "PixelSpacing"
    if at_detector is None or min(at_detector) <= 0:
        return None
    factor = numbers(source, MAGNIFICATION, 1)
    if factor is None or factor[0] < 1:
        return at_detector, IMAGER
    return tuple(value / factor[0] for value in at_detector), f"{IMAGER}/{MAGNIFICATION}"
