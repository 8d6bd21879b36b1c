from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from jobs.base.errors import JobInputError
from jobs.base.schemas import MODEL_METRICS, table
from jobs.base.store import Store, open_store, parquet_bytes
from jobs.model.commit_metrics import commit_metrics
from messages.model import CommitMetrics
from messages.wire import as_json, parsed
from tests.jobs.model.conftest import Mlflow

BUILD = "/m/_build/model_metrics/metric_date=2026-01-02/build=b1"
TARGET = "/m/model_metrics/metric_date=2026-01-02/metrics.parquet"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"file://{tmp_path}")


def row(version: str = "v1", slice_: str = "all", auc: float = 0.7) -> dict[str, Any]:
    numbers = dict.fromkeys(MODEL_METRICS.names, 0.5) | {"patients": 30, "positives": 10, "folds": 5}
    return numbers | {"model_name": "model", "model_version": version, "slice": slice_, "auc": auc}


def hive_wrote(store: Store, *files: list[dict[str, Any]]) -> None:
    store.delete(BUILD)
    for number, rows in enumerate(files):
        store.write(f"{BUILD}/00000{number}_0", parquet_bytes(table(rows, MODEL_METRICS)))


def commit(store: Store, version: str = "v1", **more: Any) -> dict[str, Any]:
    request = {"root": "/m", "metric_date": "2026-01-02", "build": "b1", "model_version": version}
    asked = {"hdfs": store.base_url, **request, "mlflow": None, "run_id": "run", **more}
    return as_json(commit_metrics(parsed(CommitMetrics, asked, "request")), "result")


def test_all_files_of_the_build_become_the_one_file_of_the_date(store: Store) -> None:
    hive_wrote(store, [row(slice_="PT", auc=0.6)], [row()])
    store.write(f"{BUILD}/_SUCCESS", b"")
    assert commit(store) == {"path": TARGET, "rows": 2, "metrics": row()}
    assert store.read_table(TARGET).to_pylist() == [row(slice_="PT", auc=0.6), row()]
    assert [entry.name for entry in store.list("/m/model_metrics/metric_date=2026-01-02")] == [
        "metrics.parquet"
    ]


def test_committing_again_gives_the_same_bytes(store: Store) -> None:
    hive_wrote(store, [row()])
    commit(store)
    before = store.read(TARGET)
    commit(store)
    assert store.read(TARGET) == before


def test_a_second_release_of_the_day_keeps_the_first_and_replaces_itself_whole(store: Store) -> None:
    hive_wrote(store, [row(), row(slice_="PT")])
    commit(store)
    hive_wrote(store, [row("v2"), row("v2", "CT")])
    commit(store, "v2")
    hive_wrote(store, [row("v2", auc=0.9)])
    commit(store, "v2")
    assert store.read_table(TARGET).to_pylist() == [row(slice_="PT"), row(), row("v2", auc=0.9)]


def test_columns_in_another_order_and_of_another_width_are_taken(store: Store) -> None:
    found = table([row()], MODEL_METRICS).select(MODEL_METRICS.names[::-1])
    position = found.schema.get_field_index("patients")
    wide = found.set_column(position, "patients", found["patients"].cast(pa.int64()))
    store.write(f"{BUILD}/000000_0", parquet_bytes(wide))
    commit(store)
    assert store.read_table(TARGET).schema.equals(MODEL_METRICS)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([], "has 0 rows of slice 'all' for version v1"),
        ([[]], "has 0 rows of slice 'all'"),
        ([[row("v2")]], "has 0 rows of slice 'all' for version v1"),
        ([[row(slice_="PT")]], "has 0 rows of slice 'all'"),
        ([[row()], [row()]], "two rows for \\('model', 'v1', 'all'\\)"),
    ],
)
def test_an_empty_foreign_or_doubled_evaluation_is_refused_and_the_old_one_stands(
    store: Store, files: list[list[dict[str, Any]]], message: str
) -> None:
    hive_wrote(store, [row(auc=0.8)])
    commit(store)
    hive_wrote(store, *files)
    with pytest.raises(JobInputError, match=message):
        commit(store)
    assert store.read_table(TARGET).to_pylist() == [row(auc=0.8)]


def test_an_evaluation_without_a_column_is_refused_by_name(store: Store) -> None:
    store.write(
        f"{BUILD}/000000_0", parquet_bytes(table([row()], MODEL_METRICS).drop_columns(["brier", "auc"]))
    )
    with pytest.raises(JobInputError, match="000000_0 lacks auc, brier"):
        commit(store)


def test_the_run_in_mlflow_shows_what_hive_computed_of_all_patients(
    store: Store, mlflow: Mlflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, seen = mlflow
    monkeypatch.setattr("time.time", lambda: 7.5)
    hive_wrote(store, [row(slice_="PT", auc=0.6)], [row() | {"accuracy_avg": 0.8, "sensitivity": None}])
    commit(store, mlflow=url, run_id="r")
    numbers = {field.name: 0.5 for field in MODEL_METRICS if field.type == pa.float64()}
    expected = numbers | {"accuracy_avg": 0.8, "auc": 0.7}
    del expected["sensitivity"]  # could not be computed
    ((call, body),) = seen
    assert (call, body["run_id"]) == ("/api/2.0/mlflow/runs/log-batch", "r")
    assert {one["key"]: one["value"] for one in body["metrics"]} == expected
    assert {(one["timestamp"], one["step"]) for one in body["metrics"]} == {(7500, 0)}


def test_a_run_that_mlflow_does_not_know_fails_the_job_after_the_commit(store: Store, mlflow: Mlflow) -> None:
    hive_wrote(store, [row()])
    with pytest.raises(RuntimeError, match="did not log the metrics of run 9: 404"):
        commit(store, mlflow=mlflow[0], run_id="9")
    assert store.read_table(TARGET).to_pylist() == [row()]
