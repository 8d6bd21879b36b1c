"""Combine the closed contours of one region on one slice: holes, islands, overlaps (PS3.3 C.8.8.6.3)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imaging.reasons import Reason
from imaging.records import Refusal
from imaging.regions.contours import Area, Points, area_of, paste

UNION_SHARE = 0.5  # of the smaller contour's pixels: up to here a partial overlap is two areas that touch
SAME_POINT_DECIMALS = 3  # of a pixel: contours that agree so far are one contour written twice


@dataclass(frozen=True)
class SliceMask:
    """A region on one slice, ``inside`` (rows, columns), and counts of how it was made.

    ``repeated``: contours drawn twice; ``nested``: contours inside another one;
    ``overlapping``: contours joined for a partial overlap; ``self_overlap``: pixels, see ``Area``.
    """

    inside: NDArray[np.bool_]
    repeated: int
    nested: int
    overlapping: int
    self_overlap: int


def combine(
    contours: Sequence[Points], rows: int, columns: int, *, exclusive: bool = False
) -> SliceMask | Refusal:
    """Return the pixels of one region on one slice from its contours (pixel units, see ``area_of``).

    CLOSEDPLANAR_XOR: exclusive disjunction of all, in any order, as the standard has it. CLOSED_PLANAR, for
    which the standard only has single contours and the keyhole: areas side by side are added; a contour
    inside another is a hole, one inside the hole an island, as planning systems write them; a contour written
    twice counts once; areas that overlap by up to UNION_SHARE of the smaller one are added, since exclusion
    is what the other type is for. A larger overlap that is no nesting, or two different lines around the same
    pixels, could mean an island or a hole: REGION_CONTOURS_OVERLAP.

    :param exclusive: whether the contours are CLOSEDPLANAR_XOR
    """
    kept = list(contours)
    if not exclusive and len(contours) > 1:
        kept = list({_key(points): points for points in contours}.values())
    areas = [area_of(points, rows, columns) for points in kept]
    repeated, self_overlap = len(contours) - len(kept), sum(area.self_overlap for area in areas)
    if exclusive or len(areas) == 1:
        return SliceMask(paste(areas, rows, columns, exclusive=True), repeated, 0, 0, self_overlap)
    sizes = [area.pixels for area in areas]
    group = list(range(len(areas)))
    nested, overlapping = set[int](), set[int]()
    for first, second in itertools.combinations(range(len(areas)), 2):
        shared, smaller = _shared(areas[first], areas[second]), min(sizes[first], sizes[second])
        if _unclear(shared, sizes[first], sizes[second]):
            evidence = {"pixels_shared": shared, "pixels_of_smaller": smaller, "contours": len(areas)}
            return Refusal(Reason.REGION_CONTOURS_OVERLAP, evidence)
        if shared and shared == smaller:
            nested.add(first if sizes[first] == smaller else second)
        elif shared:
            overlapping |= {first, second}
            group = [group[first] if number == group[second] else number for number in group]
    joined = [[areas[i] for i in range(len(areas)) if group[i] == number] for number in dict.fromkeys(group)]
    mask = np.zeros((rows, columns), dtype=bool)
    for group_areas in joined:
        mask ^= paste(group_areas, rows, columns, exclusive=False)
    return SliceMask(mask, repeated, len(nested), len(overlapping), self_overlap)


def _unclear(shared: int, first: int, second: int) -> bool:
    """Whether two contours with that many pixels, and so many in common, could be two areas or a hole."""
    smaller = min(first, second)
    return (0 < shared == first == second) or UNION_SHARE * smaller < shared < smaller


def _shared(first: Area, second: Area) -> int:
    """Count the pixels that two areas have in common."""
    (height, width), (height_2, width_2) = first.inside.shape, second.inside.shape
    top, left = max(first.row, second.row), max(first.column, second.column)
    bottom = min(first.row + height, second.row + height_2)
    right = min(first.column + width, second.column + width_2)
    if top >= bottom or left >= right:
        return 0
    windows = [
        area.inside[top - area.row : bottom - area.row, left - area.column : right - area.column]
        for area in (first, second)
    ]
    return int(np.count_nonzero(windows[0] & windows[1]))


def _key(points: Points) -> bytes:
    """Describe a contour regardless of its first point, its direction and points written twice in a row."""
    rounded = np.round(points, SAME_POINT_DECIMALS) + 0.0
    distinct = rounded[np.any(rounded != np.roll(rounded, 1, axis=0), axis=1)]
    if not len(distinct):
        return rounded[:1].tobytes()
    start = int(np.lexsort((distinct[:, 1], distinct[:, 0]))[0])
    forward = np.roll(distinct, -start, axis=0)
    backward = np.roll(forward[::-1], 1, axis=0)
    return min(forward.tobytes(), backward.tobytes())
