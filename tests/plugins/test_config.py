"""Settings are read once, checked whole, and a wrong one is named with its file."""

from __future__ import annotations

import pytest

from nightscan.config import _merge, load_config, parse_bool
from nightscan.errors import ConfigurationError


def site(tmp_path, text):
    path = tmp_path / "site.yaml"
    path.write_text(text)
    return {"NIGHTSCAN_CONFIG": str(path)}


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_the_shipped_overlays_are_valid(environment):
    assert load_config({"NIGHTSCAN_ENV": environment}).root == "/medical_data"


def test_a_site_overrides_single_values(tmp_path):
    config = load_config(site(tmp_path, "root: /lake\nqueues:\n  training: gpu\n"))
    assert (config.root, config.queues.batch, config.queues.training) == ("/lake", "default", "gpu")


def test_a_site_adds_modalities_and_replaces_single_settings_whole(tmp_path):
    settings = "default: {min_voxels: 27}, CT: {discretisation: {method: fbs, width: 25}}"
    text = f"features: {{settings: {{{settings}}}}}\n"
    assert load_config(site(tmp_path, text)).features.settings == {
        "default": {"min_voxels": 27},
        "CT": {"discretisation": {"method": "fbs", "width": 25}},
    }
    base = {"CT": {"discretisation": {"method": "fbn", "bins": 32}, "min_voxels": 2}}
    over = {"CT": {"discretisation": {"method": "fbs", "width": 25}}}
    merged = _merge({"settings": base}, {"settings": over}, where="", allow_new=False)
    assert merged == {"settings": {"CT": {"discretisation": {"method": "fbs", "width": 25}, "min_voxels": 2}}}


def test_an_integer_is_good_enough_for_a_float(tmp_path):
    assert load_config(site(tmp_path, "poll_s: 7\n")).poll_s == 7.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rooot: /x\n", "unknown key 'rooot'"),
        ("queues:\n  gpu: x\n", "unknown key 'gpu'"),
        ("queues: default\n", "queues must be a mapping"),
        ("root: lake\n", "must be an absolute HDFS path"),
        ("hdfs: s3://x\n", "must begin with hdfs://"),
        ("poll_s: 0\n", "must be above 0"),
        ("poll_s: fast\n", "expected float, found 'fast'"),
        ("poll_s: true\n", "expected float, found True"),
        ("preprocess:\n  map_memory_mb: 512\n", "must be at least 256 above jvm_memory_mb"),
        ("model:\n  folds: 1\n", "must be at least 2"),
        ("model:\n  unlabelled: drop\n", "must be fail or report"),
        ("features:\n  mb_per_task: 0\n", "mb_per_task and max_tasks must be at least 1"),
        ("features:\n  aggregations: []\n", "aggregations is empty"),
        ("features:\n  aggregations: 3d_avg\n", "expected a list of words, found '3d_avg'"),
        ("features:\n  settings: {CT: 5}\n", "CT must be a mapping, not 5"),
        ("features:\n  settings: {ct scan: {}}\n", "'ct scan' is neither `default` nor a DICOM modality"),
        ("features:\n  settings: {CT: {bins: 5}}\n", "CT: unknown key bins; known: classes, "),
        ("features:\n  settings: {CT: {aggregations: [2d_avg]}}\n", "aggregations are features.aggregations"),
        ("features:\n  settings: {CT: {ivh: {a: [1]}}}\n", "ivh must be a plain value"),
        ("- a\n", "holds list, not a mapping"),
        ("a: [\n", "is not YAML"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path, text, message):
    with pytest.raises(ConfigurationError, match=message):
        load_config(site(tmp_path, text))


def test_a_missing_site_file_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"gone\.yaml: No such file"):
        load_config({"NIGHTSCAN_CONFIG": str(tmp_path / "gone.yaml")})


@pytest.mark.parametrize(("word", "value"), [("True", True), ("no", False), ("0", False), (True, True)])
def test_truth_values_are_words(word, value):
    assert parse_bool(word) is value


def test_an_unknown_truth_value_is_refused():
    with pytest.raises(ConfigurationError, match="'maybe' is not a truth value"):
        parse_bool("maybe")
