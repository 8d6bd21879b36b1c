"""Order slices in space, prove that they form a regular grid, give its affine; or refuse (PS3.3 C.7.6.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imaging.reasons import Reason
from imaging.records import JsonValue, Refusal
from imaging.slices import Plane
from imaging.volume import Affine, GeometryCertificate

Vectors = NDArray[np.float64]

MIN_SLICES = 3  # two distances, so that one can check the other
ORTHOGONAL_TOLERANCE = 1e-3  # of unit length and right angle
ORIENTATION_TOLERANCE = 1e-4  # per direction cosine, between slices
SPACING_RELATIVE = 1e-3  # a slice distance may differ by this part of the median ...
SPACING_ABSOLUTE_MM = 0.01  # ... plus this: positions are written with two decimals or more
TILT_ABSOLUTE_MM = 0.02  # in-plane offset from first to last slice: this ...
TILT_RELATIVE = 1e-3  # ... plus this part of the stack's length (0.06 degrees)
CORNER_ABSOLUTE_MM = 0.05  # a corner by the affine against the slice's own header: this ...
CORNER_RELATIVE = 0.02  # ... plus this part of the slice distance
EVIDENCE_ITEMS = 40
LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])


@dataclass(frozen=True)
class Grid:
    """A proved stack: ``order`` sorts the given planes along the normal, ``affine`` is RAS+ mm."""

    order: tuple[int, ...]
    affine: Affine
    spacing: tuple[float, float, float]
    certificate: GeometryCertificate


def build_grid(planes: Sequence[Plane]) -> Grid | Refusal:
    """Prove that ``planes`` (any order, at least one) form one regular stack, or refuse with the numbers."""
    first = planes[0]
    refusal = _not_alike(planes)
    if refusal is not None:
        return refusal
    row, column = np.array(first.orientation[:3]), np.array(first.orientation[3:])
    normal = np.cross(row, column)
    normal /= np.linalg.norm(normal)
    positions = np.array([plane.position for plane in planes])
    along = positions @ normal
    order = np.argsort(along, kind="stable")
    if len(planes) < MIN_SLICES:
        return Refusal(Reason.TOO_FEW_SLICES, {"slices": len(planes), "needed": MIN_SLICES})
    refusal = _irregular(along[order], positions[order], normal)
    if refusal is not None:
        return refusal
    return _certify([planes[index] for index in order], tuple(int(index) for index in order), normal)


def inside(grid: Grid, planes: Sequence[Plane], other: Plane) -> bool:
    """Whether ``other`` would lie strictly between the first and last slice of ``grid``."""
    first = planes[grid.order[0]]
    normal = np.cross(first.orientation[:3], first.orientation[3:])
    start, place, end = (
        float(np.dot(plane.position, normal)) for plane in (first, other, planes[grid.order[-1]])
    )
    margin = 0.5 * grid.spacing[2]
    return start - margin < place < end + margin


def _not_alike(planes: Sequence[Plane]) -> Refusal | None:
    """Refuse planes that differ in orientation, matrix or pixel spacing, or have no right angle."""
    orientations = np.array([plane.orientation for plane in planes])
    lengths = np.linalg.norm(orientations.reshape(-1, 2, 3), axis=2)
    dots = np.einsum("nk,nk->n", orientations[:, :3], orientations[:, 3:])
    skew = max(float(np.abs(lengths - 1).max()), float(np.abs(dots).max()))
    if skew > ORTHOGONAL_TOLERANCE:
        evidence = {"largest_deviation": skew, "tolerance": ORTHOGONAL_TOLERANCE}
        return Refusal(Reason.ORIENTATION_NOT_ORTHOGONAL, evidence)
    difference = float(np.abs(orientations - orientations[0]).max())
    if difference > ORIENTATION_TOLERANCE:
        distinct = len(np.unique(np.round(orientations, 3), axis=0))
        return Refusal(
            Reason.ORIENTATION_INCONSISTENT,
            {"largest_difference": difference, "orientations": distinct, "slices": len(planes)},
        )
    matrices = sorted({(plane.rows, plane.columns) for plane in planes})
    spacings = np.array([plane.pixel_spacing for plane in planes])
    relative = float(np.abs(spacings / spacings[0] - 1).max())
    if len(matrices) > 1 or relative > SPACING_RELATIVE:
        listed: list[JsonValue] = [list(matrix) for matrix in matrices[:EVIDENCE_ITEMS]]
        return Refusal(Reason.MATRIX_INCONSISTENT, {"matrices": listed, "pixel_spacing_difference": relative})
    return None


def _irregular(along: Vectors, positions: Vectors, normal: Vectors) -> Refusal | None:
    """Refuse equal positions, unequal distances, tilt and shift; the arrays are in spatial order."""
    gaps = np.diff(along)
    if gaps.min() <= SPACING_ABSOLUTE_MM:
        distinct = int(np.count_nonzero(gaps > SPACING_ABSOLUTE_MM)) + 1
        return Refusal(Reason.DUPLICATE_SLICES, {"slices": len(along), "positions": distinct})
    median = float(np.median(gaps))
    tolerance = SPACING_ABSOLUTE_MM + SPACING_RELATIVE * median
    if float(np.abs(gaps - median).max()) > tolerance:
        return Refusal(Reason.SLICE_SPACING_INCONSISTENT, spacing_evidence(gaps, tolerance))
    step = (positions[-1] - positions[0]) / len(gaps)
    sideways = np.linalg.norm(step - (step @ normal) * normal)
    extent = float(along[-1] - along[0])
    if sideways * len(gaps) > TILT_ABSOLUTE_MM + TILT_RELATIVE * extent:
        angle = float(np.degrees(np.arctan2(sideways, step @ normal)))
        return Refusal(Reason.GANTRY_TILT, {"degrees": angle, "slices": len(along)})
    off_line = float(_sideways(positions, normal).max())
    limit = CORNER_ABSOLUTE_MM + CORNER_RELATIVE * median
    if off_line > limit:
        return Refusal(Reason.SLICE_SHIFT, {"largest_shift_mm": off_line, "tolerance_mm": limit})
    return None


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


def _certify(planes: Sequence[Plane], order: tuple[int, ...], normal: Vectors) -> Grid | Refusal:
    """Make the affine of planes in spatial order, and check it against every slice's own four corners."""
    first = planes[0]
    positions = np.array([plane.position for plane in planes])
    lps = np.eye(4)
    lps[:3, 0] = np.array(first.orientation[:3]) * first.pixel_spacing[1]  # along a row: between columns
    lps[:3, 1] = np.array(first.orientation[3:]) * first.pixel_spacing[0]  # along a column: between rows
    lps[:3, 2] = (positions[-1] - positions[0]) / (len(planes) - 1)
    lps[:3, 3] = positions[0]
    gaps = np.diff(positions @ normal)
    median = float(np.median(gaps))
    error = max(_corner_error(lps, index, plane) for index, plane in enumerate(planes))
    limit = CORNER_ABSOLUTE_MM + CORNER_RELATIVE * median
    if error > limit:
        evidence = spacing_evidence(gaps, limit)
        return Refusal(Reason.SLICE_SPACING_INCONSISTENT, {**evidence, "corner_error_mm": error})
    affine = LPS_TO_RAS @ lps + 0.0
    spacing = np.linalg.norm(lps[:3, :3], axis=0)
    axes = lps[:3, :3] / spacing
    cosines = np.abs(axes.T @ axes - np.eye(3))
    orientations = np.array([plane.orientation for plane in planes])
    certificate = GeometryCertificate(
        slices=len(planes),
        spacing_median=median,
        spacing_residual_max=float(np.abs(gaps - median).max()),
        shift_residual_max=float(_sideways(positions, normal).max()),
        corner_error_max=error,
        orthogonality_max=float(cosines.max()),
        orientation_residual_max=float(np.abs(orientations - orientations[0]).max()),
        handedness=1 if np.linalg.det(affine[:3, :3]) > 0 else -1,
    )
    return Grid(order, affine, (float(spacing[0]), float(spacing[1]), float(spacing[2])), certificate)


def _corner_error(lps: Affine, index: int, plane: Plane) -> float:
    """Largest distance (mm) between a slice's corners by its own header and by the volume's affine."""
    row = np.array(plane.orientation[:3]) * plane.pixel_spacing[1]
    column = np.array(plane.orientation[3:]) * plane.pixel_spacing[0]
    worst = 0.0
    for i in (0, plane.columns - 1):
        for j in (0, plane.rows - 1):
            own = np.array(plane.position) + i * row + j * column
            worst = max(worst, float(np.linalg.norm((lps @ [i, j, index, 1.0])[:3] - own)))
    return worst
