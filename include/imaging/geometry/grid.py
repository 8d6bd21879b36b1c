"""Prove that planes form a regular grid, sheared or not, and give its affine; or refuse (PS3.3 C.7.6.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imaging.geometry.affine import ras_affine, worst_corners
from imaging.geometry.stack import (
    EVIDENCE_ITEMS,
    ORIENTATION_TOLERANCE,
    ORTHOGONAL_TOLERANCE,
    SPACING_ABSOLUTE_MM,
    SPACING_RELATIVE,
    Stack,
    Vectors,
)
from imaging.reasons import Reason
from imaging.records import JsonValue, Refusal
from imaging.slices.slice import Plane
from imaging.volume import Affine, GeometryCertificate

__all__ = ["ORIENTATION_TOLERANCE", "ORTHOGONAL_TOLERANCE", "Grid", "build_grid", "inside"]

MIN_SLICES = 3  # two distances, so that one can check the other; two slices need a stated distance
TILT_ABSOLUTE_MM = 0.02  # in-plane offset from first to last slice: this ...
TILT_RELATIVE = 1e-3  # ... plus this fraction of the stack's length (0.06 degrees)
MAX_TILT_DEGREES = 45.0  # no gantry tilts so far: the positions are not those of one scan
CORNER_ABSOLUTE_MM = 0.05  # a corner by the affine against the slice's own header: this ...
CORNER_RELATIVE = 0.02  # ... plus this fraction of the slice distance
BY_POSITIONS = "positions"


@dataclass(frozen=True)
class _Row:
    """Positions (n, 3) in spatial order: the distances along their normal, and what does not go along it.

    ``sideways``: largest in-plane distance (mm) from the line through the first and the last position.
    """

    positions: Vectors
    gaps: Vectors
    median: float
    sideways: float
    tilt_degrees: float

    @classmethod
    def of(cls, positions: Vectors, normal: Vectors) -> _Row:
        gaps = np.diff(positions @ normal)
        sideways = float(_sideways(positions, normal).max())
        return cls(positions, gaps, float(np.median(gaps)), sideways, _tilt_degrees(positions, normal))


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

    :param order: (volumes, positions), indices of planes in spatial order
    :param stated: the element that states a slice distance, and that distance (mm); used for two slices only
    """
    positions = stack.positions[order[0]]
    evidence: str | Refusal = BY_POSITIONS
    if len(positions) < MIN_SLICES:
        evidence = _stated(positions, stack.normal, stated)
    if isinstance(evidence, Refusal):
        return evidence
    row = _Row.of(positions, stack.normal)
    return _irregular(row) or _certify(stack, order, row, evidence)


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


def _irregular(row: _Row) -> Refusal | None:
    """Refuse unequal distances, an impossible tilt, and shifts."""
    tolerance = _tolerance(row.median)
    if not float(np.abs(row.gaps - row.median).max()) <= tolerance:
        return Refusal(Reason.SLICE_SPACING_INCONSISTENT, spacing_evidence(row.gaps, tolerance))
    limit = CORNER_ABSOLUTE_MM + CORNER_RELATIVE * row.median
    if not row.sideways <= limit:
        return Refusal(Reason.SLICE_SHIFT, {"largest_shift_mm": row.sideways, "tolerance_mm": limit})
    if row.tilt_degrees > MAX_TILT_DEGREES:
        return Refusal(Reason.GANTRY_TILT, {"degrees": row.tilt_degrees, "slices": len(row.positions)})
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
    """Return what shows unequal slice distances (mm): the first of them, extremes, median, tolerance."""
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
    """Return the in-plane distance (mm) of each position from the line through the first and the last."""
    steps = np.linspace(0.0, 1.0, len(positions))[:, None]
    offset = positions - (positions[0] + steps * (positions[-1] - positions[0]))
    return np.asarray(np.linalg.norm(offset - np.outer(offset @ normal, normal), axis=1))


def _certify(stack: Stack, order: NDArray[np.intp], row: _Row, evidence: str) -> Grid | Refusal:
    """Make the affine, and check it against the four corners that every slice's own header gives."""
    lps, affine = ras_affine(stack, order[0])
    gaps, median = row.gaps, row.median
    errors = worst_corners(lps, stack, order)
    limit = CORNER_ABSOLUTE_MM + CORNER_RELATIVE * median
    if not float(errors.max()) <= limit:
        found = spacing_evidence(gaps, limit)
        return Refusal(Reason.SLICE_SPACING_INCONSISTENT, {**found, "corner_error_mm": float(errors.max())})
    spacing = np.linalg.norm(lps[:3, :3], axis=0)
    axes = lps[:3, :3] / spacing
    certificate = GeometryCertificate(
        slices=len(row.positions),
        spacing_median=median,
        spacing_residual_max=float(np.abs(gaps - median).max()),
        shift_residual_max=row.sideways,
        corner_error_max=float(errors.max()),
        orthogonality_max=float(np.abs(axes.T @ axes - np.eye(3)).max()),
        orientation_residual_max=float(np.abs(stack.orientations - stack.orientations[0]).max()),
        handedness=1 if np.linalg.det(affine[:3, :3]) > 0 else -1,
        corner_error_first=float(errors[:, 0].max()),
        corner_error_last=float(errors[:, -1].max()),
        tilt_degrees=row.tilt_degrees,
        spacing_evidence=evidence,
    )
    sides = (float(spacing[0]), float(spacing[1]), float(spacing[2]))
    return Grid(tuple(tuple(row) for row in order.tolist()), affine, sides, certificate)
