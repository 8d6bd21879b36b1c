"""4-D row of the trap table: the same positions at several times, echoes or b-values stay one 4-D volume."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from imaging.reasons import Reason
from tests.imaging.factories import MR, convert, pixels, refusal_of, slice_bytes, volume_of

POSITIONS, VOLUMES = 4, 3
Changes = Callable[[int, int], dict[str, Any]]


def series(changes: Changes, **common: Any) -> list[bytes]:
    """Make slices of every position and volume, with pixels that differ for each of them."""
    values = {"SOPClassUID": MR, "Modality": "MR", "RescaleSlope": None, "RescaleIntercept": None, **common}
    return [
        slice_bytes(
            volume * POSITIONS + position,
            **{
                **values,
                "stored": pixels(10 * volume + position),
                "ImagePositionPatient": [0, 0, 2.0 * position],
                **changes(volume, position),
            },
        )
        for volume in range(VOLUMES)
        for position in range(POSITIONS)
    ]


def in_order(volume) -> None:
    expected = [[pixels(10 * v + p) for p in range(POSITIONS)] for v in range(VOLUMES)]
    np.testing.assert_array_equal(volume.array.transpose(3, 2, 1, 0), np.array(expected))


CASES: dict[str, tuple[Changes, tuple[float, ...], str]] = {
    "TemporalPositionIdentifier": (lambda v, p: {"TemporalPositionIdentifier": v + 1}, (1, 2, 3), "index"),
    "FrameReferenceTime": (lambda v, p: {"FrameReferenceTime": 500 + 1000 * v}, (500, 1500, 2500), "ms"),
    "EchoTime": (lambda v, p: {"EchoTime": 5 + 10 * v}, (5, 15, 25), "ms"),
    "DiffusionBValue": (lambda v, p: {"DiffusionBValue": 500.0 * v}, (0, 500, 1000), "s/mm2"),
    "AcquisitionNumber": (lambda v, p: {"AcquisitionNumber": v + 7}, (7, 8, 9), "index"),
    "TriggerTime": (lambda v, p: {"TriggerTime": 40 * v + p}, (1.5, 41.5, 81.5), "ms"),
    "AcquisitionTime": (
        lambda v, p: {"AcquisitionDate": "20240301", "AcquisitionTime": f"2359{50 + 2 * v}.{p}"},
        (0, 2, 4),
        "s",
    ),
    "InstanceNumber": (lambda v, p: {}, (1, 2, 3), "index"),
}


@pytest.mark.parametrize("kind", list(CASES))
def test_trap_4d_series_stays_4d_in_the_order_of_what_differs(kind):
    changes, values, unit = CASES[kind]
    # The numbers of the images run against the order, so that only the value itself can give it.
    backwards = {} if kind == "InstanceNumber" else {"InstanceNumber": 5}
    volume = volume_of(series(changes, **backwards)[::-1])
    assert volume.array.shape == (6, 5, POSITIONS, VOLUMES)
    in_order(volume)
    assert volume.fourth is not None
    assert (volume.fourth.kind, volume.fourth.values, volume.fourth.unit) == (kind, values, unit)
    assert volume.volumes == VOLUMES
    record = volume.record()
    assert (record["slices"], record["volumes"], record["fourth_axis"]["kind"]) == (POSITIONS, VOLUMES, kind)
    assert volume.affine[2, 2] == 2.0


def test_trap_4d_series_in_time_keeps_the_time_step():
    changes, _, _ = CASES["AcquisitionTime"]
    assert volume_of(series(changes)).time_step_s == pytest.approx(2.0)
    near = volume_of(series(changes, RepetitionTime=2005.0))
    assert near.time_step_s == 2.005


def test_uneven_times_give_no_time_step():
    volume = volume_of(series(lambda v, p: {"FrameReferenceTime": 1000 * v * v}))
    assert volume.time_step_s is None


def test_a_4d_series_with_a_slice_missing_is_refused_with_the_counts():
    reason, evidence = refusal_of(series(CASES["EchoTime"][0])[:-1])
    assert reason is Reason.DUPLICATE_SLICES
    assert evidence == {"slices": 11, "positions": 4, "fewest": 2, "most": 3}


def test_a_4d_series_that_lost_a_whole_volume_to_truncation_is_refused():
    files = series(CASES["EchoTime"][0])
    cut = [data[:-10] for data in files[:POSITIONS]]
    reason, evidence = refusal_of([*cut, *files[POSITIONS:]])
    assert (reason, evidence["unusable_files_inside"]) == (Reason.SLICE_SPACING_INCONSISTENT, 4)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(lambda v, p: {"EchoTime": 5 + v + p}, id="values differ by position"),
        pytest.param(lambda v, p: {"ImageType": ["ORIGINAL", "M" if v else "P"]}, id="kinds of image differ"),
        pytest.param(lambda v, p: {"InstanceNumber": 10 * ((v + p) % 3) + p, "EchoTime": v // 2}, id="other"),
        pytest.param(lambda v, p: {"InstanceNumber": v * 3 + p * 2}, id="volumes interleave"),
        pytest.param(lambda v, p: {"NumberOfTemporalPositions": 4}, id="another number is stated"),
        pytest.param(lambda v, p: {"InstanceNumber": None}, id="nothing differs"),
    ],
)
def test_a_4d_series_without_one_clear_order_is_refused(changes):
    reason, evidence = refusal_of(series(changes))
    assert reason is Reason.DUPLICATE_SLICES
    assert (evidence["slices"], evidence["positions"]) == (12, 4)


def test_directions_of_one_b_value_are_ordered_by_number_and_their_b_values_kept():
    volume = volume_of(series(lambda v, p: {"DiffusionBValue": [0.0, 800.0, 800.0][v]}))
    in_order(volume)
    assert volume.fourth is not None
    assert volume.fourth.kind == "InstanceNumber"
    assert volume.fourth.also == {"DiffusionBValue": (0.0, 800.0, 800.0)}


def test_positions_scanned_one_after_the_other_are_ordered_by_rank_too():
    volume = volume_of(series(lambda v, p: {"InstanceNumber": 1 + p * VOLUMES + v}))
    in_order(volume)


def test_the_same_pixels_again_under_new_numbers_are_copies_and_not_a_volume():
    files = series(lambda v, p: {"stored": pixels(p)})
    reason, evidence = refusal_of(files)
    assert (reason, evidence["images_with_equal_pixels"]) == (Reason.DUPLICATE_INSTANCE, 8)


def test_each_volume_of_a_4d_series_has_three_slices_at_least():
    files = [
        slice_bytes(2 * v + p, ImagePositionPatient=[0, 0, 2.0 * p], TemporalPositionIdentifier=v)
        for v in range(3)
        for p in range(2)
    ]
    assert refusal_of(files)[0] is Reason.TOO_FEW_SLICES


def test_a_slice_of_a_later_volume_out_of_line_fails_the_corner_test():
    files = series(
        lambda v, p: {
            "TemporalPositionIdentifier": v,
            "ImagePositionPatient": [1.0 if (v, p) == (2, 2) else 0.0, 0, 2.0 * p],
        }
    )
    result = convert(files)
    assert result.refusal is not None
    assert result.refusal.evidence["corner_error_mm"] == pytest.approx(1.0)
