"""What the release task hands to its program, by whom, and what the last task tells of the partition."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from nightscan.errors import BadInputError
from nightscan.stages.quarantine import quarantine

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
    "recorded": 2,
    "already": 0,
    "series": ["abc"],
    "releases": "/data/quarantine_releases",
}


def context(*, user="reader", **form):
    run = SimpleNamespace(triggering_user_name=user, partition_key=None)
    ti = SimpleNamespace(run_id="manual__1", start_date=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    ti.xcom_pull = lambda task_ids: DONE
    return {"dag_run": run, "ti": ti, "params": FORM | form}


@pytest.fixture
def asked(monkeypatch):
    """Requests to programs and SQL files, in order; `answer` is what show_quarantine says."""
    calls = SimpleNamespace(made=[], answer={"released": [], "files": 0})

    def job(program, config, **fields):
        calls.made.append((program, fields))
        return DONE if program == "jobs.quarantine.overrule" else calls.answer

    monkeypatch.setattr(quarantine, "job", job)
    monkeypatch.setattr(
        quarantine, "run_sql", lambda config, file, **fields: calls.made.append((file, fields))
    )
    return calls


def release(made_context):
    return quarantine.ReleaseOperator(task_id="release").execute(made_context)


def test_the_form_goes_to_the_program_with_run_and_time_and_hive_learns_of_the_partition(asked):
    assert release(context()) == DONE
    assert asked.made == [
        (
            "jobs.quarantine.overrule",
            {
                **FORM,
                "by": "reader",
                "recorded_at": "2026-01-02T03:04:05+00:00",
                "run_id": "manual__1",
            },
        ),
        ("hive/register_releases.sql", {"scan_date": "2025-03-03"}),
    ]


@pytest.mark.parametrize(("by", "expected"), [("dr. a", "dr. a"), ("", "reader"), (None, "reader")])
def test_a_name_in_the_form_counts_before_the_user_who_triggers(asked, by, expected):
    release(context(by=by))
    assert asked.made[0][1]["by"] == expected


def test_a_run_that_nobody_triggered_leaves_the_name_to_the_program_to_refuse(asked):
    release(context(user=None))
    assert asked.made[0][1]["by"] is None


def test_wrong_input_is_an_error_that_airflow_does_not_try_again(monkeypatch):
    from airflow.sdk.exceptions import AirflowFailException

    def refuse(program, config, **fields):
        raise BadInputError("GANTRY_TILT cannot be released", remedy="ask the scanner")

    monkeypatch.setattr(quarantine, "job", refuse)
    with pytest.raises(AirflowFailException, match=r"(?s)GANTRY_TILT.*ask the scanner"):
        release(context())


def test_the_outcome_tells_of_the_series_of_this_release_only(asked):
    volume = {"series_key": "abc", "volume": True, "refused": {}, "why": "not for the XCom"}
    other = {"series_key": "other", "volume": False, "refused": {"GANTRY_TILT": 3}}
    asked.answer = {"released": [volume, other], "files": 3}
    outcome = quarantine.OutcomeOperator(task_id="outcome").execute(context())
    assert outcome == {
        "action": "release",
        "scan_date": "2025-03-03",
        "series": [{"series_key": "abc", "volume": True, "refused": {}}],
        "quarantined": 3,
    }
    assert asked.made == [("jobs.quarantine.show", {"scan_date": "2025-03-03"})]
