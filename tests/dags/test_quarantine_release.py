"""The form of quarantine_release asks for what a release needs, and the date it names runs again."""

from __future__ import annotations

import copy

import pytest
from airflow.sdk.exceptions import ParamValidationError

GIVEN = {"scan_date": "2025-03-03", "why": "no text seen", "series_key": "abc"}


@pytest.fixture
def dag(bag):
    return bag.dags["quarantine_release"]


def filled(dag, fields):
    """What a run gets as its parameters when the form holds these fields."""
    params = copy.deepcopy(dag.params)
    for name, value in fields.items():
        params[name] = value
    return params.validate()


def test_a_date_and_a_reason_are_enough_beside_a_series(dag):
    assert filled(dag, GIVEN) == {**GIVEN, "sha256": [], "by": None, "action": "release"}


@pytest.mark.parametrize("missing", ["scan_date", "why"])
def test_without_a_date_or_a_reason_airflow_refuses_to_start_a_run(dag, missing):
    with pytest.raises(ParamValidationError):
        filled(dag, {name: value for name, value in GIVEN.items() if name != missing})


@pytest.mark.parametrize("wrong", [{"why": ""}, {"action": "delete"}, {"sha256": [1]}, {"scan_date": "soon"}])
def test_a_field_of_the_wrong_kind_is_refused(dag, wrong):
    with pytest.raises(ParamValidationError):
        filled(dag, GIVEN | wrong)


def test_the_reason_is_asked_for_with_the_warning_that_it_is_stored(dag):
    assert "stored: name no patient" in dag.params.get_param("why").description


def test_the_date_runs_again_in_scan_intake_and_the_task_waits_without_a_worker(dag):
    task = dag.get_task("start_again")
    assert (task.trigger_dag_id, task.wait_for_completion, task.deferrable) == ("scan_intake", True, True)
    assert "xcom_pull(task_ids='release')['scan_date']" in task.conf["scan_date"]


def test_only_one_release_is_recorded_at_a_time(dag):
    assert dag.max_active_runs == 1
