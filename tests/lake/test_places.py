"""Where things lie: what another version wrote must be found again."""

from __future__ import annotations

import inspect

from lake.folders import hidden, scan_dates
from lake.intake import RAW_FILES
from lake.places import Places

PLACES = Places("/m")
LAYOUT = """
attempt                 /m/models/<name>/_attempts/<version>.json
attempts                /m/models/<name>/_attempts
candidate               /m/models/<name>/_candidates/<version>
committed               /m/index/committed/scan_date=<scan_date>
current                 /m/models/<name>/CURRENT
deidentified            /m/deidentified/scan_date=<scan_date>/<build>
deidentified_current    /m/deidentified/scan_date=<scan_date>/current.json
deidentify_work         /m/_work/deidentify/scan_date=<scan_date>/<build>
feature_tasks           /m/_build/feature_tasks/scan_date=<scan_date>/build=<build>/tasks.parquet
features                /m/image_features/scan_date=<scan_date>/features.parquet
features_build          /m/_build/image_features/scan_date=<scan_date>/build=<build>
features_folder         /m/image_features
incoming                /m/raw_images/_incoming/scan_date=<scan_date>/<build>
index                   /m/index/landing.parquet
index_dates             /m/index/dates.json
ingest_plan             /m/_work/ingest/scan_date=<scan_date>/<build>/files.parquet
labels                  /m/ground_truth/outcome=<outcome>/labels.parquet
metrics                 /m/model_metrics/metric_date=<metric_date>/metrics.parquet
metrics_build           /m/_build/model_metrics/metric_date=<metric_date>/build=<build>
model                   /m/models/<name>/<version>
predictions             /m/model_predictions/model_version=<version>/predictions.parquet
preprocess_work         /m/_work/preprocess/scan_date=<scan_date>/<build>
preprocessed            /m/preprocessed/scan_date=<scan_date>/<build>
quarantine              /m/quarantine/scan_date=<scan_date>/quarantine.parquet
quarantine_folder       /m/quarantine
raw                     /m/raw_images/scan_date=<scan_date>
raw_file                /m/raw_images/scan_date=<scan_date>/<sha256>.dcm
raw_files               /m/raw_files/scan_date=<scan_date>/files.parquet
releases                /m/quarantine_releases/scan_date=<scan_date>/releases.parquet
scans                   /m/mri_scans/scan_date=<scan_date>/scans.parquet
stage_run               /m/stage_runs/run_date=<run_date>/<name>.parquet
train_result            /m/_work/release/<version>/train.json
training_manifest       /m/_work/release/<version>/manifest.json
"""


def test_every_place_is_where_it_was() -> None:
    found = {}
    for name, method in inspect.getmembers(PLACES, inspect.ismethod):
        parameters = inspect.signature(method).parameters
        if not name.startswith("_") and name not in ("folder", "partition", "identifying"):
            found[name] = method(*(f"<{parameter}>" for parameter in parameters))
    assert found == dict(line.split() for line in LAYOUT.strip().splitlines())


def test_the_folders_that_identify_patients_are_named() -> None:
    names = "raw_images raw_files index quarantine quarantine_releases deidentified _work"
    assert PLACES.identifying() == [f"/m/{name}" for name in names.split()]


def test_a_partition_is_named_by_all_its_columns() -> None:
    assert PLACES.partition(RAW_FILES, "2005-01-01") == "/m/raw_files/scan_date=2005-01-01"


def test_the_dates_of_a_folder_are_those_of_its_partitions() -> None:
    assert scan_dates(["scan_date=2005-02-01", "_build", "scan_date=2005-01-01", "2005"]) == [
        "2005-01-01",
        "2005-02-01",
    ]


def test_names_that_engines_skip_are_hidden() -> None:
    assert [hidden(name) for name in ("/a/_b", "/a/.b", "/_a/b")] == [True, True, False]
