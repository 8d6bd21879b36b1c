"""Several contours of one region on one slice: holes, islands, repetition, and overlaps."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from imaging.reasons import Reason
from imaging.records import Refusal
from imaging.regions.nesting import SliceMask, combine


def box(left: float, top: float, right: float, bottom: float) -> np.ndarray:
    """A rectangle; ends at .5 hold all pixels between them."""
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], dtype=float)


OUTER, HOLE, ISLAND = box(0.5, 0.5, 10.5, 10.5), box(2.5, 2.5, 8.5, 8.5), box(4.5, 4.5, 6.5, 6.5)


def done(*contours: np.ndarray, exclusive: bool = False) -> SliceMask:
    found = combine(contours, 14, 14, exclusive=exclusive)
    assert isinstance(found, SliceMask), found
    return found


def pixels(*contours: np.ndarray, exclusive: bool = False) -> int:
    return int(done(*contours, exclusive=exclusive).inside.sum())


@pytest.mark.parametrize("order", list(itertools.permutations([OUTER, HOLE, ISLAND])))
@pytest.mark.parametrize("exclusive", [False, True])
def test_a_nested_contour_is_a_hole_and_one_in_the_hole_an_island_in_any_order(order, exclusive):
    found = done(*order, exclusive=exclusive)
    assert int(found.inside.sum()) == 100 - 36 + 4
    assert found.nested == (0 if exclusive else 2)


def test_parts_side_by_side_are_added():
    found = done(box(0.5, 0.5, 3.5, 3.5), box(3.5, 0.5, 6.5, 3.5), box(8.5, 8.5, 9.5, 9.5))
    assert (int(found.inside.sum()), found.nested, found.overlapping) == (19, 0, 0)


def test_a_hole_that_touches_the_outer_line_is_a_hole():
    assert pixels(OUTER, box(0.5, 2.5, 4.5, 4.5)) == 100 - 8


def test_a_hole_that_sticks_out_by_less_than_a_pixel_centre_is_a_hole():
    assert pixels(OUTER, box(0.2, 2.5, 4.5, 4.5)) == 100 - 8


def test_a_small_partial_overlap_is_a_union_and_punches_no_hole():
    found = done(box(0.5, 0.5, 5.5, 5.5), box(4.5, 4.5, 9.5, 9.5))
    assert (int(found.inside.sum()), found.overlapping, found.nested) == (49, 2, 0)


def test_overlapping_holes_are_one_hole():
    assert pixels(box(-0.5, -0.5, 12.5, 12.5), box(1.5, 1.5, 6.5, 6.5), box(5.5, 5.5, 10.5, 10.5)) == 169 - 49


def test_a_chain_of_overlaps_is_one_part():
    chain = [box(n - 0.5, 0.5, n + 2.5, 3.5) for n in (1, 3, 5, 7)]
    found = done(*chain)
    assert (int(found.inside.sum()), found.overlapping) == (27, 4)


def test_a_large_overlap_that_is_no_nesting_is_refused_with_the_counts():
    sticking_out = box(-1.5, 2.5, 4.5, 4.5)
    assert combine([OUTER, sticking_out], 14, 14) == Refusal(
        Reason.REGION_CONTOURS_OVERLAP, {"pixels_shared": 8, "pixels_of_smaller": 10, "contours": 2}
    )


def test_two_different_lines_around_the_same_pixels_are_refused():
    found = combine([OUTER, OUTER + 0.1], 14, 14)
    assert isinstance(found, Refusal)
    assert found.reason is Reason.REGION_CONTOURS_OVERLAP


def test_exclusive_contours_leave_out_what_two_of_them_share_as_the_standard_says():
    assert pixels(box(0.5, 0.5, 5.5, 5.5), box(4.5, 4.5, 9.5, 9.5), exclusive=True) == 48
    assert pixels(OUTER, OUTER, exclusive=True) == 0


@pytest.mark.parametrize(
    "again",
    [
        OUTER,
        OUTER[::-1],
        np.roll(OUTER, 2, axis=0),
        np.vstack([OUTER, OUTER[:1]]),
        np.roll(OUTER[::-1], 1, axis=0) + 1e-5,
    ],
)
def test_a_contour_written_twice_counts_once_whatever_its_start_or_direction(again):
    found = done(OUTER, again)
    assert (int(found.inside.sum()), found.repeated, found.nested) == (100, 1, 0)


def test_contours_that_hold_no_pixel_centre_change_nothing():
    assert pixels(OUTER, box(2.1, 2.1, 2.9, 2.9), box(2.2, 2.2, 2.8, 2.8)) == 100
