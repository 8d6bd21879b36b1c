"""What stage 2 hands to Hadoop Streaming."""

from __future__ import annotations

from typing import Any

import pytest

from nightscan.stages.intake.preprocess import PreprocessOperator

PLAN: dict[str, Any] = {
    "scan_date": "2025-03-03",
    "build": "b" * 16,
    "manifest": "/m/manifest.txt",
    "output": "/m/out",
    "lines_per_map": 7,
    "tasks": 3,
    "runtime": {"code": "hdfs:///code.zip", "pyenv": "hdfs:///pyenv.tar.gz"},
}


@pytest.fixture
def operator(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> PreprocessOperator:
    site = tmp_path / "site.yaml"
    site.write_text("preprocess:\n  map_memory_mb: 2048\n  jvm_memory_mb: 400\n")
    monkeypatch.setenv("NIGHTSCAN_CONFIG", str(site))
    made = PreprocessOperator(task_id="preprocess")
    made.prepared = PLAN
    made.configure()
    return made


def test_the_mapper_may_take_what_the_jvm_of_its_container_leaves(operator: PreprocessOperator) -> None:
    assert operator.environment["NIGHTSCAN_MEMORY_MB"] == "1648"
    assert operator.definitions["mapreduce.map.memory.mb"] == "2048"


def test_a_single_task_in_the_application_master_has_as_much(operator: PreprocessOperator) -> None:
    assert operator.definitions["yarn.app.mapreduce.am.resource.mb"] == "2176"


def test_tasks_take_the_lines_of_the_plan(operator: PreprocessOperator) -> None:
    assert (operator.manifest, operator.output_dir, operator.lines_per_map) == (
        "/m/manifest.txt",
        "/m/out",
        7,
    )
