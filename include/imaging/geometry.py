"""Prove that planes form a regular grid, sheared or not, and give its affine; or refuse (PS3.3 C.7.6.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imaging.affine import ras_affine, worst_corners
from imaging.reasons import Reason
from imaging.records import JsonValue, Refusal
from imaging.slices import Plane
from imaging.stack import (
    EVIDENCE_ITEMS,
    ORIENTATION_TOLERANCE,
    ORTHOGONAL_TOLERANCE,
    SPACING_ABSOLUTE_MM,
    SPACING_RELATIVE,
    Stack,
    Vectors,
)
from imaging.volume import Affine, GeometryCertificate

__all__ = ["ORIENTATION_TOLERANCE", "ORTHOGONAL_TOLERANCE", "Grid", "build_grid", "inside"]

MIN_SLICES = 3  # two distances, so that one can check the other; two slices need a stated distance
TILT_ABSOLUTE_MM = 0.02  # in-plane offset from first to last slice: this ...
TILT_RELATIVE = 1e-3  # ... plus this part of the stack's length (0.06 degrees)
MAX_TILT_DEGREES = 45.0  # no gantry leans so far: the positions are not those of one scan
CORNER_ABSOLUTE_MM = 0.05  # a corner by the affine against the slice's own header: this ...
CORNER_RELATIVE = 0.02  # ... plus this part of the slice distance
BY_POSITIONS = "positions"


@dataclass(frozen=True)
class Grid:
    """A proved stack: ``order`` gives, per volume, the planes by index in spatial order.

    ``affine``: 4x4, RAS+ mm. ``spacing``: mm along each axis; the third is the true step, slanted when the
    gantry was tilted.
    """

    order: tuple[tuple[int, ...], ...]
    affine: Affine
    spacing: tuple[float, float, float]
    certificate: GeometryCertificate


def build_grid(
    stack: Stack, order: NDArray[np.intp], stated: tuple[str, float] | None = None
) -> Grid | Refusal:
    """Prove that a stack is one regular grid, or refuse with the numbers.

    ``order``: (volumes, positions), indices of planes in spatial order. ``stated``: the element that states
    a slice distance, and that distance (mm); it decides for two slices, and for no other number.
    """
    positions = stack.positions[order[0]]
    evidence: str | Refusal = BY_POSITIONS
    if len(positions) < MIN_SLICES:
        evidence = _stated(positions, stack.normal, stated)
    refusal = evidence if isinstance(evidence, Refusal) else _irregular(positions, stack.normal)
    if refusal is not None:
        return refusal
    return _certify(stack, order, str(evidence))


def inside(grid: Grid, planes: Sequence[Plane], other: Plane) -> bool:
    """Whether ``other`` would lie strictly between the first and last slice of ``grid``."""
    first, last = planes[grid.order[0][0]], planes[grid.order[0][-1]]
    normal = np.cross(first.orientation[:3], first.orientation[3:])
    start, place, end = (float(np.dot(plane.position, normal)) for plane in (first, other, last))
    margin = 0.5 * grid.certificate.spacing_median
    return start - margin < place < end + margin


def _stated(positions: Vectors, normal: Vectors, stated: tuple[str, float] | None) -> str | Refusal:
    """Accept two slices, straight above each other, when the header states their distance."""
    evidence: dict[str, JsonValue] = {"slices": len(positions), "needed": MIN_SLICES}
    if len(positions) == MIN_SLICES - 1:
        step = positions[1] - positions[0]
        gap = float(step @ normal)
        sideways = float(np.linalg.norm(step - gap * normal))
        evidence |= {"distance_mm": gap, "stated_mm": None if stated is None else stated[1]}
        straight = sideways <= TILT_ABSOLUTE_MM + TILT_RELATIVE * gap
        if stated is not None and straight and abs(gap - stated[1]) <= _tolerance(gap):
            return stated[0]
    return Refusal(Reason.TOO_FEW_SLICES, evidence)


def _tolerance(distance: float) -> float:
    return SPACING_ABSOLUTE_MM + SPACING_RELATIVE * distance


def _irregular(positions: Vectors, normal: Vectors) -> Refusal | None:
    """Refuse unequal distances, an impossible tilt, and shifts; the positions are in spatial order."""
    along = positions @ normal
    gaps = np.diff(along)
    median = float(np.median(gaps))
    tolerance = _tolerance(median)
    if not float(np.abs(gaps - median).max()) <= tolerance:
        return Refusal(Reason.SLICE_SPACING_INCONSISTENT, spacing_evidence(gaps, tolerance))
    off_line = float(_sideways(positions, normal).max())
    limit = CORNER_ABSOLUTE_MM + CORNER_RELATIVE * median
    if not off_line <= limit:
        return Refusal(Reason.SLICE_SHIFT, {"largest_shift_mm": off_line, "tolerance_mm": limit})
    tilt = _tilt_degrees(positions, normal)
    if tilt > MAX_TILT_DEGREES:
        return Refusal(Reason.GANTRY_TILT, {"degrees": tilt, "slices": len(along)})
    return None


def _tilt_degrees(positions: Vectors, normal: Vectors) -> float:
    """Return the angle between the step from slice to slice and their normal; 0 within the tolerance."""
    whole = positions[-1] - positions[0]
    extent = float(whole @ normal)
    sideways = float(np.linalg.norm(whole - extent * normal))
    if sideways <= TILT_ABSOLUTE_MM + TILT_RELATIVE * extent:
        return 0.0
    return float(np.degrees(np.arctan2(sideways, extent)))


def spacing_evidence(gaps: Vectors, tolerance: float) -> dict[str, JsonValue]:
    """Describe slice distances (mm): the first of them, their extremes, and the tolerance."""
    rounded: list[JsonValue] = [round(float(gap), 4) for gap in gaps[:EVIDENCE_ITEMS]]
    return {
        "spacings_mm": rounded,
        "count": len(gaps),
        "smallest_mm": float(gaps.min()),
        "largest_mm": float(gaps.max()),
        "median_mm": float(np.median(gaps)),
        "tolerance_mm": tolerance,
    }


def _sideways(positions: Vectors, normal: Vectors) -> Vectors:
    """In-plane distance (mm) of each position from the line through the first and the last."""
    steps = np.linspace(0.0, 1.0, len(positions))[:, None]
    offset = positions - (positions[0] + steps * (positions[-1] - positions[0]))
    return np.asarray(np.linalg.norm(offset - np.outer(offset @ normal, normal), axis=1))


def _certify(stack: Stack, order: NDArray[np.intp], evidence: str) -> Grid | Refusal:
    """Make the affine, and check it against the four corners that every slice's own header gives."""
    lps, affine = ras_affine(stack, order[0])
    positions = stack.positions[order[0]]
    gaps = np.diff(positions @ stack.normal)
    median = float(np.median(gaps))
    errors = worst_corners(lps, stack, order)
    limit = CORNER_ABSOLUTE_MM + CORNER_RELATIVE * median
    if not float(errors.max()) <= limit:
        found = spacing_evidence(gaps, limit)
        return Refusal(Reason.SLICE_SPACING_INCONSISTENT, {**found, "corner_error_mm": float(errors.max())})
    spacing = np.linalg.norm(lps[:3, :3], axis=0)
    axes = lps[:3, :3] / spacing
    certificate = GeometryCertificate(
        slices=len(positions),
        spacing_median=median,
        spacing_residual_max=float(np.abs(gaps - median).max()),
        shift_residual_max=float(_sideways(positions, stack.normal).max()),
        corner_error_max=float(errors.max()),
        orthogonality_max=float(np.abs(axes.T @ axes - np.eye(3)).max()),
        orientation_residual_max=float(np.abs(stack.orientations - stack.orientations[0]).max()),
        handedness=1 if np.linalg.det(affine[:3, :3]) > 0 else -1,
        corner_error_first=float(errors[:, 0].max()),
        corner_error_last=float(errors[:, -1].max()),
        tilt_degrees=_tilt_degrees(positions, stack.normal),
        spacing_evidence=evidence,
    )
    sides = (float(spacing[0]), float(spacing[1]), float(spacing[2]))
    return Grid(tuple(tuple(row) for row in order.tolist()), affine, sides, certificate)
