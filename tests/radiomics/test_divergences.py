"""Regions in which the two definitions diverge are found by reading the region."""

from __future__ import annotations

import numpy as np
import pytest

from radiomics_check.correspondence import Divergence
from radiomics_check.divergences import (
    Levels,
    Mask,
    diagonal_faces,
    grey_levels,
    surface_divergences,
    texture_divergences,
)

Voxel = tuple[int, int, int]


def region(*voxels: Voxel) -> Mask:
    inside = np.zeros((4, 4, 4), dtype=bool)
    for voxel in voxels:
        inside[voxel] = True
    return inside


@pytest.mark.parametrize("other", [(1, 1, 0), (1, 0, 1), (0, 1, 1)])
def test_two_voxels_that_touch_along_an_edge_leave_the_surface_open(other: Voxel):
    assert diagonal_faces(region((0, 0, 0), other)) == 1
    assert surface_divergences(region((0, 0, 0), other)) == {Divergence.OPEN_SURFACE}


@pytest.mark.parametrize("other", [(1, 0, 0), (0, 0, 1), (1, 1, 1), (2, 2, 0)])
def test_voxels_that_touch_otherwise_do_not(other: Voxel):
    assert surface_divergences(region((0, 0, 0), other)) == set()


def test_a_diagonal_that_a_third_voxel_fills_does_not():
    assert diagonal_faces(region((0, 0, 0), (1, 1, 0), (1, 0, 0))) == 0


def test_a_hole_at_the_border_of_the_image_counts_as_outside():
    assert diagonal_faces(region((3, 3, 3), (2, 2, 3))) == 1


def levels(*voxels: Voxel, level: float = 0) -> Levels:
    """Levels 1, 2, 3 ... or all of one level, in a box with a border."""
    box = np.zeros((6, 6, 6))
    for number, (i, j, k) in enumerate(voxels, start=1):
        box[i + 1, j + 1, k + 1] = level or number
    return box


@pytest.mark.parametrize(
    ("voxels", "in_space", "in_slices"),
    [
        ([(0, 0, 0), (1, 1, 1)], False, True),
        ([(0, 0, 0), (1, 1, 0)], False, False),
        ([(0, 0, 0), (0, 0, 1)], False, True),
        ([(0, 0, 0), (2, 0, 0), (2, 1, 1)], True, True),
        ([(0, 0, 0), (3, 3, 3)], True, True),
    ],
)
def test_a_voxel_without_neighbours_in_space_or_in_its_slice_is_isolated(
    voxels: list[Voxel], *, in_space: bool, in_slices: bool
):
    box = levels(*voxels)
    assert (Divergence.ISOLATED in texture_divergences(box, flat=False)) is in_space
    assert (Divergence.ISOLATED in texture_divergences(box, flat=True)) is in_slices


@pytest.mark.parametrize(
    ("sides", "in_space", "in_slices"),
    [((2, 2, 2), False, False), ((2, 2, 1), True, False), ((1, 2, 2), True, True), ((2, 1, 2), True, True)],
)
def test_a_direction_in_which_no_voxels_touch_is_found(sides: Voxel, *, in_space: bool, in_slices: bool):
    box = levels(*np.ndindex(sides))
    assert (Divergence.NO_PAIRS in texture_divergences(box, flat=False)) is in_space
    assert (Divergence.NO_PAIRS in texture_divergences(box, flat=True)) is in_slices


def test_a_direction_whose_pairs_are_of_one_level_is_found():
    row = [(0, 0, 0), (1, 0, 0), (2, 0, 0)]
    assert texture_divergences(levels(*row, level=7), flat=True) == {
        Divergence.NO_PAIRS,
        Divergence.ONE_LEVEL,
    }
    assert texture_divergences(levels(*row), flat=True) == {Divergence.NO_PAIRS}


def test_a_full_box_of_several_levels_has_none():
    assert texture_divergences(levels(*np.ndindex(3, 3, 3)), flat=False) == set()


@pytest.mark.parametrize(
    ("discretisation", "expected"),
    [
        ({"method": "fbn", "bins": 4}, [1, 2, 3, 4, 4]),
        ({"method": "fbs", "width": 2, "origin": 0}, [1, 2, 3, 4, 5]),
        ({"method": "none"}, [1, 3, 5, 7, 8]),
    ],
)
def test_grey_levels_are_those_of_ibsi_in_the_box_of_the_region(
    discretisation: dict[str, object], expected: list[int]
):
    values = np.zeros((9, 2, 2))
    values[2:7, 1, 1] = [1, 3, 5, 7, 8]
    box = grey_levels(values, values > 0, discretisation)
    assert box.shape == (7, 3, 3)
    assert box[1:-1, 1, 1].tolist() == expected
    assert np.count_nonzero(box) == len(expected)


def test_a_flat_region_has_one_level():
    box = grey_levels(np.full((2, 2, 2), 5.0), np.ones((2, 2, 2), dtype=bool), {"method": "fbn", "bins": 4})
    assert set(box[1:-1, 1:-1, 1:-1].flat) == {1}
