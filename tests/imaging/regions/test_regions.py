"""Contours to masks: the stated rule for pixel centres, holes and islands, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from imaging.reasons import Reason
from imaging.records import Refusal
from imaging.regions.contours import fill
from imaging.regions.rasterise import RegionResult, rasterise, slug_of
from tests.imaging.factories import (
    contour,
    dataset,
    encode,
    slice_dataset,
    square,
    stack,
    structure_bytes,
    structure_dataset,
    volume_of,
)


def regions(**named) -> list[RegionResult]:
    found = rasterise(structure_bytes(named), volume_of(stack()))
    assert isinstance(found, list), found
    return found


def one(*contours) -> RegionResult:
    return regions(GTV=list(contours))[0]


def refused(*contours) -> Refusal:
    result = one(*contours)
    assert (result.mask, result.voxels, result.volume_ml) == (None, 0, 0.0)
    assert result.refusal is not None
    return result.refusal


def test_a_square_covers_the_voxels_whose_centres_it_holds_on_its_own_slice():
    result = one(square(5.0, 0.5, 3.5))
    expected = np.zeros((6, 5, 5), np.uint8)
    expected[1:4, 1:4, 2] = 1
    assert result.mask is not None
    np.testing.assert_array_equal(result.mask, expected)
    assert (result.voxels, result.volume_ml) == (9, pytest.approx(9 * 0.5 * 1.5 * 2.5 / 1000))


def test_a_centre_on_the_left_or_upper_border_is_inside_and_on_the_right_or_lower_one_outside():
    result = one(square(0.0, 1.0, 3.0))
    assert result.mask is not None
    assert sorted(map(tuple, np.argwhere(result.mask).tolist())) == [
        (1, 1, 0),
        (1, 2, 0),
        (2, 1, 0),
        (2, 2, 0),
    ]


def test_regions_that_touch_share_no_voxel_and_miss_none():
    left = fill([np.array([[0.0, 0.0], [2.3, 0.0], [3.1, 6.0], [0.0, 6.0]])], 8, 8)
    right = fill([np.array([[2.3, 0.0], [7.0, 0.0], [7.0, 6.0], [3.1, 6.0]])], 8, 8)
    whole = fill([np.array([[0.0, 0.0], [7.0, 0.0], [7.0, 6.0], [0.0, 6.0]])], 8, 8)
    assert not (left & right).any()
    np.testing.assert_array_equal(left | right, whole)


def test_a_contour_inside_another_is_a_hole_and_one_inside_the_hole_an_island():
    ring = fill([square_points(0.5, 8.5), square_points(1.5, 7.5), square_points(3.5, 5.5)], 10, 10)
    assert ring[4, :].tolist() == [False, True, False, False, True, True, False, False, True, False]


def square_points(low: float, high: float) -> np.ndarray:
    return np.array([[low, low], [high, low], [high, high], [low, high]])


def test_a_keyhole_contour_gives_the_same_mask_as_ring_and_hole():
    outer, inner = square_points(0.5, 8.5), square_points(2.5, 6.5)[::-1]
    keyhole = np.concatenate([outer, outer[:1], inner, inner[:1]])
    np.testing.assert_array_equal(fill([keyhole], 10, 10), fill([outer, inner], 10, 10))


def test_filling_agrees_with_the_crossing_number_of_every_centre():
    random = np.random.default_rng(5)
    points = random.uniform(-2, 14, (9, 2))
    mask = fill([points], 12, 12)
    ends = np.roll(points, -1, axis=0)
    for row, column in np.ndindex(12, 12):
        crossings = 0
        for (x0, y0), (x1, y1) in zip(points, ends, strict=True):
            if (y0 <= row) != (y1 <= row) and x0 + (row - y0) * (x1 - x0) / (y1 - y0) <= column:
                crossings += 1
        assert mask[row, column] == bool(crossings % 2)
    assert 0 < mask.sum() < 144


def test_the_same_contour_twice_counts_once_and_is_recorded():
    twice = one(square(0.0, 0.5, 3.5), square(0.0, 0.5, 3.5))
    assert (twice.voxels, twice.details["repeated_contours"]) == (9, 1)


def test_several_regions_come_out_apart_and_a_bad_one_leaves_the_others_alone():
    good, bad = regions(GTV=[square(0.0, 0.5, 3.5)], PTV=[square(1.25, 0.5, 3.5)])
    assert (good.slug, good.voxels, good.refusal) == ("gtv", 9, None)
    assert bad.refusal is not None
    assert bad.refusal.reason is Reason.REGION_OFF_GRID


def test_slices_without_contour_between_others_are_recorded():
    assert one(square(0.0, 0.5, 3.5), square(7.5, 0.5, 3.5)).details["slices_without_contour_inside"] == 2


@pytest.mark.parametrize("z", [-2.5, 12.5, 1.25, 3.2])
def test_contours_beyond_the_stack_or_between_slices_are_off_grid(z):
    assert refused(square(z, 0.5, 3.5)).reason is Reason.REGION_OFF_GRID


def test_a_contour_beyond_the_image_s_edge_is_off_grid():
    refusal = refused(square(0.0, 0.5, 9.5))
    assert (refusal.reason, refusal.evidence["beyond_image_pixels"]) == (
        Reason.REGION_OFF_GRID,
        pytest.approx(5.5),
    )


def test_a_contour_that_leaves_its_plane_is_off_grid():
    tilted = contour([(-9, 21, 0.0), (-8, 21, 2.5), (-8, 24, 2.5)])
    assert refused(tilted).reason is Reason.REGION_OFF_GRID


def test_a_contour_between_all_centres_is_an_empty_region():
    assert refused(square(0.0, 1.2, 1.8)).reason is Reason.EMPTY_REGION


def test_a_structure_set_of_another_series_is_refused():
    found = rasterise(structure_bytes({"GTV": [square(0, 1, 3)]}, series="1.9"), volume_of(stack()))
    assert found == Refusal(Reason.REGION_WITHOUT_IMAGE, {"series_referenced": 1})


def test_a_region_of_another_frame_that_the_file_declares_is_refused():
    item = structure_dataset({"GTV": [square(0, 1, 3)]})
    item.StructureSetROISequence[0].ReferencedFrameOfReferenceUID = "1.9"
    item.ReferencedFrameOfReferenceSequence.append(dataset(FrameOfReferenceUID="1.9"))
    found = rasterise(encode(item), volume_of(stack()))
    assert isinstance(found, list)
    assert found[0].refusal == Refusal(Reason.REGION_WITHOUT_IMAGE, {"other_frame_of_reference": True})


def test_a_region_frame_declared_nowhere_is_recorded_when_series_and_frame_are_the_volume_s():
    item = structure_dataset({"GTV": [square(0, 1, 3)]})
    item.StructureSetROISequence[0].ReferencedFrameOfReferenceUID = "1.9"
    found = rasterise(encode(item), volume_of(stack()))
    assert isinstance(found, list)
    assert (found[0].refusal, found[0].details["frame_undeclared"]) == (None, True)
    assert one(square(0, 1, 3)).details["frame_undeclared"] is False


def test_an_image_given_as_regions_and_garbage_are_refused():
    volume = volume_of(stack())
    found = rasterise(encode(slice_dataset(0)), volume)
    assert isinstance(found, Refusal)
    assert found.reason is Reason.REGION_UNSUPPORTED
    assert rasterise(b"", volume) == Refusal(Reason.EMPTY_FILE)


@pytest.mark.parametrize("undefined_length", [False, True])
def test_a_structure_set_cut_anywhere_gives_the_whole_region_or_none(undefined_length):
    item = structure_dataset({"GTV": [square(2.5 * k, 0.5, 3.5) for k in range(4)]})
    for keyword in ("ROIContourSequence", "StructureSetROISequence"):
        item[keyword].is_undefined_length = undefined_length
    for entry in item.ROIContourSequence:
        entry["ContourSequence"].is_undefined_length = undefined_length
    whole, volume = encode(item), volume_of(stack())
    outcomes = {"whole": 0, "none": 0}
    for cut in range(200, len(whole) + 1):
        found = rasterise(whole[:cut], volume)
        voxels = 0 if isinstance(found, Refusal) else sum(region.voxels for region in found)
        assert voxels in {0, 36}, cut
        outcomes["whole" if voxels else "none"] += 1
    assert outcomes["whole"] >= 1
    assert outcomes["none"] > 400


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("GTV_Mass_PET", "gtv-mass-pet"),
        ("Lunge, linker Flügel", "lunge-linker-flugel"),
        ("../..", "region"),
        ("", "region"),
        ("x" * 90, "x" * 64),
    ],
)
def test_slugs_are_fit_for_file_names(name, slug):
    assert slug_of(name) == slug
