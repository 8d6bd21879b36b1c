from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jobs.base.ledger import write_rows
from jobs.base.protocol import JobInputError
from jobs.base.store import Store, open_store

ROW: dict[str, Any] = {
    "dag_id": "scan_intake",
    "run_id": "manual__2025-03-03T00:00:00+00:00",
    "stage": 1,
    "stage_name": "ingest",
    "scan_date_": "2025-03-03",
    "status": "success",
    "files_in": 150,
    "seconds": 12.5,
    "started_at": "2025-04-01T07:00:00+00:00",
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"file://{tmp_path}")


def test_each_row_is_one_file_in_the_partition_of_its_day(store: Store) -> None:
    result = write_rows(store, "/r", [ROW, ROW | {"stage": 2}])
    assert result["rows"] == 2
    assert [path.rpartition("/")[0] for path in result["paths"]] == ["/r/stage_runs/run_date=2025-04-01"] * 2
    row = store.read_table(result["paths"][0]).to_pylist()[0]
    assert row == dict.fromkeys(row) | ROW


def test_a_repeated_stage_replaces_its_row_and_another_run_does_not(store: Store) -> None:
    first = write_rows(store, "/r", [ROW])["paths"]
    assert write_rows(store, "/r", [ROW | {"status": "failed"}])["paths"] == first
    other = write_rows(store, "/r", [ROW | {"run_id": "manual__2025-03-03T00:00:00+00-00"}])["paths"]
    assert other != first
    assert store.read_table(first[0])["status"].to_pylist() == ["failed"]


@pytest.mark.parametrize("change", [{"stage": None}, {"no_such": 1}, {"started_at": "yesterday"}])
def test_a_row_that_does_not_fit_the_table_is_refused_and_nothing_is_written(
    store: Store, change: dict[str, Any]
) -> None:
    with pytest.raises(JobInputError, match="ledger row of scan_intake"):
        write_rows(store, "/r", [ROW, ROW | change])
    assert store.list("/r") == []
