"""One contour on a pixel grid: borders, keyholes, and what must not change the mask."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging.regions.contours import CHANNEL, Area, area_of, fill, paste

ROWS, COLUMNS = 24, 28
COORDINATES = st.floats(-4.0, 30.0).map(lambda value: round(value, 4))
POLYGONS = st.lists(st.tuples(COORDINATES, COORDINATES), min_size=3, max_size=12).map(np.array)


def circle(radius: float, points: int = 60, centre: float = 12.0, start: float = 0.0) -> np.ndarray:
    angles = start + np.linspace(0, 2 * np.pi, points, endpoint=False)
    return np.column_stack([centre + radius * np.cos(angles), centre + radius * np.sin(angles)])


def mask(points: np.ndarray) -> np.ndarray:
    return fill([points], ROWS, COLUMNS)


def self_overlap(points: np.ndarray) -> int:
    return area_of(points, ROWS, COLUMNS).self_overlap


@given(POLYGONS)
def test_the_direction_of_a_contour_does_not_matter(points):
    np.testing.assert_array_equal(mask(points[::-1]), mask(points))


@given(POLYGONS, st.integers(0, 11))
def test_the_first_point_of_a_contour_does_not_matter(points, shift):
    np.testing.assert_array_equal(mask(np.roll(points, shift, axis=0)), mask(points))


@given(POLYGONS, st.integers(0, 11))
def test_a_point_written_twice_or_the_first_one_again_at_the_end_changes_nothing(points, at):
    index = at % len(points)
    twice = np.insert(points, index, points[index], axis=0)
    np.testing.assert_array_equal(mask(twice), mask(points))
    np.testing.assert_array_equal(mask(np.vstack([points, points[:1]])), mask(points))


@given(POLYGONS, st.integers(-30, 30), st.integers(-30, 30))
def test_moving_a_contour_by_whole_pixels_moves_its_mask(points, right, down):
    wide = fill([points + 40], 110, 110)
    moved = fill([points + 40 + (right, down)], 110, 110)
    np.testing.assert_array_equal(moved, np.roll(wide, (down, right), axis=(0, 1)))


@given(POLYGONS)
def test_a_window_of_the_image_gives_the_same_pixels_as_the_whole_image(points):
    whole = fill([points], ROWS + 9, COLUMNS + 9)
    np.testing.assert_array_equal(mask(points), whole[:ROWS, :COLUMNS])


@given(POLYGONS, st.floats(-4.0, 30.0))
def test_a_polygon_cut_in_two_gives_two_masks_that_share_no_pixel_and_miss_none(points, cut):
    left = fill([points, clipped(points, cut, keep_left=False)], ROWS, COLUMNS)
    right = fill([clipped(points, cut, keep_left=False)], ROWS, COLUMNS)
    np.testing.assert_array_equal(left ^ right, mask(points))


def clipped(points: np.ndarray, cut: float, *, keep_left: bool) -> np.ndarray:
    """Push the points of one side onto the line x = cut."""
    limit = np.minimum if keep_left else np.maximum
    return np.column_stack([limit(points[:, 0], cut), points[:, 1]])


@pytest.mark.parametrize("radius", [6.3, 25.0, 100.7])
def test_the_area_of_a_circle_converges_to_the_true_one(radius):
    size = int(2 * radius) + 10
    pixels = int(fill([circle(radius, 720, size / 2)], size, size).sum())
    assert pixels == pytest.approx(np.pi * radius**2, rel=0.6 / radius)


def keyhole(width: float, turn: float, *, same_direction: bool = False) -> np.ndarray:
    """A ring with its hole, joined by a channel of that width (pixels) at an angle (radians)."""
    outer, inner = circle(9.3, start=turn), circle(3.7, start=turn)
    back = inner if same_direction else np.roll(inner[::-1], 1, axis=0)
    aside = width * np.array([-np.sin(turn), np.cos(turn)])
    return np.vstack([outer, outer[:1] - aside, back[:1] - aside, back[1:], back[:1]])


@pytest.mark.parametrize("width", [0.0, 1e-5, 0.7 * CHANNEL])
@pytest.mark.parametrize("degrees", range(0, 360, 15))
def test_a_keyhole_s_channel_neither_loses_nor_adds_a_pixel_even_through_centres(width, degrees):
    turn = np.radians(degrees)
    ring = fill([circle(9.3, start=turn), circle(3.7, start=turn)], ROWS, COLUMNS)
    np.testing.assert_array_equal(mask(keyhole(width, turn)), ring)


def test_a_channel_as_wide_as_a_pixel_is_outside():
    ring = fill([circle(9.3), circle(3.7)], ROWS, COLUMNS)
    lost = ring & ~mask(keyhole(1.0, 0.0))
    assert lost.sum() == 6
    assert set(np.argwhere(lost)[:, 0].tolist()) == {11}


def test_a_hole_drawn_in_the_outer_line_s_direction_is_a_hole_all_the_same_and_counted():
    against, along = keyhole(0.0, 0.3), keyhole(0.0, 0.3, same_direction=True)
    np.testing.assert_array_equal(mask(along), mask(against))
    hole = int(mask(circle(3.7, start=0.3)).sum())
    assert (self_overlap(against), self_overlap(along)) == (0, hole)


def test_a_crossed_line_counts_the_pixels_it_leaves_out():
    loop_in_a_loop = np.array([[1, 1], [20, 1], [20, 20], [5, 20], [5, 5], [15, 5], [15, 15], [1, 15]]) + 0.5
    assert self_overlap(loop_in_a_loop) > 0
    assert self_overlap(circle(5)) == 0


def test_noise_of_the_transform_does_not_decide_a_pixel_on_a_border():
    square = np.array([[3.0, 3.0], [9.0, 3.0], [9.0, 9.0], [3.0, 9.0]])
    noise = np.array([[1e-9, -1e-9], [-1e-9, 1e-9], [1e-9, 1e-9], [-1e-9, -1e-9]])
    for signed in (noise, -noise):
        np.testing.assert_array_equal(mask(square + signed), mask(square))
    assert mask(square).sum() == 36


def test_a_contour_far_outside_the_image_has_no_pixel():
    area = area_of(circle(5) + 1e6, ROWS, COLUMNS)
    assert (area.pixels, area.self_overlap) == (0, 0)
    assert not paste([area], ROWS, COLUMNS, exclusive=False).any()


def test_areas_are_united_or_combined_by_exclusive_disjunction():
    one = Area(1, 1, np.ones((2, 3), bool), 0)
    two = Area(2, 2, np.ones((2, 3), bool), 0)
    assert paste([one, two], 6, 6, exclusive=False).sum() == 10
    assert paste([one, two], 6, 6, exclusive=True).sum() == 8
