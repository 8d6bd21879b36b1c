"""What stage 3 checks before it starts, what it hands to Hive, and what it commits."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowSkipException

from messages.features import CommitFeatures, PlanFeatures
from nightscan.errors import BadSettingError, MessageRefusedError
from nightscan.operators.program import run_program
from nightscan.stages.intake import features
from nightscan.stages.intake.features import FeaturesOperator
from nightscan.stages.intake.ingest import Ingested
from nightscan.stages.intake.preprocess import Preprocessed
from tests.messages.samples import fields_of
from tests.stages.conftest import Programs

ENGINE = {"application_id": "application_1_1", "queue": "default", "seconds": 2.0}
INGESTED = fields_of(Ingested) | ENGINE | {"index_digest": "d"}
SCANS = (
    fields_of(Preprocessed)
    | ENGINE
    | {
        "scan_date": "2025-03-03",
        "build": "b" * 16,
        "volumes": 9,
        "udf_jar": "hdfs:///features-1.jar",
    }
)
ANSWER = {"settings_hash": "h" * 16, "settings": "{}"}


class Stage:
    """Stage 3 with what it would ask the engines replaced by notes of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Any, programs: Programs) -> None:
        self.programs = programs
        programs.results[PlanFeatures] = {"tasks": 5}
        self.order: list[str] = []
        self.path = tmp_path / "site.yaml"
        self.configure("features:\n  mb_per_task: 3\n  max_tasks: 7\n")
        monkeypatch.setenv("NIGHTSCAN_CONFIG", str(self.path))
        monkeypatch.setattr(features, "run_program", self.run)
        monkeypatch.setattr(features, "require_feature_columns", lambda config: self.order.append("columns"))
        monkeypatch.setattr(features, "ask_settings", self.ask)
        monkeypatch.setattr(features, "run_sql", lambda config, file, **fields: self.order.append(file))

    def configure(self, text: str) -> None:
        self.path.write_text(text)

    def run(self, request: Any) -> Any:
        self.order.append(request.program)
        return run_program(request)

    def ask(self, config: Any) -> dict[str, Any]:
        self.order.append("settings")
        return {"default": ANSWER}

    def operator(self, scans: dict[str, Any] | None = SCANS) -> FeaturesOperator:
        return FeaturesOperator(task_id="features", ingested=INGESTED, preprocessed=scans)

    def context(self) -> dict[str, Any]:
        ti = SimpleNamespace(dag_id="scan_intake", run_id="r", start_date=datetime(2026, 1, 2, tzinfo=UTC))
        events = SimpleNamespace(add_partitions=lambda day: self.order.append(f"partition {day}"))
        return {"ti": ti, "outlet_events": {features.FEATURES: events}}

    def prepared(self) -> FeaturesOperator:
        operator = self.operator()
        operator.prepared = operator.prepare(self.context())
        operator.configure()
        return operator


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Any, programs: Programs) -> Stage:
    return Stage(monkeypatch, tmp_path, programs)


def test_columns_and_settings_are_judged_before_anything_is_planned(stage: Stage) -> None:
    stage.prepared()
    assert stage.order == ["columns", "settings", "jobs.features.plan"]


def test_settings_that_are_refused_start_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(config: Any) -> dict[str, Any]:
        raise BadSettingError("no")

    monkeypatch.setattr(features, "ask_settings", refuse)
    with pytest.raises(BadSettingError):
        stage.prepared()
    assert stage.programs.asked == []


def test_tasks_are_planned_by_megabytes_and_hive_gets_their_number(stage: Stage) -> None:
    operator = stage.prepared()
    asked = stage.programs.of(PlanFeatures)
    assert (asked.target_bytes, asked.max_tasks) == (3_000_000, 7)
    assert asked.build == operator.prepared["build"]
    assert "SET mapreduce.job.reduces=5;" in operator.sql


def test_the_query_has_the_features_and_settings_of_the_site(stage: Stage) -> None:
    stage.configure("features: {settings: {default: {classes: [shape]}, CT: {min_voxels: 27}}}\n")
    settings = '{"aggregations":["3d_avg"],"classes":["shape"],"min_voxels":27}'
    sql = str(stage.prepared().sql)
    assert "f.shape_" in sql
    assert "f.glcm_" not in sql
    assert f"CASE scan.modality WHEN 'CT' THEN '{settings}' ELSE " in sql


def test_other_settings_columns_volumes_or_code_are_another_build_and_the_same_are_the_same(
    stage: Stage,
) -> None:
    def build(text: str = "", **scans: str) -> Any:
        stage.configure(text)
        return stage.operator({**SCANS, **scans}).prepare(stage.context())["build"]

    builds = [
        build(),
        build("features: {settings: {CT: {min_voxels: 27}}}\n"),
        build("features: {aggregations: [3d_mrg]}\n"),
        build(build="c" * 16),
        build(udf_jar="hdfs:///features-2.jar"),
    ]
    assert len(set(builds)) == len(builds)
    assert build() == build("features: {max_tasks: 9}\n") == builds[0]


def test_the_commit_knows_the_settings_and_the_ledger_tells_them(stage: Stage) -> None:
    operator = stage.prepared()
    done = operator.finish(stage.context(), "application_1_1")
    committed = stage.programs.of(CommitFeatures)
    assert committed.settings_hashes == {"default": "h" * 16} == done["settings_hashes"]
    assert committed.index_digest == "d"
    assert committed.ledger is not None
    assert committed.ledger.note == "settings default " + "h" * 16
    assert stage.order[-2:] == ["hive/register_features.sql", "partition 2025-03-03"]


def test_a_run_without_volumes_is_skipped(stage: Stage) -> None:
    with pytest.raises(AirflowSkipException):
        stage.operator(None).prepare(stage.context())


@pytest.mark.parametrize(
    ("change", "fact"), [({"volumes": "9"}, r"`\$\.volumes`"), ({"volume": 9}, "unknown field `volume`")]
)
def test_what_stage_2_handed_on_in_another_form_is_refused_by_its_field(
    stage: Stage, change: dict[str, Any], fact: str
) -> None:
    with pytest.raises(MessageRefusedError, match=rf"handed on \(Preprocessed\): .*{fact}"):
        stage.operator({**SCANS, **change}).prepare(stage.context())
