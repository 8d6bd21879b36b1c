"""When model_release goes on: by hand always, by itself only when there is something new."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from airflow.sdk.exceptions import AirflowSkipException

from messages.model import FeatureSettings, LoadLabels, PlanRelease, Release
from nightscan.errors import BadSettingError
from nightscan.stages.release import plan
from tests.messages.samples import fields_of

ANSWER = {"settings_hash": "h", "settings": "{}"}


def context(kind):
    run = SimpleNamespace(run_type=SimpleNamespace(value=kind))
    ti = SimpleNamespace(run_id="run 1", start_date=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    return {"dag_run": run, "ti": ti}


@pytest.fixture
def asked(monkeypatch, tmp_path, programs):
    """The programs; a release of which some rows are left out is due."""
    site = tmp_path / "site.yaml"
    site.write_text("labels: /labels.csv\n")
    monkeypatch.setenv("NIGHTSCAN_CONFIG", str(site))
    counts = {"rows_other_settings": 3, "patients_other_settings": 2}
    release = fields_of(Release) | {"counts": counts, "measure_again": "run 1 scan dates again"}
    programs.results = {
        LoadLabels: {"outcome": "outcome"},
        PlanRelease: {"why": "because", "release": release},
    }
    monkeypatch.setattr(plan, "ask_settings", lambda config: {"default": ANSWER})
    monkeypatch.setattr(plan, "run_sql", lambda config, file, **parameters: [])
    return programs


def release(kind):
    return plan.PlanReleaseOperator(task_id="plan").execute(context(kind))


def test_a_run_by_hand_is_forced_and_too_few_patients_are_its_failure(asked):
    assert release("manual")["outcome"] == "outcome"
    assert asked.keyed == ["jobs.model.load_labels"]
    assert (asked.of(PlanRelease).force, asked.of(PlanRelease).when_few) == (True, "fail")


def test_an_announced_run_is_not_forced_and_too_few_patients_are_no_failure(asked):
    release("asset_triggered")
    assert (asked.of(PlanRelease).force, asked.of(PlanRelease).when_few) == (False, "skip")


def test_nothing_new_skips_the_release_and_says_why(asked):
    asked.results[PlanRelease]["release"] = None
    with pytest.raises(AirflowSkipException, match="no release: because"):
        release("asset_triggered")


def test_the_release_knows_its_run_and_when_it_began(asked):
    release("manual")
    request = asked.of(PlanRelease)
    assert (request.run_key, request.started_at) == ("run 1", "2026-01-02T03:04:05+00:00")


def test_no_labels_file_is_a_clear_setting_error(asked, monkeypatch):
    monkeypatch.delenv("NIGHTSCAN_CONFIG")
    with pytest.raises(BadSettingError, match="no labels file is configured"):
        release("manual")


def test_a_release_learns_from_the_features_of_todays_settings_and_says_what_it_leaves_out(asked, capsys):
    release("manual")
    assert asked.of(PlanRelease).feature_settings == {"default": FeatureSettings(**ANSWER)}
    printed = capsys.readouterr().out
    assert "3 rows (the only ones of 2 labelled patients) were measured with other settings" in printed
    assert "run 1 scan dates again" in printed
