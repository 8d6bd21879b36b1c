from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from jobs.base.schemas import MODEL_PREDICTIONS, table
from jobs.base.store import parquet_bytes
from jobs.train import core as train_core
from jobs.train import report as train_report
from jobs.train.core import ALL_PATIENTS, STRENGTHS, Selected, TrainingSet
from jobs.train.grid import Mapper, score_all, select_strengths


def training_set() -> TrainingSet:
    rng = np.random.default_rng(3)
    y = np.arange(36, dtype=np.int64) % 2
    x = rng.normal(size=(36, 2)) + y[:, None]
    fold = np.arange(36, dtype=np.int64) // 2 % 3
    return TrainingSet(tuple(f"p{i:02}" for i in range(36)), ("a", "b"), x, y, fold)


class LocalSpread:
    """What Spark does, in this process: tasks in batches of two, results in another order."""

    def __init__(
        self, data: TrainingSet, spoil: Callable[[pd.DataFrame], pd.DataFrame] | None = None
    ) -> None:
        self.data = data
        self.spoil = spoil
        self.tasks: list[tuple[Any, ...]] = []

    def __call__(
        self, rows: list[tuple[Any, ...]], columns: str, mapper: Callable[[TrainingSet], Mapper], out: str
    ) -> pd.DataFrame:
        self.tasks += rows
        names = [column.split()[0] for column in columns.split(", ")]
        frame = pd.DataFrame(rows, columns=names)
        batches = [frame.iloc[start : start + 2] for start in range(0, len(frame), 2)]
        found = pd.concat(list(mapper(self.data)(iter(batches))))
        found = found[[column.split()[0] for column in out.split(", ")]].iloc[::-1]
        return self.spoil(found) if self.spoil else found


def test_the_grid_is_every_fold_and_the_final_model_with_every_strength() -> None:
    data = training_set()
    spread = LocalSpread(data)
    chosen = select_strengths(spread, 3)
    assert sorted(spread.tasks) == [(f, c) for f in (ALL_PATIENTS, 0, 1, 2) for c in STRENGTHS]
    expected = {
        fold: train_core.select({c: train_core.inner_loss(data, fold, c) for c in STRENGTHS})
        for fold in (0, 1, 2, ALL_PATIENTS)
    }
    assert chosen == expected


def test_every_patient_is_scored_once_by_the_model_that_held_the_patient_out() -> None:
    data = training_set()
    strengths = {0: 0.1, 1: 1.0, 2: 10.0}
    scores = score_all(LocalSpread(data), data, strengths)
    for fold, strength in strengths.items():
        assert np.array_equal(scores[data.fold == fold], train_core.held_out_scores(data, fold, strength))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda found: found.iloc[1:], "do not score every patient exactly once"),
        (lambda found: pd.concat([found, found.iloc[:1]]), "do not score every patient exactly once"),
        (lambda found: found.assign(fold=0), "not the patient's own"),
    ],
)
def test_a_lost_doubled_or_misplaced_score_stops_the_training(
    spoil: Callable[[pd.DataFrame], pd.DataFrame], message: str
) -> None:
    data = training_set()
    with pytest.raises(AssertionError, match=message):
        score_all(LocalSpread(data, spoil), data, dict.fromkeys(range(3), 1.0))


def test_a_lost_task_of_the_grid_stops_the_training() -> None:
    with pytest.raises(AssertionError, match="20 tasks of the grid gave 19 results"):
        select_strengths(LocalSpread(training_set(), lambda found: found.iloc[1:]), 3)


def manifest_of(data: TrainingSet) -> dict[str, Any]:
    planned = [
        {"patient_key": p, "series_key": f"s{p}", "modality": "PT", "region": "r", "fold": int(f)}
        for p, f in zip(data.patients, data.fold, strict=True)
    ]
    return {
        "modality": "PT",
        "settings_hash": "h",
        "settings": {"folds": 3, "outcome": "y", "region": None},
        "scan_dates": [
            {"scan_date": "2024-01-01", "rows": planned[:20]},
            {"scan_date": "2024-01-02", "rows": planned[20:]},
        ],
    }


def test_predictions_have_each_patient_once_with_scan_and_fold_and_give_the_same_bytes() -> None:
    data = training_set()
    scores = score_all(LocalSpread(data), data, dict.fromkeys(range(3), 1.0))
    predicted = train_core.predictions(data, scores)
    rows = train_report.prediction_rows(manifest_of(data), data, scores, predicted)
    assert [row["patient_key"] for row in rows] == list(data.patients)
    assert rows[20] == {
        "patient_key": "p20",
        "series_key": "sp20",
        "scan_date_": "2024-01-02",
        "modality": "PT",
        "region": "r",
        "fold": 1,
        "score": float(scores[20]),
        "predicted": int(predicted[20]),
    }
    content = parquet_bytes(table(rows, MODEL_PREDICTIONS))
    assert content == parquet_bytes(table(rows[::-1], MODEL_PREDICTIONS))
    assert pa.parquet.read_table(io.BytesIO(content)).schema.names == MODEL_PREDICTIONS.names


def test_parameters_and_losses_are_flat_and_name_every_fold() -> None:
    data = training_set()
    pairs = {0: (0.1, 0.7), 1: (1.0, 0.6), 2: (10.0, 0.5), ALL_PATIENTS: (0.01, 0.65)}
    selected = {fold: Selected(*pair) for fold, pair in pairs.items()}
    params = train_report.parameters(manifest_of(data), selected, data)
    assert (params["C"], params["C_fold_0"], params["C_fold_2"]) == (0.01, 0.1, 10.0)
    assert params["settings_hash"] == "h"
    assert (params["patients"], params["positives"], params["threshold"]) == (36, 18, 0.5)
    assert train_report.selection_losses(selected) == {
        "selection_log_loss": 0.65,
        "selection_log_loss_fold_0": 0.7,
        "selection_log_loss_fold_1": 0.6,
        "selection_log_loss_fold_2": 0.5,
    }
