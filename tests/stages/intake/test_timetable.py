"""A backfill gets a run for each day that has scans, the last day of its range included."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from nightscan import timetables
from nightscan.timetables import ScanDateTimetable


@pytest.fixture
def days(monkeypatch):
    table = ScanDateTimetable("0 2 * * *", timezone="UTC", run_offset=-1, key_format="%Y-%m-%d")

    def backfill(landed, first, last):
        monkeypatch.setattr(timetables, "landed_dates", lambda: landed)
        infos = table.iter_partition_dagrun_infos(
            earliest=datetime(*first, tzinfo=UTC), latest=datetime(*last, tzinfo=UTC)
        )
        return [info.partition_key for info in infos]

    return backfill


def test_only_days_with_scans_get_a_run(days):
    landed = frozenset({"1999-04-15", "2003-01-02", "2006-05-18", "2010-01-01"})
    assert days(landed, (1999, 4, 15), (2006, 5, 18)) == ["1999-04-15", "2003-01-02", "2006-05-18"]


def test_the_last_day_of_the_range_is_part_of_it(days):
    assert days(frozenset({"2025-03-03"}), (2025, 3, 1), (2025, 3, 3)) == ["2025-03-03"]


def test_without_an_index_every_day_gets_a_run(days):
    assert days(None, (2025, 3, 1), (2025, 3, 3)) == ["2025-03-01", "2025-03-02", "2025-03-03"]


def test_no_day_with_scans_is_no_run(days):
    assert days(frozenset(), (2025, 3, 1), (2025, 3, 3)) == []


def test_the_nightly_run_is_for_the_day_before():
    table = ScanDateTimetable("0 2 * * *", timezone="UTC", run_offset=-1, key_format="%Y-%m-%d")
    stored = ScanDateTimetable.deserialize(table.serialize())
    assert stored.serialize() == table.serialize()
    assert (
        table._get_partition_info(table._align_to_next(datetime(2025, 3, 4, 1, tzinfo=UTC)))[1]
        == "2025-03-03"
    )
