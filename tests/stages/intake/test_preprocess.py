"""What stage 2 asks its programs, and what it hands to Hadoop Streaming."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from messages.environment import PROGRAMS, MapperEnvironment, read_environment
from messages.preprocess import CommitPreprocess, PlanPreprocess
from messages.wire import as_json
from nightscan.errors import MessageRefusedError
from nightscan.operators.remote import NothingToSubmit
from nightscan.stages.intake import preprocess
from nightscan.stages.intake.preprocess import PreparedPreprocess, Preprocessed, PreprocessOperator
from nightscan.stages.programs import handed_on
from nightscan.stages.site.runtime import Runtime
from tests.messages.samples import fields_of, sample
from tests.stages.conftest import Programs

PLAN = fields_of(PreparedPreprocess)["plan"] | {"lines_per_map": 7, "tasks": 3, "files": 50, "bytes": 1000}
APP = SimpleNamespace(id="application_1_1", seconds=2.0)


@pytest.fixture
def operator(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> PreprocessOperator:
    site = tmp_path / "site.yaml"
    site.write_text("preprocess:\n  task_mb: 3\n  map_memory_mb: 2048\n  jvm_memory_mb: 400\n")
    monkeypatch.setenv("NIGHTSCAN_CONFIG", str(site))
    monkeypatch.setattr(preprocess, "ensure_shipped", lambda config: sample(Runtime, code_hash="h" * 16))
    monkeypatch.setattr(preprocess, "run_sql", lambda config, file, **fields: [])
    made = PreprocessOperator(task_id="preprocess")
    made.prepared = as_json(sample(PreparedPreprocess, plan=PLAN), "prepared")
    made.configure()
    return made


def context() -> dict[str, Any]:
    ti = SimpleNamespace(dag_id="scan_intake", run_id="r", start_date=datetime(2026, 1, 2, tzinfo=UTC))
    run = SimpleNamespace(partition_key=None)
    return {"ti": ti, "dag_run": run, "params": {"scan_date": "2025-03-03"}}


def test_the_mapper_may_take_what_the_jvm_of_its_container_leaves(operator: PreprocessOperator) -> None:
    given = read_environment(MapperEnvironment, operator.environment)
    assert (given.memory_mb, given.scan_date, given.build) == (1648, PLAN["scan_date"], PLAN["build"])
    assert operator.mapper == f"python3 -m {PROGRAMS[MapperEnvironment]}"
    assert operator.definitions["mapreduce.map.memory.mb"] == "2048"


def test_a_single_task_in_the_application_master_has_as_much(operator: PreprocessOperator) -> None:
    assert operator.definitions["yarn.app.mapreduce.am.resource.mb"] == "2176"


def test_tasks_take_the_lines_of_the_plan(operator: PreprocessOperator) -> None:
    assert (operator.manifest, operator.output_dir, operator.lines_per_map) == (
        PLAN["manifest"],
        PLAN["output"],
        7,
    )


def test_the_plan_knows_date_code_and_memory_and_is_kept_over_a_deferral(
    operator: PreprocessOperator, programs: Programs
) -> None:
    operator.prepared = operator.prepare(context())
    operator.configure()
    asked = programs.of(PlanPreprocess)
    assert (asked.scan_date, asked.code) == ("2025-03-03", "h" * 16)
    assert (asked.memory_mb, asked.target_bytes) == (1648, 3_000_000)


def test_what_was_kept_in_another_form_is_refused_by_its_field(operator: PreprocessOperator) -> None:
    operator.prepared = {**operator.prepared, "plan": {**PLAN, "tasks": "3"}}
    with pytest.raises(MessageRefusedError, match=r"had prepared .*`\$\.plan\.tasks`"):
        operator.configure()


def test_the_commit_is_in_the_ledger_and_hands_on_the_jar(
    operator: PreprocessOperator, programs: Programs
) -> None:
    done = operator.finish(context(), APP)
    asked = programs.of(CommitPreprocess)
    row = asked.ledger
    assert row is not None
    assert (row.stage, row.files_in, row.bytes_in, row.application_id) == (2, 50, 1000, APP.id)
    assert (asked.scan_date, asked.build) == (PLAN["scan_date"], PLAN["build"])
    engine = {"application_id": APP.id, "queue": "default", "seconds": 2.0}
    assert handed_on(Preprocessed, {**engine, **done}).udf_jar == sample(Runtime).udf_jar


def test_a_date_without_series_is_committed_without_an_application(
    operator: PreprocessOperator, programs: Programs
) -> None:
    programs.results[PlanPreprocess] = {"series": 0}
    with pytest.raises(NothingToSubmit) as nothing:
        operator.prepare(context())
    assert handed_on(Preprocessed, nothing.value.result).volumes == 1
    row = programs.of(CommitPreprocess).ledger
    assert row is not None
    assert (row.application_id, row.seconds) == ("", 0.0)
