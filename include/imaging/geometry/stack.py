"""The planes of a series as arrays: are they alike, and which of them lie at one position."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from imaging.reasons import Reason
from imaging.records import JsonValue, Refusal
from imaging.slices.slice import Plane

Vectors = NDArray[np.float64]

ORTHOGONAL_TOLERANCE = 1e-3  # of unit length and right angle
ORIENTATION_TOLERANCE = 1e-4  # per direction cosine, between slices
SPACING_RELATIVE = 1e-3  # a slice distance may differ by this fraction of the median ...
SPACING_ABSOLUTE_MM = 0.01  # ... plus this: positions are written with two decimals or more
EVIDENCE_ITEMS = 40


@dataclass(frozen=True)
class Stack:
    """Planes in any order; positions (n, 3) and orientations (n, 6) in LPS mm, pixel spacings (n, 2)."""

    planes: tuple[Plane, ...]
    positions: Vectors
    orientations: Vectors
    spacings: Vectors

    @classmethod
    def of(cls, planes: Sequence[Plane]) -> Stack:
        """Return the stack of ``planes``, at least one."""
        return cls(
            tuple(planes),
            np.array([plane.position for plane in planes]),
            np.array([plane.orientation for plane in planes]),
            np.array([plane.pixel_spacing for plane in planes]),
        )

    @cached_property
    def normal(self) -> Vectors:
        """The unit normal of the first plane: row direction x column direction."""
        (rx, ry, rz), (cx, cy, cz) = self.orientations[0].reshape(2, 3).tolist()
        # written out: np.cross of two vectors takes as long as all else here
        normal = np.array([ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx])
        return np.asarray(normal / np.linalg.norm(normal))

    @cached_property
    def along(self) -> Vectors:
        """Where each plane lies along the normal, mm."""
        return self.positions @ self.normal

    def by_position(self) -> list[NDArray[np.intp]]:
        """Return the planes at each position, as indices, in spatial order; a larger gap begins a new one."""
        order = np.argsort(self.along, kind="stable")
        gaps = np.diff(self.along[order])
        return np.split(order, np.flatnonzero(gaps > SPACING_ABSOLUTE_MM) + 1)

    def unlike(self) -> Refusal | None:
        """Refuse planes that differ in orientation, matrix or pixel spacing, or have no right angle."""
        orientations = self.orientations
        lengths = np.linalg.norm(orientations.reshape(-1, 2, 3), axis=2)
        dots = np.einsum("nk,nk->n", orientations[:, :3], orientations[:, 3:])
        skew = max(float(np.abs(lengths - 1).max()), float(np.abs(dots).max()))
        if not skew <= ORTHOGONAL_TOLERANCE:
            evidence: dict[str, JsonValue] = {"largest_deviation": skew, "tolerance": ORTHOGONAL_TOLERANCE}
            return Refusal(Reason.ORIENTATION_NOT_ORTHOGONAL, evidence)
        difference = float(np.abs(orientations - orientations[0]).max())
        if difference > ORIENTATION_TOLERANCE:
            distinct = len(np.unique(np.round(orientations, 3), axis=0))
            return Refusal(
                Reason.ORIENTATION_INCONSISTENT,
                {"largest_difference": difference, "orientations": distinct, "slices": len(orientations)},
            )
        matrices = sorted({(plane.rows, plane.columns) for plane in self.planes})
        relative = float(np.abs(self.spacings / self.spacings[0] - 1).max())
        if len(matrices) > 1 or not relative <= SPACING_RELATIVE:
            listed: list[JsonValue] = [list(matrix) for matrix in matrices[:EVIDENCE_ITEMS]]
            found: dict[str, JsonValue] = {"matrices": listed, "pixel_spacing_difference": relative}
            return Refusal(Reason.MATRIX_INCONSISTENT, found)
        return None
