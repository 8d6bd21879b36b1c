"""A person starts one scan date with the form of Airflow's web page; this file follows that run."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from cluster.secret_files import secret
from tests.cluster.browser import chromium, graph_screenshot, login, trigger_with_form

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(1800)]

SCAN_DATE = "2025-03-03"
STAGES = ["1_ingest", "2_preprocess", "3_features"]


@pytest.fixture(scope="module")
def browser(night, tmp_path_factory):
    address = f"http://localhost:{night.ports['airflow']}"
    with chromium(address, tmp_path_factory.mktemp("pictures")) as window:
        login(window, "admin", secret(night.layout, "airflow_admin"))
        yield window


@pytest.fixture(scope="module")
def run(night, browser):
    """The run that the form made, ended; the release that follows it has ended too."""
    assert night.run("site_setup").state == "success"
    before = {dag_id: ids(night, dag_id) for dag_id in ("scan_intake", "model_release")}
    trigger_with_form(browser, "scan_intake", SCAN_DATE)
    runs = night.wait("scan_intake", lambda run: run.run_id not in before["scan_intake"])
    night.wait("model_release", lambda run: run.run_id not in before["model_release"])
    assert len(runs) == 1
    return runs[0]


def ids(night, dag_id):
    return {run.run_id for run in night.airflow.runs(dag_id)}


def test_the_form_starts_a_run_with_the_date_that_was_typed(night, run):
    answer = night.airflow.call("GET", f"/dags/scan_intake/dagRuns/{quote(run.run_id, safe='')}")
    assert answer["run_type"] == "manual"
    assert answer["conf"] == {"scan_date": SCAN_DATE}


def test_the_run_of_the_form_becomes_green_with_all_its_tasks(night, run):
    assert run.state == "success"
    assert night.states(run) == dict.fromkeys(["landing", *STAGES, "announce"], "success")


def test_the_graph_shows_the_stages_by_name_and_green(browser, run, tmp_path):
    picture = tmp_path / "graph.png"
    shown = graph_screenshot(browser, run, picture)
    assert {name: shown.get(name) for name in STAGES} == dict.fromkeys(STAGES, "success"), picture
