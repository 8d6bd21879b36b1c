"""Settings are read once, checked whole, and a wrong one is named with its file."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from nightscan.config import load_config
from nightscan.config_model import LandingZone
from nightscan.errors import ConfigurationError
from nightscan.setting_files import load, merge


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
    merged = merge({"features": {"settings": base}}, {"features": {"settings": over}})
    assert merged["features"] == {
        "settings": {"CT": {"discretisation": {"method": "fbs", "width": 25}, "min_voxels": 2}}
    }


def test_an_integer_is_good_enough_for_a_float(tmp_path):
    assert load_config(site(tmp_path, "poll_s: 7\n")).poll_s == 7.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rooot: /x\n", r"rooot: unknown key 'rooot'; known: apps, .* work_dir\n"),
        ("queues:\n  gpu: x\n", r"queues\.gpu: unknown key 'gpu'; known: batch, training\n"),
        ("queues: default\n", "queues: must be a mapping; found 'default'"),
        ("root: lake\n", "root: must be an absolute HDFS path; found 'lake'"),
        ("hdfs: s3://x\n", "hdfs: must be a URL beginning with hdfs://"),
        ("poll_s: 0\n", "poll_s: must be greater than 0; found 0"),
        ("poll_s: fast\n", "poll_s: must be a valid number; found 'fast'"),
        ("gate:\n  tolerance: .nan\n", "gate.tolerance: must be a finite number; found nan"),
        ("gate:\n  floor: -.inf\n", "gate.floor: must be a finite number; found -inf"),
        ("lost_after_s: .nan\n", "lost_after_s: must be a finite number; found nan"),
        ("poll_s: true\n", "poll_s: must be a valid number; found True"),
        (
            "preprocess:\n  map_memory_mb: 512\n",
            "preprocess: map_memory_mb must be at least 256 above jvm_memory_mb",
        ),
        ("model:\n  folds: 1\n", r"model\.folds: must be greater than or equal to 2; found 1"),
        ("model:\n  unlabelled: drop\n", "must be 'fail' or 'report'; found 'drop'"),
        ("features:\n  mb_per_task: 0\n", "mb_per_task: must be greater than or equal to 1"),
        ("features:\n  aggregations: []\n", "aggregations: must be a list that is not empty"),
        ("features:\n  aggregations: 3d_avg\n", "aggregations: must be a list; found '3d_avg'"),
        ("features:\n  settings: {CT: 5}\n", "CT: must be a mapping; found 5"),
        ("features:\n  settings: {ct scan: {}}\n", "must be `default` or a DICOM modality; found 'ct scan'"),
        ("features:\n  settings: {CT: {bins: 5}}\n", r"settings\.CT\.bins: must be one of min_voxels, "),
        ("features:\n  settings: {CT: {aggregations: [2d_avg]}}\n", "aggregations are features.aggregations"),
        ("features:\n  settings: {CT: {ivh: {a: [1]}}}\n", "ivh: must be a plain value"),
        ("features:\n  max_tasks: 0\n", "max_tasks: must be greater than or equal to 1"),
        ("features:\n  aggregations: [3]\n", r"aggregations\.0: must be a valid string; found 3"),
        ("ingest:\n  maps: 2.5\n", r"ingest\.maps: must be a valid integer; found 2\.5"),
        ("1: 2\n", "1: Keys should be strings; found 1"),
        ("- a\n", "holds list, not a mapping"),
        ("a: [\n", "is not YAML"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path, text, message):
    with pytest.raises(ConfigurationError, match=rf"site\.yaml.*{message}"):
        load_config(site(tmp_path, text))


def test_every_wrong_setting_is_named_at_once_with_what_to_do(tmp_path):
    with pytest.raises(ConfigurationError) as caught:
        load_config(site(tmp_path, "root: 5\nqueues: {gpu: x}\n"))
    assert [line.partition("site.yaml: ")[2] for line in caught.value.fact.splitlines()] == [
        "root: must be a valid string; found 5",
        "queues.gpu: unknown key 'gpu'; known: batch, training",
    ]
    assert "job_config.yaml explains each key" in caught.value.remedy


def test_a_wrong_setting_is_named_with_the_last_file_that_sets_it(tmp_path):
    base, site_file = tmp_path / "base.yaml", tmp_path / "site.yaml"
    base.write_text("quiet_s: soon\nwait_s: 1\n")
    site_file.write_text("wait_s: long\n")
    with pytest.raises(ConfigurationError) as caught:
        load(LandingZone, [base, site_file])
    assert [line.removeprefix(f"{tmp_path}/") for line in caught.value.fact.splitlines()] == [
        "base.yaml: quiet_s: must be a valid number; found 'soon'",
        "site.yaml: wait_s: must be a valid number; found 'long'",
        "base.yaml: poll_s: no value",
    ]


def test_a_file_of_another_encoding_is_named(tmp_path):
    (tmp_path / "site.yaml").write_bytes("root: /donn\xe9es\n".encode("latin-1"))
    with pytest.raises(ConfigurationError, match=r"site\.yaml is not YAML: 'utf-8' codec"):
        load_config({"NIGHTSCAN_CONFIG": str(tmp_path / "site.yaml")})


def test_settings_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        load_config({}).root = "/elsewhere"


def test_a_missing_site_file_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"gone\.yaml: No such file"):
        load_config({"NIGHTSCAN_CONFIG": str(tmp_path / "gone.yaml")})
