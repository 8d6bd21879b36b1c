"""Geometry rows of the trap table: either the geometry is right, or the series is refused with numbers."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from imaging.reasons import Reason
from imaging.records import Level
from imaging.series.convert import convert_series
from tests.imaging.factories import convert, pixels, refusal_of, slice_bytes, sources, stack, volume_of


def files_below(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def at(positions) -> list[bytes]:
    return [
        slice_bytes(index, ImagePositionPatient=list(position)) for index, position in enumerate(positions)
    ]


def test_trap_uniform_baseline_is_sorted_along_the_normal(pydicom_files):
    volume = volume_of(files_below(pydicom_files / "dicomdirtests" / "98892001" / "CT5N"))
    assert volume.array.shape == (16, 16, 5)
    np.testing.assert_allclose(volume.affine[:3, 3], [72.199997, 143.0, -1.2375])
    np.testing.assert_allclose(volume.affine[:3, :3], np.diag([-0.488281, -0.488281, 2.5]))
    assert volume.certificate.corner_error_max < 1e-6
    assert volume.units == "HU"


def test_trap_missing_slices_are_refused_with_their_spacings(pydicom_files):
    reason, evidence = refusal_of(files_below(pydicom_files / "dicomdirtests" / "77654033" / "CT2"))
    assert reason is Reason.SLICE_SPACING_INCONSISTENT
    assert evidence["spacings_mm"] == [202.5, 1.25, 1.25]


def test_trap_mixed_orientation_is_refused(pydicom_files):
    reason, evidence = refusal_of(files_below(pydicom_files / "dicomdirtests" / "98892003" / "MR700"))
    assert (reason, evidence["orientations"]) == (Reason.ORIENTATION_INCONSISTENT, 7)


def test_trap_mixed_orientation_of_two_scouts_is_refused(pydicom_files):
    reason, _ = refusal_of(files_below(pydicom_files / "dicomdirtests" / "98892001" / "CT2N"))
    assert reason is Reason.ORIENTATION_INCONSISTENT


def test_trap_non_square_pixels_rows_are_apart_by_the_first_spacing():
    volume = volume_of(stack(PixelSpacing=[2.0, 0.5]))
    # The first array axis runs along a row, from column to column: the second value of PixelSpacing.
    assert volume.spacing == (0.5, 2.0, 2.5)
    np.testing.assert_array_equal(volume.affine[:3, :3], np.diag([-0.5, -2.0, 2.5]))
    assert volume.array.shape == (6, 5, 5)


def test_the_affine_takes_every_voxel_to_the_place_its_own_header_gives():
    # An oblique stack, checked against the standard's equation C.7.6.2.1-1 slice by slice.
    angle = math.radians(30)
    row, column = np.array([math.cos(angle), math.sin(angle), 0.0]), np.array([0.0, 0.0, -1.0])
    normal = np.cross(row, column)
    origins = [np.array([5.0, -3.0, 7.0]) + 3.0 * k * normal for k in range(4)]
    files = [
        slice_bytes(
            k,
            ImagePositionPatient=[f"{v:.10f}" for v in origins[k]],
            ImageOrientationPatient=[f"{v:.12f}" for v in (*row, *column)],
        )
        for k in range(4)
    ]
    volume = volume_of(files)
    seen = 0
    for k in range(4):
        for i, j in ((0, 0), (5, 0), (0, 4), (5, 4)):
            lps = origins[k] + row * 0.5 * i + column * 1.5 * j
            place = volume.affine @ [i, j, k, 1]
            np.testing.assert_allclose(place[:3], lps * [-1, -1, 1], atol=1e-6)
            assert volume.array[i, j, k] == pixels(k)[j, i] - 1024
            seen += 1
    assert seen == 16
    assert volume.certificate.handedness == 1


@pytest.mark.parametrize("degrees", [15.0, 1.0, -15.0, 40.0])
def test_trap_gantry_tilt_gives_a_sheared_affine_that_meets_every_corner(degrees):
    shift = math.tan(math.radians(degrees)) * 2.5
    volume = volume_of(at([(-10.0, 20.0 + shift * k, 2.5 * k) for k in range(6)]))
    assert volume.tilt_degrees == pytest.approx(abs(degrees), abs=1e-6)
    assert volume.record()["tilt_degrees"] == volume.certificate.tilt_degrees == volume.tilt_degrees
    assert volume.certificate.corner_error_max < 1e-9
    assert volume.certificate.orthogonality_max == pytest.approx(abs(math.sin(math.radians(degrees))))
    # The voxels stay; the last slice's last corner lies where its own header has it.
    assert volume.array[5, 4, 5] == pixels(5)[4, 5] - 1024
    lps = np.array([-10.0 + 5 * 0.5, 20.0 + 5 * shift + 4 * 1.5, 12.5])
    np.testing.assert_allclose((volume.affine @ [5, 4, 5, 1])[:3], lps * [-1, -1, 1], atol=1e-9)
    assert volume.spacing[2] == pytest.approx(2.5 / math.cos(math.radians(degrees)))
    assert volume.certificate.spacing_median == pytest.approx(2.5)


def test_trap_gantry_tilt_that_is_absurd_is_refused():
    reason, evidence = refusal_of(at([(-10.0, 20.0 + 4.0 * k, 2.5 * k) for k in range(6)]))
    assert reason is Reason.GANTRY_TILT
    assert evidence["degrees"] == pytest.approx(math.degrees(math.atan(4 / 2.5)))


def test_a_shift_that_is_not_one_constant_step_is_no_tilt():
    reason, evidence = refusal_of(at([(-10.0, 20.0 + 0.2 * k * k, 2.5 * k) for k in range(6)]))
    assert reason is Reason.SLICE_SHIFT
    assert evidence["largest_shift_mm"] == pytest.approx(1.2)


def test_a_straight_stack_has_no_tilt():
    assert volume_of(stack()).tilt_degrees == 0.0


def test_trap_gantry_tilt_in_the_tag_alone_does_not_refuse_a_straight_stack():
    assert volume_of(stack(GantryDetectorTilt=15)).array.shape == (6, 5, 5)


def test_trap_variable_spacing_is_refused():
    reason, evidence = refusal_of(at([(0, 0, z) for z in (0, 2, 4, 6, 8, 13, 15)]))
    assert reason is Reason.SLICE_SPACING_INCONSISTENT
    assert (evidence["median_mm"], evidence["largest_mm"]) == (2.0, 5.0)


def test_spacing_within_the_stated_tolerance_is_accepted_and_certified():
    volume = volume_of(at([(0, 0, z) for z in (0, 2.505, 5.0, 7.5, 10.0)]))
    assert volume.certificate.spacing_residual_max == pytest.approx(0.005)
    assert volume.certificate.corner_error_max == pytest.approx(0.005)
    assert volume.certificate.corner_error_first == volume.certificate.corner_error_last == 0.0


def test_spacings_that_drift_one_by_one_within_tolerance_are_refused_by_the_corners():
    gaps = [2.51] * 60 + [2.49] * 60
    z = np.concatenate([[0.0], np.cumsum(gaps)])
    reason, evidence = refusal_of(at([(0, 0, f"{value:.4f}") for value in z]))
    assert reason is Reason.SLICE_SPACING_INCONSISTENT
    assert evidence["corner_error_mm"] == pytest.approx(0.6, abs=0.01)


def test_trap_duplicate_positions_in_a_3d_series_are_refused():
    reason, evidence = refusal_of(at([(0, 0, z) for z in (0, 2, 2, 4, 6)]))
    assert reason is Reason.DUPLICATE_SLICES
    assert evidence == {"slices": 5, "positions": 4, "fewest": 1, "most": 2}


def test_trap_duplicate_positions_twelve_slices_out_of_ten_are_refused_whatever_their_numbers_say():
    heights = [2.0 * k for k in range(10)] + [4.0, 8.0]
    files = [
        slice_bytes(n, ImagePositionPatient=[0, 0, z], AcquisitionNumber=1 + n // 10)
        for n, z in enumerate(heights)
    ]
    reason, evidence = refusal_of(files)
    assert reason is Reason.DUPLICATE_SLICES
    assert evidence == {"slices": 12, "positions": 10, "fewest": 1, "most": 2}


def test_trap_reversed_instance_number_names_and_order_change_nothing():
    plain = volume_of(stack())
    files = {f"z{9 - index}": slice_bytes(index, InstanceNumber=9 - index) for index in (3, 0, 4, 2, 1)}
    turned = volume_of(files)
    np.testing.assert_array_equal(turned.array, plain.array)
    np.testing.assert_array_equal(turned.affine, plain.affine)
    assert turned.files == ("z9", "z8", "z7", "z6", "z5")


def test_a_truncated_slice_inside_refuses_the_series_and_is_told_apart_from_the_good_ones():
    files = stack()
    files[2] = files[2][:-10]
    result = convert(files)
    assert result.refusal is not None
    assert result.refusal.reason is Reason.SLICE_SPACING_INCONSISTENT
    assert result.refusal.evidence["unusable_files"] == 1
    bad, good = result.outcomes[2], result.outcomes[0]
    assert bad.refusal is not None
    assert (bad.refusal.reason, bad.level) == (Reason.TRUNCATED_PIXEL_DATA, Level.FILE)
    assert (good.refusal, good.level) == (result.refusal, Level.SERIES)


def test_every_second_slice_truncated_leaves_a_regular_stack_and_is_refused_all_the_same():
    files = [data[:-10] if index % 2 else data for index, data in enumerate(stack(7))]
    reason, evidence = refusal_of(files)
    assert (reason, evidence["unusable_files_inside"]) == (Reason.SLICE_SPACING_INCONSISTENT, 3)


def test_as_many_files_without_a_place_as_there_are_gaps_may_hide_between_the_others():
    lost = [slice_bytes(9 + n, ImagePositionPatient=None) for n in range(4)]
    reason, evidence = refusal_of([*stack(), *lost])
    assert (reason, evidence["unusable_files_anywhere"]) == (Reason.SLICE_SPACING_INCONSISTENT, 4)
    assert refusal_of([*stack(), *lost[:3]])[0] is Reason.SERIES_INCOMPLETE


@pytest.mark.parametrize(
    ("changes", "evidence"),
    [
        ({"SpacingBetweenSlices": 2.5, "SliceThickness": 9}, "SpacingBetweenSlices"),
        ({"SliceThickness": 2.5}, "SliceThickness"),
    ],
)
def test_two_slices_are_a_volume_when_the_header_states_their_distance(changes, evidence):
    volume = volume_of(stack(2, **changes))
    assert volume.array.shape == (6, 5, 2)
    assert volume.affine[2, 2] == 2.5
    assert volume.certificate.spacing_evidence == evidence


@pytest.mark.parametrize(
    "changes", [{}, {"SliceThickness": 1.0}, {"SpacingBetweenSlices": 5, "SliceThickness": 2.5}]
)
def test_two_slices_are_refused_when_nothing_or_something_else_is_stated(changes):
    reason, evidence = refusal_of(stack(2, **changes))
    assert (reason, evidence["distance_mm"]) == (Reason.TOO_FEW_SLICES, 2.5)


def test_two_slices_that_lean_are_refused_as_one_step_proves_no_tilt():
    files = [
        slice_bytes(k, ImagePositionPatient=[-10, 20 + k, 2.5 * k], SpacingBetweenSlices=2.5)
        for k in range(2)
    ]
    assert refusal_of(files)[0] is Reason.TOO_FEW_SLICES


def test_a_stack_that_lost_its_last_slice_is_refused_until_a_person_accepts_it_so():
    files = stack()
    files[4] = files[4][:-10]
    assert refusal_of(files) == (
        Reason.SERIES_INCOMPLETE,
        {"slices": 4, "unusable_files": 1, "reasons": {"TRUNCATED_PIXEL_DATA": 1}},
    )
    accepted = frozenset({Reason.SERIES_INCOMPLETE})
    result = convert_series([file._replace(overruled=accepted) for file in sources(files)])
    assert result.volume is not None
    assert result.volume.array.shape == (6, 5, 4)
    assert result.volume.overruled == (Reason.SERIES_INCOMPLETE,)
    assert [item.used for item in result.outcomes] == [True, True, True, True, False]


def test_an_equal_copy_of_a_file_is_recorded_and_the_volume_stays():
    files = [*stack(), slice_bytes(1)]
    result = convert(files)
    assert result.volume is not None
    refused = [item.refusal.reason for item in result.outcomes if item.refusal]
    assert refused == [Reason.DUPLICATE_INSTANCE]


def test_no_files_at_all_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="no files"):
        convert([])
