"""What stages 4 to 7 take from each other, ask their programs, and enter in the ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowSkipException

from messages.index import FindDueDates
from messages.ledger import EnterInLedger
from messages.message import Refusal
from messages.model import CommitMetrics, Publish
from messages.train import Train, Trained
from messages.wire import as_json, from_arguments, text_of
from nightscan import hooks
from nightscan.errors import JobFailedError, MessageRefusedError
from nightscan.operators.remote import ENGINE_FACTS
from nightscan.stages.intake.late import LateDatesOperator
from nightscan.stages.release import deploy, evaluate, metrics, train
from nightscan.stages.release.evaluate import Evaluated, EvaluateOperator
from nightscan.stages.release.plan import ReleaseDue
from nightscan.stages.site.runtime import Runtime
from tests.messages.samples import fields_of, sample
from tests.stages.conftest import Programs

VERSION = "20260102T030405-0123abcd"
ENGINE = dict.fromkeys(ENGINE_FACTS) | {
    "application_id": "application_1_1",
    "queue": "default",
    "seconds": 2.0,
}
DUE = fields_of(ReleaseDue) | {"version": VERSION, "outcome": "relapse", "folds": 5, "manifest": "/m"}
TRAINED = ENGINE | fields_of(Trained) | {"version": VERSION, "model_number": "3"}
METRICS = {"slice": "all", "patients": 30, "auc": 0.7, "brier": None, "model_name": "m"}
EVALUATED = ENGINE | fields_of(Evaluated) | {"version": VERSION, "metrics": METRICS}
APP = SimpleNamespace(id="application_1_1", seconds=2.0)


class Mlflow:
    address = "http://mlflow:5000"

    def run_url(self, run_id: str) -> str:
        return f"{self.address}/{run_id}"


@pytest.fixture(autouse=True)
def site(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """A site; the SQL files that Hive gets are noted."""
    path = tmp_path / "site.yaml"
    path.write_text("landing: /srv/landing\ngate: {metric: auc, floor: 0.6, tolerance: 0.05}\n")
    monkeypatch.setenv("NIGHTSCAN_CONFIG", str(path))
    monkeypatch.setattr(hooks, "MlflowHook", Mlflow, raising=False)
    run: list[tuple[str, dict[str, Any]]] = []

    def run_sql(config: Any, file: str, **fields: Any) -> list[dict[str, Any]]:
        run.append((file, fields))
        return [METRICS]

    for module in (train, evaluate, metrics):
        monkeypatch.setattr(module, "run_sql", run_sql)
    return run


def context() -> dict[str, Any]:
    ti = SimpleNamespace(dag_id="model_release", run_id="r", start_date=datetime(2026, 1, 2, tzinfo=UTC))
    ti.xcom_push = lambda key, value: None
    return {"ti": ti}


def trainer(monkeypatch: pytest.MonkeyPatch, left: str = "") -> train.TrainOperator:
    monkeypatch.setattr(train, "ensure_shipped", lambda config: sample(Runtime, train="hdfs:///train.py"))
    store = SimpleNamespace(read_text=lambda path: left)
    monkeypatch.setattr(hooks, "HdfsHook", lambda: store, raising=False)
    made = train.TrainOperator(task_id="train", release=DUE)
    made.prepared = made.prepare(context())
    made.configure()
    return made


def test_the_training_is_asked_for_what_was_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    operator = trainer(monkeypatch)
    asked = from_arguments(Train, list(operator.args), "arguments")
    assert (asked.manifest, asked.folds, asked.tag) == ("/m", 5, VERSION)
    assert (asked.mlflow, asked.hdfs) == ("http://mlflow:5000", "hdfs://localhost:8020")
    assert operator.file == "hdfs:///train.py"


def test_a_training_hands_on_what_its_program_left(
    monkeypatch: pytest.MonkeyPatch, programs: Programs
) -> None:
    result = sample(Trained, version=VERSION, patients=30)
    done = trainer(monkeypatch, text_of(result, "train.json")).finish(context(), APP)
    assert done == as_json(result, "result")
    row = programs.of(EnterInLedger).ledger
    assert (row.stage, row.volumes_out, row.model_version, row.application_id) == (4, 30, VERSION, APP.id)


def test_a_training_that_refused_fails_in_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = Refusal(error="asked for 4 folds, planned are 5", remedy="pass the manifest's folds")
    with pytest.raises(JobFailedError, match=r"(?s)asked for 4 folds.*pass the manifest's"):
        trainer(monkeypatch, text_of(refusal, "train.json")).finish(context(), APP)


def test_a_training_that_left_another_form_is_refused_by_its_field(monkeypatch: pytest.MonkeyPatch) -> None:
    text = text_of(sample(Trained), "train.json").replace('"patients"', '"patient"')
    with pytest.raises(MessageRefusedError, match=r"the result of jobs\.train\.program: .*`patient`"):
        trainer(monkeypatch, text).finish(context(), APP)


def test_an_evaluation_is_of_the_planned_release_and_hands_on_its_metrics(
    programs: Programs, site: list[tuple[str, dict[str, Any]]]
) -> None:
    operator = EvaluateOperator(task_id="evaluate", release=DUE)
    operator.prepared = operator.prepare(context())
    operator.configure()
    assert "g.outcome = 'relapse'" in str(operator.sql)
    done = operator.finish(context(), APP.id)
    assert (done["version"], done["metric_date"], done["metrics"]) == (VERSION, "2026-01-02", METRICS)
    assert site[0][1]["model_version"] == VERSION
    assert programs.of(EnterInLedger).ledger.volumes_out == 30


def test_the_gate_judges_the_numbers_of_the_evaluation(programs: Programs) -> None:
    programs.results[Publish] = {"deployed": True, "path": "/m/v", "previous": None}
    deploy.DeployOperator(task_id="deploy", trained=TRAINED, evaluated=EVALUATED).execute(context())
    asked = programs.of(Publish)
    assert asked.metrics == {"patients": 30, "auc": 0.7, "brier": None}
    assert (asked.floor, asked.tolerance) == ({"auc": 0.6}, 0.05)
    assert (asked.version, asked.mlflow, asked.model_number) == (VERSION, "http://mlflow:5000", "3")
    assert programs.of(EnterInLedger).ledger.status == "success"


def test_a_refused_model_is_in_the_ledger_and_the_task_is_skipped(programs: Programs) -> None:
    programs.results[Publish] = {"deployed": False, "path": None, "reason": "auc 0.5 is below"}
    operator = deploy.DeployOperator(task_id="deploy", trained=TRAINED, evaluated=EVALUATED)
    with pytest.raises(AirflowSkipException, match=r"is not deployed: auc 0\.5 is below"):
        operator.execute(context())
    row = programs.of(EnterInLedger).ledger
    assert (row.stage, row.status, row.note) == (6, "refused", "auc 0.5 is below")


def test_the_metrics_committed_are_those_evaluated(
    programs: Programs, site: list[tuple[str, dict[str, Any]]]
) -> None:
    programs.results[CommitMetrics] = {"rows": 4}
    metrics.MetricsOperator(task_id="metrics", trained=TRAINED, evaluated=EVALUATED).execute(context())
    asked, row = programs.of(CommitMetrics), programs.of(EnterInLedger).ledger
    assert (asked.model_version, asked.metric_date) == (VERSION, EVALUATED["metric_date"])
    assert (row.stage, row.volumes_out) == (7, 4)
    assert [file for file, _ in site] == ["hive/register_metrics.sql", "hive/register_runs.sql"]


def test_dates_are_started_again_that_were_taken_in_before(programs: Programs) -> None:
    programs.results[FindDueDates] = {"due": ["2025-03-03", "2025-03-04"], "new": ["2025-03-04"]}
    assert LateDatesOperator(task_id="find").execute(context()) == [{"scan_date": "2025-03-03"}]
    assert [request.program for request in programs.asked] == ["jobs.index.landing", "jobs.index.due_dates"]
