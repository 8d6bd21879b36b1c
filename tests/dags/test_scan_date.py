"""One resolver gives the scan date in every kind of run of Airflow 3.3."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from nightscan.errors import ScanDateError
from nightscan.scan_date import resolve_scan_date


def run(*, param=None, key=None, interval=None, logical=None):
    return {
        "dag_run": SimpleNamespace(partition_key=key),
        "params": {"scan_date": param},
        "data_interval_start": interval,
        "logical_date": logical,
    }


def test_a_nightly_run_or_a_backfill_is_for_its_partition_key():
    assert resolve_scan_date(run(key="2025-03-03")) == "2025-03-03"


def test_the_form_and_the_command_line_give_a_parameter():
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert resolve_scan_date(run(param="2025-03-03", logical=now)) == "2025-03-03"


def test_dags_test_gives_a_logical_date_only():
    assert resolve_scan_date(run(logical=datetime(2025, 3, 3, tzinfo=UTC))) == "2025-03-03"


def test_an_interval_counts_before_the_logical_date():
    context = run(interval=datetime(2025, 3, 2, tzinfo=UTC), logical=datetime(2025, 3, 3, tzinfo=UTC))
    assert resolve_scan_date(context) == "2025-03-02"


def test_the_same_date_twice_is_harmless():
    assert resolve_scan_date(run(param="2025-03-03", key="2025-03-03")) == "2025-03-03"


def test_two_different_dates_are_refused_by_name():
    with pytest.raises(ScanDateError, match=r"2025-03-03 and the partition key 2025-03-04"):
        resolve_scan_date(run(param="2025-03-03", key="2025-03-04"))


def test_no_date_at_all_says_how_to_give_one():
    with pytest.raises(ScanDateError, match="has no scan date: trigger it with"):
        resolve_scan_date(run())


@pytest.mark.parametrize("text", ["yesterday", "2025-13-01", "03/04/2025"])
def test_a_text_that_is_no_date_is_refused(text):
    with pytest.raises(ScanDateError, match="is not a date"):
        resolve_scan_date(run(param=text))


def test_a_context_without_a_run_is_no_crash():
    assert resolve_scan_date({"logical_date": datetime(2025, 3, 3, tzinfo=UTC)}) == "2025-03-03"
