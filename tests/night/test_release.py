"""Which runs of model_release the night waits for."""

from __future__ import annotations

from types import SimpleNamespace

from night import run
from night.airflow import Run
from night.run import awaited_releases, due_dates, was_skipped

from messages.index import DueDatesFound, FindDueDates
from messages.wire import as_json, parsed
from tests.messages.samples import ask, sample


class FakeAirflow:
    """Runs that a test adds, newest first, with the state of all their tasks."""

    def __init__(self):
        self.found = {}

    def add(self, run_id, state, tasks):
        self.found = {Run("model_release", run_id, state, None): tasks, **self.found}

    def runs(self, dag_id):
        return list(self.found)

    def tasks(self, run):
        return [SimpleNamespace(state=state) for state in self.found[run]]


def ids(runs):
    return [run.run_id for run in runs]


def test_a_release_with_nothing_to_do_is_not_taken_for_the_announced_one():
    airflow = FakeAirflow()
    airflow.add("night without scans", "success", ["skipped", "skipped"])
    question = awaited_releases(airflow, set(), clock=lambda: 0.0)
    assert question() == []
    airflow.add("announced", "running", ["running", None])
    assert ids(question()) == ["announced", "night without scans"]


def test_it_counts_when_no_other_comes():
    airflow, now = FakeAirflow(), [0.0]
    airflow.add("too few patients", "success", ["skipped", "skipped"])
    question = awaited_releases(airflow, set(), clock=lambda: now[0])
    assert question() == []
    now[0] = 31.0
    assert ids(question()) == ["too few patients"]


def test_releases_from_before_do_not_count():
    airflow = FakeAirflow()
    airflow.add("old", "success", ["success"])
    airflow.add("new", "success", ["success"])
    assert ids(awaited_releases(airflow, {"old"}, clock=lambda: 0.0)()) == ["new"]


def test_a_run_that_trained_was_not_skipped():
    airflow = FakeAirflow()
    airflow.add("gate refused", "success", ["success", "skipped"])
    assert not was_skipped(airflow, airflow.runs("model_release")[0])


def test_the_due_dates_are_asked_for_as_the_program_takes_it(monkeypatch):
    def run_program(layout, program, request):
        asked = parsed(FindDueDates, request, "request")
        assert (program, asked) == (FindDueDates.program, FindDueDates(hdfs="hdfs://localhost:1", root="/r"))
        return as_json(ask(asked, sample(DueDatesFound, due=["2025-03-03"])), "result")

    monkeypatch.setattr(run, "run_program", run_program)
    assert due_dates(None, {"namenode": 1}, "/r") == ["2025-03-03"]
