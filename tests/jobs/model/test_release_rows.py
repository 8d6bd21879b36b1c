from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from jobs.model.folds import TooFewPatientsError
from jobs.model.rows import FeatureRow, choose, choose_modality, measure_again

BASE = FeatureRow(
    patient_key="p1",
    scan_date="2024-01-01",
    series_key="s1",
    modality="PT",
    region="tumour",
    image_sha256="i",
    mask_sha256="m",
    settings_hash="now",
    reason=None,
    volume_ml=1.0,
    simulated=False,
    features=frozenset({"f"}),
)


NOW = {"default": "now"}


def row(**changes: Any) -> FeatureRow:
    return dataclasses.replace(BASE, **changes)


def used(rows: list[FeatureRow], region: str | None = None) -> list[FeatureRow]:
    return list(choose(rows, {"p1": 1}, "PT", region, NOW).used)


def test_the_latest_scan_date_wins_over_a_larger_region() -> None:
    late = row(scan_date="2024-02-01", series_key="s2")
    assert used([row(volume_ml=9.0), late, row(scan_date="2023-12-31")]) == [late]


def test_of_one_scan_date_the_largest_region_wins() -> None:
    large = row(region="b", volume_ml=2.0)
    assert used([row(region="a"), large, row(region="c")]) == [large]


def test_equal_regions_are_taken_in_the_order_of_series_and_name_wherever_they_stand() -> None:
    first = row(series_key="s0", region="z")
    rows = [row(region="b"), row(region="a"), first]
    assert used(rows) == used(rows[::-1]) == [first]


def test_a_latest_scan_without_features_falls_back_to_the_one_before() -> None:
    assert used([row(), row(scan_date="2024-02-01", reason="EMPTY_REGION")]) == [row()]


def test_only_the_region_asked_for_is_used() -> None:
    assert used([row(volume_ml=5.0), row(region="node")], region="node") == [row(region="node")]


def test_every_row_and_patient_is_counted_once() -> None:
    rows = [
        row(),
        row(scan_date="2023-01-01"),
        row(patient_key="p2", simulated=True),
        row(patient_key="p3"),
        row(patient_key="p4"),
        row(patient_key="p5", reason="EMPTY_REGION"),
        row(patient_key="p5", region="node", reason="EMPTY_REGION"),
        row(patient_key="p5", region="third", reason="NO_MASK"),
        row(patient_key="p6", modality="CT"),
        row(patient_key="p1", scan_date="2024-02-01", settings_hash="before"),
        row(patient_key="p9", settings_hash="before"),
        row(patient_key="p3", settings_hash="before"),
    ]
    labels = {"p1": 1, "p2": 0, "p3": None, "p5": 1, "p6": 0, "p7": 1, "p8": None, "p9": 1}
    choice = choose(rows, labels, None, None, NOW)
    assert (choice.modality, choice.settings_hash) == ("PT", "now")
    assert choice.counts == {
        "rows": 12,
        "rows_used": 2,
        "rows_not_preferred": 1,
        "rows_null": 3,
        "rows_pending": 1,
        "rows_unlabelled": 1,
        "rows_other_modality": 1,
        "rows_other_settings": 3,
        "null_reasons": {"EMPTY_REGION": 2, "NO_MASK": 1},
        "patients": 7,
        "patients_labelled": 5,
        "patients_pending": 1,
        "patients_unlabelled": 1,
        "patients_used": 2,
        "patients_labelled_not_used": 3,
        "patients_labelled_without_features": 1,
        "patients_simulated": 1,
        "patients_other_settings": 1,
    }


def test_the_modality_of_the_most_labelled_patients_is_chosen_not_of_the_most_rows() -> None:
    rows = [
        *(row(modality="CT", series_key=f"s{i}") for i in range(5)),
        *(row(modality="CT", patient_key=f"unlabelled{i}") for i in range(5)),
        row(),
        row(patient_key="p2"),
    ]
    assert choose_modality(rows, {"p1": 1, "p2": 0}, NOW) == "PT"
    assert choose_modality(rows, {"p1": 1}, NOW) == "CT"  # one patient each: first by name


def test_without_one_labelled_patient_the_choice_is_refused() -> None:
    with pytest.raises(TooFewPatientsError, match="no patient has both"):
        choose_modality([row(), row(patient_key="p2", reason="NO_MASK")], {"p1": None, "p2": 1}, NOW)


def test_rows_of_other_settings_are_never_used_however_late() -> None:
    assert used([row(), row(scan_date="2024-02-01", settings_hash="before", volume_ml=9.0)]) == [row()]
    assert used([row(settings_hash="before")]) == []


def test_each_modality_has_its_own_settings_of_today() -> None:
    rows = [row(modality="CT", settings_hash="ct"), row(modality="CT", settings_hash="now", volume_ml=2.0)]
    choice = choose(rows, {"p1": 1}, "CT", None, {**NOW, "CT": "ct"})
    assert (choice.settings_hash, choice.used) == ("ct", (rows[0],))


def test_a_modality_is_chosen_by_patients_with_features_of_today() -> None:
    rows = [
        row(modality="CT", settings_hash="before"),
        row(modality="CT", settings_hash="before", patient_key="p2"),
    ]
    assert choose_modality([*rows, row()], {"p1": 1, "p2": 0}, NOW) == "PT"


def test_features_of_other_settings_alone_are_refused_with_the_dates_to_run_again() -> None:
    rows = [
        row(settings_hash="before"),
        row(settings_hash="before", scan_date="2024-03-05"),
        row(reason="NO_MASK"),
    ]
    with pytest.raises(
        TooFewPatientsError, match="all 1 labelled patients were measured with other"
    ) as refused:
        choose_modality(rows, {"p1": 1}, NOW)
    assert refused.value.remedy == (
        "run 2 scan dates again: airflow backfill create --dag-id scan_intake"
        " --from-date 2024-01-01 --to-date 2024-03-05 --reprocess-behavior completed"
    )
    assert measure_again([row()], NOW) == ""
