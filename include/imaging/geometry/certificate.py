"""Judge the numbers of a geometry certificate by the tolerances it was made under."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from imaging.geometry.grid import CORNER_ABSOLUTE_MM, CORNER_RELATIVE, TILT_ABSOLUTE_MM, TILT_RELATIVE
from imaging.geometry.stack import (
    ORIENTATION_TOLERANCE,
    ORTHOGONAL_TOLERANCE,
    SPACING_ABSOLUTE_MM,
    SPACING_RELATIVE,
)

MEANINGS = {
    "slices": "slices",
    "spacing_median": "median distance between neighbouring slices",
    "spacing_residual_max": "largest difference of a slice distance from the median",
    "shift_residual_max": "largest sideways offset of a slice from the line through first and last",
    "corner_error_max": "largest distance between a slice corner by its own header and by the affine",
    "corner_error_first": "the same, of the first slice",
    "corner_error_last": "the same, of the last slice",
    "orthogonality_max": "largest cosine between two voxel axes (0: right angles)",
    "orientation_residual_max": "largest difference of a direction cosine between slices",
    "tilt_degrees": "angle between the step from slice to slice and their normal (gantry tilt)",
    "spacing_evidence": "what the distance between slices was proved by",
    "handedness": "handedness of the voxel axes (+1 right-handed, -1 left-handed)",
}
UNITS = {
    **dict.fromkeys(("spacing_median", "spacing_residual_max", "shift_residual_max"), "mm"),
    **dict.fromkeys(("corner_error_max", "corner_error_first", "corner_error_last"), "mm"),
    "tilt_degrees": "degrees",
}


@dataclass(frozen=True)
class Judgement:
    """One number of the certificate: ``tolerance`` and ``within`` are None when it is not judged."""

    name: str
    text: str
    value: Any
    unit: str
    tolerance: float | None
    within: bool | None


def judge(record: Mapping[str, Any]) -> list[Judgement]:
    """Return the judged numbers of a record's certificate ("geometry"), ordered as ``MEANINGS``; or []."""
    geometry = record.get("geometry")
    if not isinstance(geometry, Mapping):
        return []
    tolerances = _tolerances(geometry, geometry.get("tilt_degrees", record.get("tilt_degrees")))
    names = [
        *(name for name in MEANINGS if name in geometry),
        *(name for name in geometry if name not in MEANINGS),
    ]
    return [_judgement(name, geometry[name], tolerances) for name in names]


def _judgement(name: str, value: object, tolerances: Mapping[str, float]) -> Judgement:
    tolerance = tolerances.get(name)
    within: bool | None = None
    if name == "handedness":
        within = value in {1, -1}
    elif tolerance is not None:
        within = isinstance(value, (int, float)) and 0 <= value <= tolerance
    return Judgement(name, MEANINGS.get(name, name), value, UNITS.get(name, ""), tolerance, within)


def _tolerances(geometry: Mapping[str, Any], tilt: object) -> dict[str, float]:
    """Return the tolerance of each number, as ``imaging.geometry.grid`` applied it; lengths in mm."""
    median, slices = geometry.get("spacing_median"), geometry.get("slices")
    fixed = {"orientation_residual_max": ORIENTATION_TOLERANCE}
    if not isinstance(median, (int, float)) or not isinstance(slices, int) or not median > 0:
        return fixed
    corner = CORNER_ABSOLUTE_MM + CORNER_RELATIVE * median
    extent = median * max(slices - 1, 1)
    slant = abs(math.sin(math.radians(tilt))) if isinstance(tilt, (int, float)) else 0.0
    return {
        **fixed,
        "spacing_residual_max": SPACING_ABSOLUTE_MM + SPACING_RELATIVE * median,
        "shift_residual_max": corner,
        "corner_error_max": corner,
        "corner_error_first": corner,
        "corner_error_last": corner,
        "orthogonality_max": slant + ORTHOGONAL_TOLERANCE + TILT_RELATIVE + TILT_ABSOLUTE_MM / extent,
    }
