"""The grid of a projection X-ray: one image, without a place in the patient (PS3.3 C.8.11)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from imaging.geometry.grid import Grid
from imaging.reasons import Reason
from imaging.records import Refusal
from imaging.slices.slice import Slice
from imaging.volume import GeometryCertificate


def projection_grid(slices: Sequence[Slice]) -> Grid | Refusal:
    """Return the grid of the only image of a series; SEVERAL_PROJECTIONS when there are more."""
    if len(slices) > 1:
        return Refusal(Reason.SEVERAL_PROJECTIONS, {"images": len(slices)})
    rows, columns = slices[0].plane.pixel_spacing
    certificate = GeometryCertificate(
        slices=1,
        spacing_median=0.0,
        spacing_residual_max=0.0,
        shift_residual_max=0.0,
        corner_error_max=0.0,
        orthogonality_max=0.0,
        orientation_residual_max=0.0,
        handedness=1,
        spacing_evidence="none",
    )
    return Grid(((0,),), np.diag([columns, rows, 1.0, 1.0]), (columns, rows, 1.0), certificate)
