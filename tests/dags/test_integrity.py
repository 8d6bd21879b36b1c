"""The DAG files parse, say who owns them and what to do when they are red, and name only files that exist."""

from __future__ import annotations

import ast
import copy
import itertools
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DAG_FILES = sorted((ROOT / "dags").glob("*.py"))
EXPECTED = {
    "scan_intake": {"landing", "1_ingest", "2_preprocess", "3_features", "announce"},
    "model_release": {"plan", "check", "4_train", "5_evaluate", "6_deploy", "7_metrics"},
    "late_arrivals": {"find", "start_again"},
    "site_setup": {"restrict", "ship", "schema", "index"},
    "quarantine_release": {"release", "start_again", "outcome"},
    "deidentified_export": {"deidentify", "copy_out"},
}


def test_every_dag_parses_and_none_is_missing(bag):
    assert bag.import_errors == {}
    assert {dag_id: set(dag.task_ids) for dag_id, dag in bag.dags.items()} == EXPECTED


@pytest.mark.parametrize("dag_id", sorted(EXPECTED))
def test_a_dag_can_be_stored_for_the_scheduler(bag, dag_id):
    """A DAG that parses may still not serialise: an unregistered timetable, a field a base class owns."""
    from airflow.serialization.serialized_objects import DagSerialization

    stored = DagSerialization.to_dict(bag.dags[dag_id])
    assert {task["__var"]["task_id"] for task in stored["dag"]["tasks"]} == EXPECTED[dag_id]


@pytest.mark.parametrize("dag_id", sorted(EXPECTED))
def test_a_dag_says_what_to_do_when_it_is_red(bag, dag_id):
    text = bag.dags[dag_id].doc_md
    assert [
        title for title in ("**Purpose.**", "**Triage.**", "**Re-run.**", "**Owner.**") if title not in text
    ] == []


@pytest.mark.parametrize("dag_id", sorted(EXPECTED))
def test_a_dag_has_an_owner_retries_tags_and_no_catch_up(bag, dag_id):
    from nightscan.tags import Tag

    dag = bag.dags[dag_id]
    assert {task.owner for task in dag.tasks} <= {"imaging-data-engineering", "imaging-machine-learning"}
    assert [task.task_id for task in dag.tasks if task.retries < 1 and task.task_id != "announce"] == []
    assert dag.tags
    assert set(dag.tags) <= {str(tag) for tag in Tag}
    assert dag.catchup is False


def test_the_stages_run_in_their_order(bag):
    intake, release = bag.dags["scan_intake"], bag.dags["model_release"]
    chain = ["landing", "1_ingest", "2_preprocess", "3_features", "announce"]
    for before, after in itertools.pairwise(chain):
        assert intake.get_task(after).upstream_task_ids >= {before}
    chain = ["plan", "check", "4_train", "5_evaluate", "6_deploy", "7_metrics"]
    for before, after in itertools.pairwise(chain):
        assert release.get_task(after).upstream_task_ids >= {before}


def test_no_dag_has_a_cycle(bag):
    from airflow.sdk.definitions.dag import DAG

    for dag in bag.dags.values():
        assert isinstance(dag, DAG)
        dag.check_cycle()
    assert bag.dags


def test_the_asset_chain_is_complete(bag):
    """What model_release waits for is what scan_intake announces."""
    announced = {asset.name for asset in bag.dags["scan_intake"].get_task("announce").outlets}
    awaited = {asset.name for asset in [bag.dags["model_release"].timetable.asset_condition]}
    assert awaited == announced == {"nightscan_settled"}
    features = bag.dags["scan_intake"].get_task("3_features").outlets
    assert [asset.name for asset in features] == ["nightscan_features"]


def test_parsing_imports_nothing_heavy(heavy_modules_after_parse):
    assert heavy_modules_after_parse == "[]"


def test_no_dag_file_imports_another():
    names = {path.stem for path in DAG_FILES}
    imported = set()
    for path in DAG_FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.split(".")[0])
    assert len(names) == len(EXPECTED)
    assert imported & names == set()


def test_dag_files_are_short_wiring():
    lengths = {path.name: len(path.read_text().splitlines()) for path in DAG_FILES}
    assert {name: n for name, n in lengths.items() if n > 150} == {}
    assert lengths


def test_every_sql_file_a_stage_names_exists():
    """Stages name their SQL as literals; each must be a file of this tree."""
    sql = set()
    for path in sorted((ROOT / "plugins" / "nightscan" / "stages").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.endswith(".sql"):
                sql.add(node.value)
    assert [name for name in sorted(sql) if not (ROOT / "include" / name).is_file()] == []
    assert len(sql) >= 5


def test_no_stage_names_another_task():
    """What a stage takes from another comes as an argument, so a task may be renamed or put between two."""
    pulls = [
        f"{path.name}:{node.lineno}"
        for path in sorted((ROOT / "plugins" / "nightscan").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "xcom_pull"
    ]
    assert pulls == []


def test_a_task_runs_after_each_whose_result_it_takes(bag):
    intake, release = bag.dags["scan_intake"], bag.dags["model_release"]
    assert intake.get_task("3_features").upstream_task_ids == {"1_ingest", "2_preprocess"}
    assert release.get_task("6_deploy").upstream_task_ids == {"4_train", "5_evaluate"}
    assert bag.dags["site_setup"].get_task("schema").upstream_task_ids == {"ship"}
    assert bag.dags["deidentified_export"].get_task("copy_out").upstream_task_ids == {"deidentify"}
    outcome = bag.dags["quarantine_release"].get_task("outcome")
    assert outcome.upstream_task_ids == {"release", "start_again"}


def test_what_a_task_takes_is_what_the_other_returned(bag):
    """As the task runner renders it: from the tasks that the DAG names, whatever they are called."""
    pulled = []

    class Instance:
        def xcom_pull(self, *, task_ids, key, default=None, map_indexes=None, **_):
            pulled.append((task_ids, key))
            return {"from": task_ids}

    task = copy.copy(bag.dags["scan_intake"].get_task("3_features"))
    task.render_template_fields({"ti": Instance(), "expanded_ti_count": None})
    assert (task.ingested, task.preprocessed) == ({"from": "1_ingest"}, {"from": "2_preprocess"})
    assert pulled == [("1_ingest", "return_value"), ("2_preprocess", "return_value")]
