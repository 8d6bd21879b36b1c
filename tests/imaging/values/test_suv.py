"""SUV by body weight: QIBA's formula when the header allows it, else Bq/ml with the reason."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from imaging.values.suv import SuvReason
from tests.imaging.factories import PET, dataset, slice_bytes, volume_of

HALF_LIFE = 6586.2
DOSE = 3.7e8
WEIGHT = 70.0


def tracer(**changes: Any) -> list:
    values: dict[str, Any] = {
        "RadiopharmaceuticalStartTime": "100000",
        "RadionuclideTotalDose": DOSE,
        "RadionuclideHalfLife": HALF_LIFE,
        "RadionuclideCodeSequence": [dataset(CodeValue="C-111A1", CodingSchemeDesignator="SRT")],
    }
    return [dataset(**{**values, **changes})]


def pet(index: int = 0, **changes: Any) -> bytes:
    values: dict[str, Any] = {
        "SOPClassUID": PET,
        "Modality": "PT",
        "RescaleSlope": 2.0,
        "RescaleIntercept": 0,
        "Units": "BQML",
        "DecayCorrection": "START",
        "CorrectedImage": ["DECY", "ATTN", "SCAT"],
        "PatientWeight": WEIGHT,
        "SeriesDate": "20240301",
        "SeriesTime": "110000",
        "AcquisitionDate": "20240301",
        "AcquisitionTime": f"11{3 * index:02d}00",
        "RadiopharmaceuticalInformationSequence": tracer(),
    }
    return slice_bytes(index, **{**values, **changes})


def series(**changes: Any):
    return volume_of([pet(n, **changes) for n in range(3)])


def factor(seconds: float) -> float:
    return 1000 * WEIGHT / (DOSE * 2 ** (-seconds / HALF_LIFE))


@pytest.mark.parametrize(
    ("changes", "seconds"),
    [
        pytest.param({}, 3600, id="series time is the reference"),
        pytest.param({"SeriesTime": "120000"}, 3600, id="post-processed: earliest acquisition"),
        pytest.param({"SeriesTime": None}, 3600, id="no series time: earliest acquisition"),
        pytest.param({"SeriesTime": "105500.5"}, 3300.5, id="series time before acquisition"),
        pytest.param({"DecayCorrection": "ADMIN"}, 0, id="corrected to the injection"),
        pytest.param(
            {
                "RadiopharmaceuticalInformationSequence": tracer(
                    RadiopharmaceuticalStartDateTime="20240301093000.000000"
                )
            },
            5400,
            id="an instant goes before a time",
        ),
        pytest.param(
            {
                "SeriesTime": "003000",
                "AcquisitionTime": "003000",
                "RadiopharmaceuticalInformationSequence": tracer(RadiopharmaceuticalStartTime="233000"),
            },
            3600,
            id="over midnight",
        ),
        pytest.param(
            {"RadiopharmaceuticalInformationSequence": tracer(RadionuclideCodeSequence=None)},
            3600,
            id="nuclide known by its half-life",
        ),
        pytest.param({"DecayFactor": 1.04, "ActualFrameDuration": 600000}, 3600, id="decay factors agree"),
    ],
)
def test_bq_per_ml_become_suv_by_the_published_formula(changes, seconds):
    volume = series(**changes)
    assert (volume.units, volume.units_source) == ("SUV", "BQML")
    assert volume.suv is not None
    assert volume.suv["factor"] == pytest.approx(factor(seconds), rel=1e-12)
    assert volume.array[1, 2, 1] == pytest.approx(2.0 * 121 * factor(seconds), rel=1e-6)
    assert volume.record()["suv"] == volume.suv
    assert volume.array.dtype == np.float32


REFUSED: dict[SuvReason, dict[str, Any]] = {
    SuvReason.NOT_CORRECTED: {"CorrectedImage": ["DECY"]},
    SuvReason.DECAY_CORRECTION_UNKNOWN: {"DecayCorrection": "NONE"},
    SuvReason.WEIGHT_IMPLAUSIBLE: {"PatientWeight": 70000},
    SuvReason.SEVERAL_TRACERS: {"RadiopharmaceuticalInformationSequence": tracer() + tracer()},
    SuvReason.DOSE_IMPLAUSIBLE: {"RadiopharmaceuticalInformationSequence": tracer(RadionuclideTotalDose=370)},
    SuvReason.HALF_LIFE_UNKNOWN: {
        "RadiopharmaceuticalInformationSequence": tracer(RadionuclideHalfLife=6000)
    },
    SuvReason.TIMES_MISSING: {"AcquisitionTime": None},
    SuvReason.TIMES_DISORDERED: {
        "RadiopharmaceuticalInformationSequence": tracer(RadiopharmaceuticalStartTime="120000")
    },
    SuvReason.DECAY_FACTOR_CONTRADICTS: {"DecayFactor": 1.5, "ActualFrameDuration": 180000},
}


@pytest.mark.parametrize("reason", list(REFUSED), ids=str)
def test_what_is_missing_or_contradictory_leaves_bq_per_ml_and_says_why(reason):
    volume = series(**REFUSED[reason])
    assert (volume.units, volume.array[1, 2, 1]) == ("BQML", 242.0)
    assert volume.suv is not None
    assert volume.suv["reason"] == str(reason)


def test_slices_that_differ_in_what_suv_needs_leave_bq_per_ml():
    volume = volume_of([pet(n, PatientWeight=70 + n) for n in range(3)])
    assert volume.suv == {
        "reason": "DIFFERS_BETWEEN_SLICES",
        "evidence": {"differing": ["PatientWeight"]},
    }


def test_every_reason_for_no_suv_has_a_case():
    elsewhere = {SuvReason.DIFFERS_BETWEEN_SLICES, SuvReason.NOT_CLASSIC_PET}  # here above; multi-frame
    assert set(REFUSED) | elsewhere == set(SuvReason)


@pytest.mark.parametrize("kind", ["BW", None])
def test_what_is_suv_already_stays_as_it_is(kind):
    volume = series(Units="GML", SUVType=kind)
    assert (volume.units, volume.suv, volume.array[1, 2, 1]) == ("SUV", None, 242.0)


def test_the_record_of_suv_names_neither_weight_nor_time_of_day():
    record = series().suv
    assert record is not None
    assert set(record) == {"factor", "decay_s", "half_life_s", "nuclide", "decay_correction"}
