"""What the first task sends to its program, by whom, and what the last task returns of the partition."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from messages.quarantine import Overrule, OverruleShown, ShowQuarantine
from messages.wire import as_json
from nightscan.errors import BadInputError
from nightscan.stages.quarantine import overrule
from tests.messages.samples import fields_of

FORM = {
    "scan_date": "2025-03-03",
    "series_key": "abc",
    "sha256": [],
    "why": "no text seen",
    "by": None,
    "action": "release",
}
DONE = {
    "action": "release",
    "scan_date": "2025-03-03",
    "files": 2,
    "reasons": {"R": 2},
    "recorded": 2,
    "already": 0,
    "series": ["abc"],
    "record": "/data/quarantine_releases",
}


def context(*, user="reader", **form):
    run = SimpleNamespace(triggering_user_name=user, partition_key=None)
    ti = SimpleNamespace(run_id="manual__1", start_date=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    return {"dag_run": run, "ti": ti, "params": FORM | form}


@pytest.fixture
def asked(monkeypatch, programs):
    """The programs; SQL files are noted in order."""
    programs.results[Overrule] = DONE
    programs.sql = []
    monkeypatch.setattr(
        overrule, "run_sql", lambda config, file, **fields: programs.sql.append((file, fields))
    )
    return programs


def execute(made_context):
    return overrule.OverruleOperator(task_id="release").execute(made_context)


def test_the_form_goes_to_the_program_with_run_and_time_and_hive_learns_of_the_partition(asked):
    assert execute(context()) == DONE
    who = {"by": "reader", "recorded_at": "2026-01-02T03:04:05+00:00", "run_id": "manual__1"}
    store = {"hdfs": "hdfs://localhost:8020", "root": "/medical_data", "ledger": None}
    assert as_json(asked.of(Overrule), "request") == FORM | who | store
    assert asked.sql == [("hive/register_releases.sql", {"scan_date": "2025-03-03"})]


@pytest.mark.parametrize(("by", "expected"), [("dr. a", "dr. a"), ("", "reader"), (None, "reader")])
def test_a_name_in_the_form_counts_before_the_user_who_triggers(asked, by, expected):
    execute(context(by=by))
    assert asked.of(Overrule).by == expected


def test_a_run_without_a_user_leaves_the_name_to_the_program_to_refuse(asked):
    execute(context(user=None))
    assert asked.of(Overrule).by is None


def test_wrong_input_is_an_error_that_airflow_does_not_try_again(monkeypatch):
    from airflow.sdk.exceptions import AirflowFailException

    def refuse(request):
        raise BadInputError("GANTRY_TILT cannot be overruled", remedy="ask the scanner")

    monkeypatch.setattr(overrule, "run_program", refuse)
    with pytest.raises(AirflowFailException, match=r"(?s)GANTRY_TILT.*ask the scanner"):
        execute(context())


def test_the_outcome_holds_the_series_of_this_overruling_only(asked):
    line = fields_of(OverruleShown)
    volume = line | {"series_key": "abc", "volume": True, "refused": {}, "why": "not for the XCom"}
    other = line | {"series_key": "other", "volume": False, "refused": {"GANTRY_TILT": 3}}
    asked.results[ShowQuarantine] = {"overruled": [volume, other], "files": 3}
    outcome = overrule.OutcomeOperator(task_id="outcome", overruled=DONE).execute(context())
    assert outcome == {
        "action": "release",
        "scan_date": "2025-03-03",
        "series": [{"series_key": "abc", "volume": True, "refused": {}}],
        "quarantined": 3,
    }
    assert asked.of(ShowQuarantine).scan_date == "2025-03-03"
