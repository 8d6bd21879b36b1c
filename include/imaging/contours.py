"""Fill closed contours on a pixel grid by the even-odd rule, scan line by scan line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
SNAP_DECIMALS = 6  # of a pixel: rounding noise of the patient-to-pixel transform must not decide a pixel


def fill(contours: Sequence[Points], rows: int, columns: int) -> NDArray[np.bool_]:
    """Return which pixel centres lie inside an odd number of ``contours``; shape (rows, columns).

    Each contour: (n, 2) points (x = column, y = row) in pixel units, centres at whole numbers, closed by
    itself. A centre exactly on a left or upper border is inside, on a right or lower border outside, so
    that touching regions share no pixel and miss none.
    """
    crossings = np.zeros((rows, columns + 1), dtype=bool)
    for points in contours:
        _toggle(crossings, np.round(points, SNAP_DECIMALS))
    return np.logical_xor.accumulate(crossings, axis=1)[:, :columns]


def _toggle(crossings: NDArray[np.bool_], points: Points) -> None:
    """Toggle, for each edge and each row it crosses, the first pixel centre at or right of the crossing."""
    rows, width = crossings.shape
    start, end = points, np.roll(points, -1, axis=0)
    low, high = np.minimum(start[:, 1], end[:, 1]), np.maximum(start[:, 1], end[:, 1])
    first = np.clip(np.ceil(low), 0, rows).astype(np.int64)
    counts = np.clip(np.clip(np.ceil(high), 0, rows).astype(np.int64) - first, 0, None)
    edges = np.repeat(np.arange(len(points)), counts)
    if not edges.size:
        return
    before = np.repeat(np.cumsum(counts) - counts, counts)
    y = first[edges] + np.arange(edges.size) - before
    slope = (end[edges, 0] - start[edges, 0]) / (end[edges, 1] - start[edges, 1])
    x = np.round(start[edges, 0] + (y - start[edges, 1]) * slope, SNAP_DECIMALS)
    column = np.clip(np.ceil(x), 0, width - 1).astype(np.int64)
    np.logical_xor.at(crossings, (y, column), True)
