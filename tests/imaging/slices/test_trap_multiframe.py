"""Enhanced multi-frame row of the trap table: every frame has its own place and values."""

from __future__ import annotations

import numpy as np
import pytest

from imaging.reasons import Reason
from tests.imaging.enhanced import (
    ENHANCED_MR,
    ENHANCED_PET,
    enhanced_bytes,
    frame_groups,
    shared_groups,
)
from tests.imaging.factories import dataset, pixels, refusal_of, stack, volume_of

HEIGHTS = (7.5, 0.0, 5.0, 2.5)  # frames need not be stored in order


def test_trap_enhanced_multi_frame_ct_has_its_two_frames_at_their_places(store_files):
    volume = volume_of([(store_files / "eCT_Supplemental.dcm").read_bytes()])
    assert volume.array.shape == (512, 512, 2)
    # The normal of this image points down: the slices go from z = -149 to z = -159.
    assert [float((volume.affine @ [0, 0, k, 1])[2]) for k in (0, 1)] == [-149.0, -159.0]
    assert int(volume.array.min()) == -1024
    assert volume.certificate.spacing_evidence == "SliceThickness"
    assert (volume.modality, volume.units, volume.units_source) == ("CT", "arbitrary", "US")


def test_trap_enhanced_multi_frame_equals_the_classic_series():
    classic = volume_of(stack(4))
    volume = volume_of([enhanced_bytes(HEIGHTS)])
    np.testing.assert_array_equal(volume.affine, classic.affine)
    expected = [pixels(HEIGHTS.index(z)) - 1024 for z in sorted(HEIGHTS)]
    np.testing.assert_array_equal(volume.array.transpose(2, 1, 0), np.stack(expected))
    assert (volume.units, volume.array.dtype) == ("HU", np.int16)
    assert volume.record()["files"] == 1


def test_trap_enhanced_multi_frame_files_of_one_series_are_a_union_of_frames():
    files = [enhanced_bytes((0.0, 2.5)), enhanced_bytes((5.0, 7.5), number=2)]
    volume = volume_of(files)
    assert volume.array.shape == (6, 5, 4)
    assert [int(volume.array[0, 0, k]) + 1024 for k in range(4)] == [0, 100, 0, 100]


def test_trap_enhanced_multi_frame_values_and_planes_may_be_per_frame():
    def own(index: int) -> dict:
        return {
            "PixelValueTransformationSequence": [dataset(RescaleSlope=0.5 * (index + 1), RescaleIntercept=0)],
            "PlaneOrientationSequence": [dataset(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])],
        }

    volume = volume_of([enhanced_bytes((0.0, 2.5, 5.0), extra=own)])
    assert [float(volume.array[1, 0, k]) for k in range(3)] == [0.5, 101.0, 301.5]


def times(index: int) -> dict:
    return {"FrameContentSequence": [dataset(TemporalPositionIndex=1 + index // 3)]}


def test_trap_4d_series_in_one_enhanced_file_is_ordered_by_temporal_position():
    heights = (0.0, 2.5, 5.0) * 2
    volume = volume_of([enhanced_bytes(heights, extra=times)])
    assert volume.array.shape == (6, 5, 3, 2)
    assert volume.fourth is not None
    assert (volume.fourth.kind, volume.fourth.values) == ("TemporalPositionIdentifier", (1.0, 2.0))
    assert [int(volume.array[0, 0, k, 1]) + 1024 for k in range(3)] == [300, 400, 500]


def test_echo_time_and_b_value_of_frames_make_a_fourth_axis():
    heights = (0.0, 2.5, 5.0) * 2
    echoes = volume_of(
        [
            enhanced_bytes(
                heights,
                SOPClassUID=ENHANCED_MR,
                extra=lambda n: {"MREchoSequence": [dataset(EffectiveEchoTime=4.5 + 3 * (n // 3))]},
            )
        ]
    )
    weights = volume_of(
        [enhanced_bytes(heights, extra=lambda n: {"MRDiffusionSequence": [dataset(DiffusionBValue=n // 3)]})]
    )
    assert echoes.fourth is not None
    assert weights.fourth is not None
    assert (echoes.fourth.kind, echoes.fourth.values) == ("EchoTime", (4.5, 7.5))
    assert (weights.fourth.kind, weights.fourth.values) == ("DiffusionBValue", (0.0, 1.0))
    assert "EchoTime" not in echoes.sidecar


def test_a_dimension_index_that_is_no_place_makes_a_fourth_axis():
    indices = [dataset(DimensionIndexPointer=tag) for tag in (0x00209056, 0x00189087, 0x00209057)]

    def content(index: int) -> dict:
        return {"FrameContentSequence": [dataset(DimensionIndexValues=[1, 1 + index // 3, 1 + index % 3])]}

    volume = volume_of([enhanced_bytes((0.0, 2.5, 5.0) * 2, extra=content, DimensionIndexSequence=indices)])
    assert volume.fourth is not None
    assert volume.fourth.kind == "DimensionIndex.DiffusionBValue"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"NumberOfFrames": 5}, Reason.MULTIFRAME_INVALID),
        ({"PerFrameFunctionalGroupsSequence": [frame_groups(0, {})]}, Reason.MULTIFRAME_INVALID),
        ({"shared": shared_groups(PlaneOrientationSequence=None)}, Reason.MISSING_GEOMETRY),
        ({"shared": shared_groups(PixelMeasuresSequence=None)}, Reason.MISSING_GEOMETRY),
        ({"BurnedInAnnotation": "YES"}, Reason.PIXEL_IDENTITY_RISK),
    ],
)
def test_an_enhanced_file_that_contradicts_itself_is_refused(changes, reason):
    assert refusal_of([enhanced_bytes((0.0, 2.5, 5.0), **changes)])[0] is reason


def test_frames_in_several_directions_are_refused():
    def own(index: int) -> dict:
        turned = [1, 0, 0, 0, 1, 0] if index else [0, 1, 0, 0, 0, -1]
        return {"PlaneOrientationSequence": [dataset(ImageOrientationPatient=turned)]}

    reason, evidence = refusal_of([enhanced_bytes((0.0, 2.5, 5.0), extra=own)])
    assert (reason, evidence["orientations"]) == (Reason.ORIENTATION_INCONSISTENT, 2)


def test_an_enhanced_file_without_per_frame_headers_is_refused(pydicom_files, store_files):
    found = [folder / "emri_small.dcm" for folder in (pydicom_files, store_files)]
    reason, _ = refusal_of([next(path for path in found if path.exists()).read_bytes()])
    assert reason is Reason.MULTIFRAME_INVALID


def test_a_classic_object_with_several_frames_is_refused():
    reason, evidence = refusal_of(stack(3, NumberOfFrames=3))
    assert (reason, evidence["frames"]) == (Reason.UNSUPPORTED_MULTIFRAME, 3)


@pytest.mark.parametrize(
    ("code", "slope", "units"),
    [("Bq/ml", 2.0, "BQML"), ("g/ml{SUVbw}", 2.0, "SUV"), ("Bq/ml", 3.0, "arbitrary")],
)
def test_units_of_enhanced_pet_are_those_of_a_real_world_mapping_that_is_its_rescale(code, slope, units):
    mapping = dataset(
        RealWorldValueSlope=slope,
        RealWorldValueIntercept=0.0,
        MeasurementUnitsCodeSequence=[dataset(CodeValue=code, CodingSchemeDesignator="UCUM")],
    )
    shared = shared_groups(
        PixelValueTransformationSequence=[dataset(RescaleSlope=2, RescaleIntercept=0, RescaleType="US")],
        RealWorldValueMappingSequence=[mapping],
    )
    volume = volume_of([enhanced_bytes((0.0, 2.5, 5.0), shared=shared, SOPClassUID=ENHANCED_PET)])
    assert (volume.modality, volume.units) == ("PT", units)
    assert (volume.suv is None) == (units != "BQML")
