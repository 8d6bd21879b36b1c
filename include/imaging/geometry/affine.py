"""The affine of a regular stack, and how far it lies from what each slice's own header says (C.7.6.2.1.1)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imaging.geometry.stack import Stack, Vectors
from imaging.volume import Affine

LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])


def ras_affine(stack: Stack, order: NDArray[np.intp]) -> tuple[Affine, Affine]:
    """Return the 4x4 affines (column, row, slice) -> mm of the planes in ``order``: in LPS, in RAS+.

    The third column is the true step from slice to slice, oblique where the gantry was tilted.
    """
    first = stack.planes[order[0]]
    positions = stack.positions[order]
    lps = np.eye(4)
    lps[:3, 0] = np.array(first.orientation[:3]) * first.pixel_spacing[1]  # along a row: between columns
    lps[:3, 1] = np.array(first.orientation[3:]) * first.pixel_spacing[0]  # along a column: between rows
    lps[:3, 2] = (positions[-1] - positions[0]) / (len(positions) - 1)
    lps[:3, 3] = positions[0]
    return lps, LPS_TO_RAS @ lps + 0.0


def worst_corners(lps: Affine, stack: Stack, order: NDArray[np.intp]) -> Vectors:
    """Return each slice's largest distance (mm) between a corner by its header and by the affine.

    :param order: (volumes, positions), indices of planes; the result has its shape
    """
    rows, columns = stack.planes[0].rows, stack.planes[0].columns
    corners = np.array([(i, j) for i in (0, columns - 1) for j in (0, rows - 1)], dtype=np.float64)
    steps = stack.orientations.reshape(-1, 2, 3) * stack.spacings[:, ::-1, None]
    own = stack.positions[:, None, :] + np.einsum("ck,nkd->ncd", corners, steps)
    places = lps[:3, 3] + np.arange(order.shape[1])[:, None] * lps[:3, 2]
    by_affine = places[:, None, :] + (corners @ lps[:3, :2].T)[None]
    return np.asarray(np.linalg.norm(own[order] - by_affine, axis=-1).max(axis=-1))
