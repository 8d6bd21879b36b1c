from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from jobs.base.ledger import enter, path_of
from jobs.base.schemas import STAGE_RUNS
from jobs.base.store import Store, open_store
from messages.message import Counted, LedgerRow

ROW = LedgerRow(
    dag_id="scan_intake",
    run_id="manual__2025-03-03T00:00:00+00:00",
    run_date="2025-04-01",
    stage=1,
    stage_name="ingest",
    engine="DistCp",
    scan_date_="2025-03-03",
    files_in=150,
    seconds=12.5,
    started_at="2025-04-01T07:00:00+00:00",
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"file://{tmp_path}")


def entered(store: Store, row: LedgerRow, counted: Counted = Counted()) -> dict[str, Any]:  # noqa: B008 - frozen
    enter(store, "/r", row, counted)
    (found,) = store.read_table(path_of("/r", row)).to_pylist()
    return dict(found)


def test_a_row_has_the_columns_of_the_table_and_its_day() -> None:
    assert set(ROW.__struct_fields__) == {*STAGE_RUNS.names, "run_date"}
    assert set(Counted().__struct_fields__) < set(STAGE_RUNS.names)


def test_each_row_is_one_file_in_the_partition_of_its_day(store: Store) -> None:
    row = entered(store, ROW)
    assert row == {name: getattr(ROW, name) for name in STAGE_RUNS.names}
    assert (row["status"], row["note"]) == ("success", None)
    entered(store, replace(ROW, stage=2))
    assert len(store.list("/r/stage_runs/run_date=2025-04-01")) == 2


def test_what_the_stage_says_counts_before_what_the_program_counted(store: Store) -> None:
    row = entered(store, replace(ROW, volumes_out=3), Counted(volumes_out=9, quarantined=2))
    assert (row["volumes_out"], row["quarantined"], row["regions_out"]) == (3, 2, None)


def test_a_repeated_stage_replaces_its_row_and_another_run_does_not(store: Store) -> None:
    entered(store, ROW)
    assert entered(store, replace(ROW, status="refused"))["status"] == "refused"
    assert path_of("/r", replace(ROW, run_id="manual__2025-03-03T00:00:00+00-00")) != path_of("/r", ROW)
    assert len(store.list("/r/stage_runs/run_date=2025-04-01")) == 1
