"""Contours on grids of every kind, between and across slices, and contours that enclose nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pydicom.dataset import Dataset

from imaging.reasons import Reason
from imaging.records import Refusal
from imaging.regions.contours import fill
from imaging.regions.rasterise import RegionResult, rasterise
from imaging.volume import Volume
from tests.imaging.factories import contour, dataset, encode, square, stack, structure_dataset, volume_of

SHAPE = (16, 12, 5)
STAR = np.array([[2.2, 1.3], [9.4, 3.2], [13.8, 1.1], [11.3, 6.4], [13.2, 10.3], [7.1, 8.2], [1.7, 9.6]])
TURN = np.array([[0.36, 0.48, -0.8], [-0.8, 0.6, 0.0], [0.48, 0.64, 0.6]])


@pytest.fixture(scope="module")
def flat() -> Volume:
    return volume_of(stack())


def grid(kind: str) -> np.ndarray:
    """An affine (RAS+ mm): upright, mirrored, oblique, or sheared as by a tilted gantry."""
    steps = {
        "upright": np.diag([0.7, 1.1, 3.0]),
        "mirrored": np.diag([-0.7, 1.1, -3.0]),
        "oblique": TURN @ np.diag([0.7, 1.1, 3.0]),
        "sheared": np.array([[0.7, 0.0, 0.0], [0.0, 1.1, 0.8], [0.0, 0.0, 3.0]]),
        "oblique and sheared": TURN @ np.array([[0.7, 0.0, 0.4], [0.0, 1.1, -0.9], [0.0, 0.0, 3.0]]),
    }
    affine = np.eye(4)
    affine[:3, :3], affine[:3, 3] = steps[kind], (-31.7, 12.3, 140.9)
    return affine


def drawn(affine: np.ndarray, points: np.ndarray, index: float, kind: str = "CLOSED_PLANAR") -> Dataset:
    """A contour given in pixels on slice ``index``, as a planning system would write it (LPS mm)."""
    voxels = np.column_stack([points, np.full(len(points), index), np.ones(len(points))])
    lps = (voxels @ affine.T)[:, :3] * (-1, -1, 1)
    return contour(np.round(lps, 4).tolist(), kind)


def region(volume: Volume, *contours: Dataset) -> RegionResult:
    found = rasterise(encode(structure_dataset({"GTV": list(contours)})), volume)
    assert isinstance(found, list), found
    return found[0]


def refused(volume: Volume, *contours: Dataset) -> Refusal:
    result = region(volume, *contours)
    assert result.refusal is not None
    assert (result.mask, result.voxels) == (None, 0)
    return result.refusal


@pytest.mark.parametrize("kind", ["upright", "mirrored", "oblique", "sheared", "oblique and sheared"])
def test_a_contour_gives_the_same_pixels_on_any_grid(flat, kind):
    affine = grid(kind)
    volume = replace(flat, affine=affine, array=np.zeros(SHAPE, np.int16))
    result = region(volume, drawn(affine, STAR, 1), drawn(affine, STAR + 0.25, 2))
    assert result.mask is not None
    np.testing.assert_array_equal(result.mask[:, :, 1].T, fill([STAR], SHAPE[1], SHAPE[0]))
    np.testing.assert_array_equal(result.mask[:, :, 2].T, fill([STAR + 0.25], SHAPE[1], SHAPE[0]))
    assert result.mask[:, :, [0, 3, 4]].sum() == 0
    assert result.volume_ml == pytest.approx(result.voxels * 0.7 * 1.1 * 3.0 / 1000)


def test_a_contour_upright_in_space_crosses_the_slices_of_a_sheared_grid_s_neighbour_and_is_refused(flat):
    volume = replace(flat, affine=grid("oblique"), array=np.zeros(SHAPE, np.int16))
    assert refused(volume, drawn(grid("upright"), STAR, 1)).reason is Reason.REGION_OFF_GRID


def test_an_image_without_a_place_in_the_patient_takes_no_region(flat):
    found = rasterise(encode(structure_dataset({"GTV": []})), replace(flat, projection=True))
    assert found == Refusal(Reason.REGION_OFF_GRID, {"patient_space": False})


def test_the_mask_of_a_four_dimensional_volume_has_three_dimensions(flat):
    long = replace(flat, array=np.stack([flat.array] * 4, axis=3))
    result = region(long, square(5.0, 0.5, 3.5))
    assert result.mask is not None
    assert (result.mask.shape, result.voxels) == ((6, 5, 5), 9)


def test_a_contour_near_a_slice_s_plane_belongs_to_that_slice(flat):
    result = region(flat, square(5.0 + 0.24 * 2.5, 0.5, 3.5))
    assert result.mask is not None
    assert result.mask[:, :, 2].sum() == result.voxels == 9
    assert refused(flat, square(5.0 + 0.26 * 2.5, 0.5, 3.5)).reason is Reason.REGION_OFF_GRID


def test_contours_of_two_planes_in_one_slice_are_refused_and_not_taken_for_ring_and_hole(flat):
    refusal = refused(flat, square(5.0 - 0.5, 0.5, 4.5), square(5.0 + 0.5, 1.5, 3.5))
    assert refusal.reason is Reason.REGION_OFF_GRID
    assert refusal.evidence["planes_apart_slices"] == pytest.approx(0.4)


def test_contours_at_every_second_slice_were_drawn_on_another_spacing(flat):
    assert refused(flat, *[square(z, 0.5, 3.5) for z in (0.0, 5.0, 10.0)]) == Refusal(
        Reason.REGION_OFF_GRID, {"plane_step_slices": 2, "steps_alike": 2, "planes": 3}
    )


def test_a_single_gap_is_kept_as_drawn_and_recorded(flat):
    result = region(flat, *[square(z, 0.5, 3.5) for z in (0.0, 2.5, 7.5, 10.0)])
    assert (result.voxels, result.details["slices_without_contour_inside"]) == (36, 1)


def test_the_contour_s_offset_vector_moves_it_to_its_slab(flat):
    moved = square(5.0, 0.5, 3.5)
    moved.ContourOffsetVector = [0.0, 0.0, 2.5]
    result = region(flat, moved)
    assert result.mask is not None
    assert result.mask[:, :, 3].sum() == result.voxels == 9


@pytest.mark.parametrize(
    "points",
    [
        [(-9, 21, 5.0)],
        [(-9, 21, 5.0), (-8, 21, 5.0)],
        [(-9, 21, 5.0)] * 4,
        [(-9, 21, 5.0), (-8, 22, 5.0), (-7, 23, 5.0), (-8, 22, 5.0)],
    ],
)
def test_a_closed_contour_without_area_encloses_nothing_and_is_counted(flat, points):
    result = region(flat, square(5.0, 0.5, 3.5), contour(points))
    assert (result.voxels, result.details["degenerate_contours"], result.details["contours"]) == (9, 1, 2)
    alone = refused(flat, contour(points))
    assert (alone.reason, alone.evidence["degenerate_contours"]) == (Reason.EMPTY_REGION, 1)


def test_points_beside_closed_contours_have_no_area_and_are_counted(flat):
    point = contour([(-9, 21, 5.0)], "POINT")
    result = region(flat, square(5.0, 0.5, 3.5), point)
    assert (result.voxels, result.details["point_contours"]) == (9, 1)
    assert refused(flat, point) == Refusal(Reason.REGION_UNSUPPORTED, {"contour_kinds": {"POINT": 1}})


@pytest.mark.parametrize("kind", ["OPEN_PLANAR", "OPEN_NONPLANAR", "", "MILLER", "CLOSEDPLANAR_XOR"])
def test_open_unknown_and_mixed_kinds_are_refused(flat, kind):
    other = square(2.5, 0.5, 3.5)
    other.ContourGeometricType = kind
    refusal = refused(flat, square(5.0, 0.5, 3.5), other)
    counted = {"CLOSED_PLANAR": 1, kind if "PLANAR" in kind else "other": 1}
    assert refusal == Refusal(Reason.REGION_UNSUPPORTED, {"contour_kinds": counted})


def test_exclusive_contours_cut_out_what_they_share_and_plain_ones_add_it(flat):
    corners = [(0.5, 2.5), (1.5, 4.5)]
    plain = region(flat, *[square(5.0, *corner) for corner in corners])
    exclusive = [square(5.0, *corner) for corner in corners]
    for item in exclusive:
        item.ContourGeometricType = "CLOSEDPLANAR_XOR"
    assert (plain.voxels, plain.details["overlapping_contours"]) == (4 + 9 - 1, 2)
    assert region(flat, *exclusive).voxels == 4 + 9 - 2


def test_contours_that_could_be_part_or_hole_are_refused_with_their_slice(flat):
    refusal = refused(flat, square(5.0, 0.5, 3.5), square(5.0, 0.6, 3.6))
    assert (refusal.reason, refusal.evidence["slice"]) == (Reason.REGION_CONTOURS_OVERLAP, 2)


def test_a_keyhole_and_its_two_rings_give_the_same_region(flat):
    outer = [(-0.5, -0.5), (4.5, -0.5), (4.5, 4.5), (-0.5, 4.5)]
    inner = [(1.5, 1.5), (1.5, 2.5), (2.5, 2.5), (2.5, 1.5)]
    rings = [drawn(flat.affine, np.array(ring), 2) for ring in (outer, inner)]
    keyhole = drawn(flat.affine, np.array([*outer, outer[0], *inner, inner[0]]), 2)
    one, two = region(flat, keyhole), region(flat, *rings)
    np.testing.assert_array_equal(one.mask, two.mask)
    assert (one.voxels, two.details["nested_contours"]) == (24, 1)


@pytest.mark.parametrize(
    "change", [{"NumberOfContourPoints": 5}, {"ContourData": [1.0, 2.0]}, {"ContourData": []}]
)
def test_a_contour_with_other_points_than_it_states_is_refused(flat, change):
    broken = square(5.0, 0.5, 3.5)
    for keyword, value in change.items():
        setattr(broken, keyword, value)
    found = rasterise(encode(structure_dataset({"GTV": [broken]})), flat)
    reasons = {found.reason} if isinstance(found, Refusal) else {found[0].refusal.reason}
    assert reasons <= {Reason.REGION_UNSUPPORTED, Reason.UNREADABLE_HEADER}


def test_a_region_without_a_contour_item_is_empty(flat):
    item = structure_dataset({"GTV": [square(5.0, 0.5, 3.5)]})
    item.StructureSetROISequence.append(dataset(ROINumber=9, ROIName="Couch"))
    found = rasterise(encode(item), flat)
    assert isinstance(found, list)
    assert [region.refusal for region in found] == [None, Refusal(Reason.EMPTY_REGION, {"contours": 0})]
