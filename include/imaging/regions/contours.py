"""Fill one closed contour on a pixel grid by the even-odd rule, scan line by scan line (PS3.3 C.8.8.6)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
SNAP_DECIMALS = 6  # of a pixel: rounding noise of the patient-to-pixel transform must not decide a pixel
CHANNEL = 0.01  # pixels: a gap of one contour narrower than this is a keyhole's channel, not outside


@dataclass(frozen=True)
class Area:
    """The pixels whose centres one contour holds: ``inside`` is a window that starts at ``row``, ``column``.

    ``self_overlap``: pixels that the contour winds around an even number of times, so that the even-odd
    rule leaves them out: the hole of a keyhole drawn in the outer line's direction, or a crossed line.
    """

    row: int
    column: int
    inside: NDArray[np.bool_]
    self_overlap: int

    @property
    def pixels(self) -> int:
        return int(np.count_nonzero(self.inside))


@dataclass(frozen=True)
class _Crossings:
    """Where edges cross scan lines: line number, place along it, and the edge's sense (+1 or -1)."""

    line: NDArray[np.int64]
    place: NDArray[np.float64]
    sense: NDArray[np.int64]


def area_of(points: Points, rows: int, columns: int) -> Area:
    """Return the pixels of an image of ``rows`` x ``columns`` whose centres lie inside one closed contour.

    A centre exactly on a left or upper border is inside, on a right or lower border outside, so that
    touching regions share no pixel and miss none. A channel of a keyhole takes no pixel away, whether it is a
    line drawn twice or a gap that is narrower than CHANNEL along a row or a column: C.8.8.6.3 calls it
    arbitrarily narrow and counts its path to the region.

    :param points: (n, 2), x = column, y = row, in pixels with centres at whole numbers; the last is joined
        to the first
    """
    x, y = np.round(np.vstack([points, points[:1]]).T, SNAP_DECIMALS)
    (column, width), (row, height) = _window(x, columns), _window(y, rows)
    x, y = x - column, y - row
    across = _crossings(x, y, height)
    first = np.minimum(np.maximum(np.ceil(across.place), 0), width).astype(np.int64)
    cells = np.bincount(across.line * (width + 1) + first, across.sense, height * (width + 1))
    winding = np.cumsum(cells.reshape(height, width + 1), axis=1)[:, :width].astype(np.int64)
    inside = winding % 2 == 1
    self_overlap = int(np.count_nonzero(winding)) - int(np.count_nonzero(inside))
    _close_channels(inside, across)
    _close_channels(inside.T, _crossings(y, x, width))
    return Area(row, column, inside, self_overlap)


def paste(areas: Sequence[Area], rows: int, columns: int, *, exclusive: bool) -> NDArray[np.bool_]:
    """Combine areas into one image: by exclusive disjunction, else by union; shape (rows, columns)."""
    image = np.zeros((rows, columns), dtype=bool)
    combine = np.logical_xor if exclusive else np.logical_or
    for area in areas:
        height, width = area.inside.shape
        window = image[area.row : area.row + height, area.column : area.column + width]
        combine(window, area.inside, out=window)
    return image


def fill(contours: Sequence[Points], rows: int, columns: int) -> NDArray[np.bool_]:
    """Return which pixel centres lie inside an odd number of ``contours``; shape (rows, columns)."""
    return paste([area_of(points, rows, columns) for points in contours], rows, columns, exclusive=True)


def _window(values: Points, limit: int) -> tuple[int, int]:
    """Return the first pixel, and how many, that values along one side of the image can enclose."""
    low, high = (min(max(math.ceil(value), 0), limit) for value in (values.min(), values.max()))
    return low, high - low


def _crossings(x: Points, y: Points, lines: int) -> _Crossings:
    """Cross a polygon, its first point repeated at the end, with the lines y = 0 .. ``lines`` - 1.

    An edge holds its lower end, not its upper. Every edge is computed from its lower end, so that a way there
    and back gives the same places twice.
    """
    line_after = np.minimum(np.maximum(np.ceil(y), 0), lines).astype(np.int64)
    edge = np.flatnonzero(line_after[1:] != line_after[:-1])
    up = line_after[edge + 1] > line_after[edge]
    low, high = np.where(up, edge, edge + 1), np.where(up, edge + 1, edge)
    first, counts = line_after[low], line_after[high] - line_after[low]
    slope = (x[high] - x[low]) / (y[high] - y[low])
    of_edge = np.repeat(np.arange(edge.size), counts)
    line = first[of_edge] + np.arange(of_edge.size) - (np.cumsum(counts) - counts)[of_edge]
    place = np.round(x[low][of_edge] + (line - y[low][of_edge]) * slope[of_edge], SNAP_DECIMALS)
    return _Crossings(line, place, np.where(up[of_edge], 1, -1))


def _close_channels(inside: NDArray[np.bool_], crossings: _Crossings) -> None:
    """Take pixel centres in, that lie in a gap narrower than CHANNEL along a line (changes ``inside``)."""
    order = np.lexsort((crossings.place, crossings.line))
    line, place = crossings.line[order], crossings.place[order]
    number_on_line = np.arange(line.size) - np.searchsorted(line, line)
    gap = np.flatnonzero((number_on_line[:-1] % 2 == 1) & (line[1:] == line[:-1]))
    centre = np.ceil(place[gap])
    narrow = (place[gap + 1] - place[gap] < CHANNEL) & (centre < place[gap + 1])
    narrow &= (centre >= 0) & (centre < inside.shape[1])
    inside[line[gap[narrow]], centre[narrow].astype(np.int64)] = True
