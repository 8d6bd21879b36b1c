"""What stage 1 asks its programs, and what it hands to DistCp."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from messages.ingest import CommitIngest, PlanIngest
from nightscan.operators.remote import NothingToSubmit
from nightscan.stages.intake.ingest import Ingested, IngestOperator
from nightscan.stages.programs import handed_on
from tests.stages.conftest import Programs

APP = SimpleNamespace(id="application_1_1", seconds=2.0)


@pytest.fixture
def operator(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> IngestOperator:
    site = tmp_path / "site.yaml"
    site.write_text("landing: /srv/landing\nwork_dir: /srv/work\n")
    monkeypatch.setenv("NIGHTSCAN_CONFIG", str(site))
    return IngestOperator(task_id="ingest")


def context() -> dict[str, Any]:
    ti = SimpleNamespace(dag_id="scan_intake", run_id="r", start_date=datetime(2026, 1, 2, tzinfo=UTC))
    run = SimpleNamespace(partition_key=None)
    return {"ti": ti, "dag_run": run, "params": {"scan_date": "2025-03-03"}}


def test_the_plan_names_source_and_target_and_the_commit_hands_on_the_digest(
    operator: IngestOperator, programs: Programs
) -> None:
    programs.results[PlanIngest] = {"link_dir": "/srv/work/x", "incoming": "/m/in", "to_copy": 120}
    programs.results[PlanIngest] |= {"index_digest": "digest", "build": "b", "scan_date": "2025-03-03"}
    operator.prepared = operator.prepare(context())
    operator.configure()
    asked = programs.of(PlanIngest)
    assert (asked.landing, asked.work_dir, asked.scan_date) == ("/srv/landing", "/srv/work", "2025-03-03")
    assert (operator.source, operator.target) == ("file:///srv/work/x", "hdfs://localhost:8020/m/in")
    assert operator.maps == 2
    done = operator.finish(context(), APP)
    assert handed_on(Ingested, {**done, "queue": "default"}).index_digest == "digest"
    committed = programs.of(CommitIngest)
    assert (committed.build, committed.scan_date) == ("b", "2025-03-03")
    assert committed.ledger is not None
    assert (committed.ledger.stage, committed.ledger.application_id) == (1, APP.id)


def test_a_date_that_is_there_already_needs_no_application(
    operator: IngestOperator, programs: Programs
) -> None:
    programs.results[PlanIngest] = {"to_copy": 0}
    with pytest.raises(NothingToSubmit) as nothing:
        operator.prepare(context())
    assert handed_on(Ingested, nothing.value.result)
    assert programs.of(CommitIngest).ledger is not None
