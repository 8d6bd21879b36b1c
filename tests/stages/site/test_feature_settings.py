"""The settings of the function as SQL, and what becomes of its answer."""

from __future__ import annotations

import json

import pytest

from lake.hive import hive_literal
from nightscan.config import load_config
from nightscan.errors import BadSettingError, EngineRefusedError, EngineUnreachableError, JobFailedError
from nightscan.hooks.statements import split_statements
from nightscan.stages.site import feature_settings
from nightscan.stages.site.feature_settings import (
    ask_settings,
    settings_hashes,
    settings_sql,
    settings_texts,
)

SITE = """\
features:
  aggregations: [3d_avg, 25d_mrg]
  settings:
    default: {min_voxels: 27, discretisation: {method: fbn, bins: 32}}
    CT: {discretisation: {method: fbs, width: 25, origin: -1000}}
    NM: {}
"""


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "site.yaml"
    path.write_text(SITE)
    return load_config({"NIGHTSCAN_CONFIG": str(path)})


def test_a_modality_takes_the_default_and_overrides_single_settings_whole(config):
    texts = {modality: json.loads(text) for modality, text in settings_texts(config.features).items()}
    default = {
        "aggregations": ["3d_avg", "25d_mrg"],
        "discretisation": {"method": "fbn", "bins": 32},
        "min_voxels": 27,
    }
    discretisation = {"method": "fbs", "width": 25, "origin": -1000}
    assert texts == {"default": default, "CT": {**default, "discretisation": discretisation}, "NM": default}


def test_equal_settings_are_equal_texts(config):
    texts = settings_texts(config.features)
    assert texts["NM"] == texts["default"] != texts["CT"]


def test_sql_picks_the_settings_by_modality_and_is_one_literal_where_there_is_one():
    assert settings_sql({"default": "{}"}, "m") == "'{}'"
    assert (
        settings_sql({"CT": '{"a":1}', "default": "{}"}, "m")
        == """CASE m WHEN 'CT' THEN '{"a":1}' ELSE '{}' END"""
    )


def test_a_literal_holds_what_would_end_it_or_start_a_variable():
    assert hive_literal("it's \\ ${x}\n") == r"'it\'s \\ \u0024{x}\n'"
    assert len(split_statements(f"SELECT {hive_literal('a; b -- c')}; SELECT 2")) == 2


def test_every_text_is_asked_once_and_every_modality_has_its_answer(config, monkeypatch):
    asked = []

    def run_sql(config, file, settings):
        asked.append((file, settings))
        return [{"settings_hash": f"hash {len(asked)}", "settings": "canonical"}]

    monkeypatch.setattr(feature_settings, "run_sql", run_sql)
    hashes = settings_hashes(ask_settings(config))
    assert hashes == {"CT": "hash 1", "NM": "hash 2", "default": "hash 2"}
    assert {file for file, _ in asked} == {"hive/ask_settings.sql"}
    assert len(asked) == 2


@pytest.mark.parametrize(
    "error",
    [
        EngineRefusedError("HiveServer2", "could not run SELECT: extract_features: min_voxels is 1"),
        JobFailedError("hive/ask_settings.sql", "ERROR", last_lines=["extract_features: min_voxels is 1"]),
    ],
)
def test_settings_that_the_function_refuses_fail_in_its_own_words_and_no_retry_follows(
    config, monkeypatch, error
):
    def run_sql(config, file, settings):
        if settings != "'{}'":
            raise error
        return [{}]

    monkeypatch.setattr(feature_settings, "run_sql", run_sql)
    with pytest.raises(BadSettingError, match=r"features.settings of CT: [\s\S]*min_voxels is 1"):
        ask_settings(config)


def test_a_function_that_hive_does_not_find_is_not_the_fault_of_the_settings(config, monkeypatch):
    def run_sql(config, file, settings):
        raise EngineRefusedError("HiveServer2", "SemanticException: Invalid function extract_features")

    monkeypatch.setattr(feature_settings, "run_sql", run_sql)
    with pytest.raises(EngineRefusedError, match=r"Invalid function[\s\S]*site_setup"):
        ask_settings(config)


def test_a_function_that_hive_did_not_find_for_a_moment_is_asked_again(config, monkeypatch):
    asked = []

    def run_sql(config, file, settings):
        asked.append(settings)
        if len(asked) == 1:
            raise EngineRefusedError("HiveServer2", "SemanticException: Invalid function extract_features")
        return [{"settings_hash": "h", "settings": "canonical"}]

    monkeypatch.setattr(feature_settings, "run_sql", run_sql)
    assert settings_hashes(ask_settings(config)) == {"CT": "h", "NM": "h", "default": "h"}
    assert (asked[0], asked[1]) == (asked[2], "'{}'")


def test_a_hive_that_does_not_answer_says_nothing_about_settings(config, monkeypatch):
    def run_sql(*arguments, **parameters):
        raise EngineUnreachableError("HiveServer2", "localhost:10000", "refused")

    monkeypatch.setattr(feature_settings, "run_sql", run_sql)
    with pytest.raises(EngineUnreachableError):
        ask_settings(config)
