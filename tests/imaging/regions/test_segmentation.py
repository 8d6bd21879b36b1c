"""Segmentations as masks: packed bits, fractions, label maps, and where their frames must lie."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import ExplicitVRLittleEndian, RLELossless

from imaging.dicom_reading.sop_classes import role_of
from imaging.reasons import Reason
from imaging.records import Refusal, Role
from imaging.regions.rasterise import RegionResult, rasterise
from imaging.volume import Volume
from tests.imaging.factories import encode, slice_dataset, stack, volume_of
from tests.imaging.segmentations import (
    LABEL_MAP,
    SEGMENTATION,
    SegmentFrame,
    at_slice,
    segmentation,
    segmentation_bytes,
)

ROWS, COLUMNS, SLICES = 5, 6, 5  # 30 pixels a frame: frames do not begin at whole bytes


@pytest.fixture(scope="module")
def volume() -> Volume:
    return volume_of(stack())


def random_pixels(seed: int, most: int = 1, dtype: type = np.uint8) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, most + 1, (ROWS, COLUMNS)).astype(dtype)


def regions(data: bytes, volume: Volume) -> list[RegionResult]:
    found = rasterise(data, volume)
    assert isinstance(found, list), found
    return found


def refusal(data: bytes, volume: Volume) -> Refusal:
    found = rasterise(data, volume)
    if isinstance(found, Refusal):
        return found
    assert [(item.mask, item.voxels) for item in found] == [(None, 0)] * len(found)
    assert found[0].refusal is not None
    return found[0].refusal


def expected(frames: dict[int, np.ndarray]) -> np.ndarray:
    mask = np.zeros((COLUMNS, ROWS, SLICES), np.uint8)
    for index, pixels in frames.items():
        mask[:, :, index] = pixels.T
    return mask


def test_packed_frames_of_an_odd_size_come_out_bit_for_bit_and_missing_slices_are_background(volume):
    drawn = {index: random_pixels(index) for index in (3, 1, 2)}
    (result,) = regions(segmentation_bytes([at_slice(1, k, v) for k, v in drawn.items()]), volume)
    np.testing.assert_array_equal(result.mask, expected(drawn))
    assert (result.name, result.slug, result.kind, result.refusal) == ("Liver", "liver", "SEG", None)
    assert result.voxels == sum(int(v.sum()) for v in drawn.values())
    assert result.volume_ml == pytest.approx(result.voxels * 0.5 * 1.5 * 2.5 / 1000)
    assert (result.details["frames"], result.details["segmentation_type"]) == (3, "BINARY")


def test_segments_come_out_apart_and_may_overlap(volume):
    one, two = random_pixels(1), random_pixels(2)
    frames = [at_slice(7, 2, one), at_slice(2, 2, two), at_slice(7, 3, two)]
    first, second = regions(segmentation_bytes(frames, {7: "Tumour", 2: "Organ"}), volume)
    np.testing.assert_array_equal(first.mask, expected({2: one, 3: two}))
    np.testing.assert_array_equal(second.mask, expected({2: two}))
    assert (one & two).any()
    assert [item.details["segment_number"] for item in (first, second)] == [7, 2]


def test_a_segment_without_a_usable_name_is_named_by_its_number(volume):
    frames = [at_slice(1, 2, random_pixels(1)), at_slice(4, 2, random_pixels(2))]
    found = regions(segmentation_bytes(frames, {1: "", 4: "***"}), volume)
    assert [item.slug for item in found] == ["segment-1", "segment-4"]


def test_segments_whose_names_become_the_same_are_both_refused(volume):
    frames = [at_slice(1, 2, random_pixels(1)), at_slice(2, 3, random_pixels(2))]
    found = regions(segmentation_bytes(frames, {1: "GTV 1", 2: "gtv-1"}), volume)
    assert [item.refusal for item in found] == [Refusal(Reason.DUPLICATE_REGION)] * 2


def test_a_segment_without_pixels_is_an_empty_region_and_leaves_the_others_alone(volume):
    frames = [at_slice(1, 2, random_pixels(1)), at_slice(2, 3, np.zeros((ROWS, COLUMNS), np.uint8))]
    full, empty = regions(segmentation_bytes(frames, {1: "A", 2: "B"}), volume)
    assert full.refusal is None
    assert empty.refusal is not None
    assert empty.refusal.reason is Reason.EMPTY_REGION


@pytest.mark.parametrize(("maximum", "threshold"), [(255, 128), (100, 50), (1, 1)])
def test_a_fraction_counts_from_half_of_the_maximum_on(volume, maximum, threshold):
    pixels = np.zeros((ROWS, COLUMNS), np.uint8)
    pixels[1, 2], pixels[3, 4], pixels[0, 0] = threshold, threshold - 1, maximum
    data = segmentation_bytes(
        [at_slice(1, 2, pixels)],
        form="FRACTIONAL",
        MaximumFractionalValue=maximum,
        SegmentationFractionalType="PROBABILITY",
    )
    (result,) = regions(data, volume)
    np.testing.assert_array_equal(result.mask, expected({2: (pixels >= threshold).astype(np.uint8)}))
    assert result.voxels == 2
    recorded = [result.details[f"fractional_{name}"] for name in ("type", "maximum", "threshold")]
    assert recorded == ["PROBABILITY", maximum, threshold]


def test_compressed_fractions_are_decoded(volume):
    pixels = random_pixels(5, 200)
    item = segmentation([at_slice(1, 2, pixels)], form="FRACTIONAL", MaximumFractionalValue=200)
    item.file_meta = FileMetaDataset()
    item.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    item.compress(RLELossless, generate_instance_uid=False)
    (result,) = regions(encode(item, RLELossless), volume)
    np.testing.assert_array_equal(result.mask, expected({2: (pixels >= 100).astype(np.uint8)}))


def test_compressed_frames_that_would_fill_the_memory_are_refused_before_they_are_decoded(volume):
    item = segmentation(
        [at_slice(1, 2, random_pixels(5, 200))], form="FRACTIONAL", MaximumFractionalValue=200
    )
    item.Rows = item.Columns = 40_000
    item.PixelData = encapsulate([b"\0" * 10])
    item["PixelData"].VR = "OB"
    assert refusal(encode(item, RLELossless), flat_and_wide(volume)).reason is Reason.VOLUME_TOO_LARGE


def flat_and_wide(volume: Volume) -> Volume:
    return replace(volume, array=np.broadcast_to(np.int16(0), (40_000, 40_000, SLICES)))


def test_fractions_without_their_maximum_are_refused(volume):
    data = segmentation_bytes([at_slice(1, 2, random_pixels(1, 200))], form="FRACTIONAL")
    assert refusal(data, volume).reason is Reason.REGION_UNSUPPORTED


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_label_map_gives_one_mask_a_number_without_its_background(volume, dtype):
    drawn = {index: random_pixels(index, 3, dtype) for index in range(SLICES)}
    data = segmentation_bytes(
        [at_slice(None, k, v) for k, v in drawn.items()],
        {0: "Background", 1: "Liver", 2: "Spleen", 3: "Nothing"},
        form="LABELMAP",
        PixelPaddingValue=3,
    )
    liver, spleen = regions(data, volume)
    np.testing.assert_array_equal(liver.mask, expected({k: v == 1 for k, v in drawn.items()}))
    np.testing.assert_array_equal(spleen.mask, expected({k: v == 2 for k, v in drawn.items()}))
    assert liver.mask.dtype == np.uint8
    assert (liver.details["segment_number"], spleen.details["segment_number"]) == (1, 2)


def test_a_label_map_with_a_number_it_does_not_describe_is_refused(volume):
    data = segmentation_bytes([at_slice(None, 2, random_pixels(1, 3))], {1: "Liver"}, form="LABELMAP")
    assert refusal(data, volume) == Refusal(Reason.REGION_UNSUPPORTED, {"undescribed_segments": 2})


def test_a_frame_of_a_segment_that_is_not_described_is_refused(volume):
    data = segmentation_bytes([at_slice(9, 2, random_pixels(1))])
    expected_refusal = Refusal(Reason.REGION_UNSUPPORTED, {"frames_of_undescribed_segments": 1})
    assert refusal(data, volume) == expected_refusal


FAR = (-10.0 + 0.5 * (COLUMNS - 1), 20.0 + 1.5 * (ROWS - 1), 5.0)


@pytest.mark.parametrize(
    ("position", "orientation", "spacing", "turned"),
    [
        ((FAR[0], 20.0, 5.0), (-1, 0, 0, 0, 1, 0), [1.5, 0.5], lambda p: p[:, ::-1]),
        ((-10.0, FAR[1], 5.0), (1, 0, 0, 0, -1, 0), [1.5, 0.5], lambda p: p[::-1]),
        (FAR, (-1, 0, 0, 0, -1, 0), [1.5, 0.5], lambda p: p[::-1, ::-1]),
        ((-10.0, 20.0, 5.0), (0, 1, 0, 1, 0, 0), [0.5, 1.5], lambda p: p.T),
        (FAR, (0, -1, 0, -1, 0, 0), [0.5, 1.5], lambda p: p[::-1, ::-1].T),
    ],
)
def test_a_flipped_or_transposed_grid_is_the_same_mask(volume, position, orientation, spacing, turned):
    drawn = random_pixels(4)
    frame = SegmentFrame(1, position, turned(drawn), orientation)
    (result,) = regions(segmentation_bytes([frame], pixel_spacing=spacing), volume)
    np.testing.assert_array_equal(result.mask, expected({2: drawn}))


def test_frames_across_the_slices_are_placed_too(volume):
    drawn = np.random.default_rng(1).integers(0, 2, (SLICES, COLUMNS)).astype(np.uint8)
    frame = SegmentFrame(1, (-10.0, 23.0, 0.0), drawn, (1, 0, 0, 0, 0, 1))
    (result,) = regions(segmentation_bytes([frame], pixel_spacing=[2.5, 0.5]), volume)
    wanted = np.zeros((COLUMNS, ROWS, SLICES), np.uint8)
    wanted[:, 2, :] = drawn.T
    np.testing.assert_array_equal(result.mask, wanted)


def test_a_grid_that_is_a_part_of_the_image_s_is_put_in_its_place(volume):
    cropped = np.ones((2, 3), np.uint8)
    (result,) = regions(segmentation_bytes([SegmentFrame(1, (-9.0, 21.5, 5.0), cropped)]), volume)
    wanted = np.zeros((COLUMNS, ROWS, SLICES), np.uint8)
    wanted[2:5, 1:3, 2] = 1
    np.testing.assert_array_equal(result.mask, wanted)


@pytest.mark.parametrize("position", [(-10.5, 20.0, 5.0), (-10.0, 20.0, -2.5), (100.0, 20.0, 5.0)])
def test_pixels_outside_the_volume_refuse_the_segment_and_empty_ones_do_not(volume, position):
    filled = SegmentFrame(1, position, np.ones((ROWS, COLUMNS), np.uint8))
    found = refusal(segmentation_bytes([filled]), volume)
    assert found.reason is Reason.REGION_OFF_GRID
    assert found.evidence["pixels_outside"] >= ROWS
    blank = replace(filled, pixels=np.zeros((ROWS, COLUMNS), np.uint8))
    (result,) = regions(segmentation_bytes([blank, at_slice(1, 3, random_pixels(1))]), volume)
    assert result.refusal is None


@pytest.mark.parametrize(
    ("frame", "spacing", "numbers"),
    [
        (SegmentFrame(1, (-10.0, 20.0, 3.75), random_pixels(1)), [1.5, 0.5], "grid_error_voxels"),
        (SegmentFrame(1, (-9.9, 20.0, 5.0), random_pixels(1)), [1.5, 0.5], "grid_error_voxels"),
        (SegmentFrame(1, (-10.0, 20.0, 5.0), random_pixels(1)), [1.5, 0.52], "grid_error_voxels"),
        (SegmentFrame(1, (-10.0, 20.0, 5.0), random_pixels(1)), [3.0, 1.0], "pixel_steps_voxels"),
        (
            SegmentFrame(1, (-10.0, 20.0, 5.0), random_pixels(1), (0.8, 0.6, 0, -0.6, 0.8, 0)),
            [1.5, 0.5],
            "pixel_steps_voxels",
        ),
    ],
)
def test_frames_off_the_image_s_grid_are_refused_with_the_numbers(volume, frame, spacing, numbers):
    found = refusal(segmentation_bytes([frame], pixel_spacing=spacing), volume)
    assert found.reason is Reason.REGION_OFF_GRID
    assert numbers in found.evidence


def test_frames_at_every_second_slice_are_of_a_coarser_grid(volume):
    frames = [at_slice(1, index, random_pixels(1)) for index in (0, 2, 4)]
    assert refusal(segmentation_bytes(frames), volume).evidence["plane_step_slices"] == 2
    stated = refusal(segmentation_bytes(frames[:1], between=5.0), volume)
    assert stated == Refusal(Reason.REGION_OFF_GRID, {"spacing_mm": 5.0, "slice_distance_mm": 2.5})
    assert regions(segmentation_bytes(frames[:1], between=2.5), volume)[0].refusal is None


def test_two_frames_of_a_segment_in_one_plane_contradict_each_other(volume):
    frames = [at_slice(1, 2, random_pixels(1)), at_slice(1, 2, random_pixels(2))]
    found = refusal(segmentation_bytes(frames), volume)
    assert found == Refusal(Reason.REGION_UNSUPPORTED, {"frames": 2, "planes": 1})


def test_frames_without_a_position_are_refused(volume):
    item = segmentation([at_slice(1, 2, random_pixels(1))])
    del item.PerFrameFunctionalGroupsSequence[0].PlanePositionSequence
    assert refusal(encode(item), volume) == Refusal(Reason.MISSING_GEOMETRY, {"absent": 1, "frame": 0})


def test_a_segmentation_of_another_series_or_frame_of_reference_is_refused(volume):
    frames = [at_slice(1, 2, random_pixels(1))]
    assert refusal(segmentation_bytes(frames, series="1.9"), volume).reason is Reason.REGION_WITHOUT_IMAGE
    other = refusal(segmentation_bytes(frames, FrameOfReferenceUID="1.9"), volume)
    assert other == Refusal(Reason.REGION_WITHOUT_IMAGE, {"other_frame_of_reference": True})
    assert regions(segmentation_bytes(frames, series=None), volume)[0].refusal is None
    unknown = refusal(segmentation_bytes(frames, series=None, FrameOfReferenceUID="1.9"), volume)
    assert unknown.reason is Reason.REGION_WITHOUT_IMAGE


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"PixelData": b"\0\0"}, Reason.TRUNCATED_PIXEL_DATA),
        ({"PixelData": b"\0" * 40}, Reason.PIXEL_DECODE_FAILED),
        ({"PixelData": None}, Reason.NO_PIXEL_DATA),
        ({"BitsAllocated": 4}, Reason.PIXEL_DECODE_FAILED),
        ({"NumberOfFrames": 3}, Reason.REGION_UNSUPPORTED),
        ({"SegmentationType": "SURFACE"}, Reason.REGION_UNSUPPORTED),
    ],
)
def test_broken_segmentations_are_refused_by_name(volume, change, reason):
    frames = [at_slice(1, index, random_pixels(index)) for index in (1, 2)]
    assert refusal(segmentation_bytes(frames, **change), volume).reason is reason


def test_a_segmentation_cut_anywhere_gives_the_whole_mask_or_none(volume):
    frames = [at_slice(1, index, np.ones((ROWS, COLUMNS), np.uint8)) for index in range(3)]
    whole = segmentation_bytes(frames)
    outcomes = {0: 0, 90: 0}
    for cut in range(200, len(whole) + 1):
        found = rasterise(whole[:cut], volume)
        outcomes[0 if isinstance(found, Refusal) else sum(item.voxels for item in found)] += 1
    assert outcomes[90] >= 1
    assert outcomes[0] > 700


def test_a_four_dimensional_volume_gets_a_three_dimensional_mask(volume):
    long = replace(volume, array=np.stack([volume.array] * 3, axis=3))
    (result,) = regions(segmentation_bytes([at_slice(1, 2, random_pixels(1))]), long)
    np.testing.assert_array_equal(result.mask, expected({2: random_pixels(1)}))


def test_segmentations_are_regions_and_never_volumes(volume):
    assert {role_of(kind) for kind in (SEGMENTATION, LABEL_MAP)} == {Role.REGION}
    assert refusal(encode(slice_dataset(0)), volume).reason is Reason.REGION_UNSUPPORTED
