"""A dump of a cluster is the same for two runs of one code, and another when a result is another."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.cluster_dump import dump
from benchmarks.dumps import differences

ROOT = "/medical_data"
DATE = "scan_date=2025-03-03"


def write_table(path, *rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    maps = {"masks": pa.map_(pa.string(), pa.string())}
    schema = pa.schema([(name, maps.get(name, pa.array([rows[0][name]]).type)) for name in rows[0]])
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), path)


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


def site(folder, *, build, landing, version, day, seconds, application):
    """Write what a night leaves below the root: all that is given here differs between two runs."""
    root = folder / ROOT.lstrip("/")
    index = {"path": "a.dcm", "mtime_ns": int(seconds), "landing": landing, "key_id": "k", "sha256": "1"}
    write_table(root / "index" / "landing.parquet", index)
    write_json(root / "index" / "dates.json", {"files": 1, "newest_mtime": seconds})
    raw = {"sha256": "1", "source_path": f"{landing}/a.dcm"}
    write_table(root / "raw_files" / DATE / "files.parquet", raw)
    (root / "raw_images" / DATE).mkdir(parents=True)
    (root / "raw_images" / DATE / "1.dcm").write_bytes(b"dicom")
    volumes = root / "preprocessed" / DATE / build
    scan = {
        "series_key": "s",
        "image_path": f"{ROOT}/preprocessed/{DATE}/{build}/s.nii.gz",
        "masks": [("gtv", f"{ROOT}/preprocessed/{DATE}/{build}/s.gtv.mask.nii.gz")],
        "tilt_degrees": 0.5,
        "build": build,
    }
    write_table(root / "mri_scans" / DATE / "scans.parquet", scan)
    volumes.mkdir(parents=True)
    (volumes / "s.nii.gz").write_bytes(b"volume")
    score = {"patient_key": "p", "score": 0.25}
    write_table(root / "model_predictions" / f"model_version={version}" / "predictions.parquet", score)
    metrics = {"model_version": version, "auc": 0.75}
    write_table(root / "model_metrics" / f"metric_date={day}" / "metrics.parquet", metrics)
    ledger = {"stage": 2, "seconds": seconds, "application_id": application, "note": f"build {build}"}
    write_table(root / "stage_runs" / f"run_date={day}" / "one.parquet", ledger)
    model = root / "models" / "outcome" / version
    write_json(model / "MANIFEST.json", {"version": version, "run_id": application, "metrics": {"auc": 0.75}})
    (model / "model").mkdir()
    (model / "model" / "MLmodel").write_text(application)
    (model / "model" / "model.pkl").write_bytes(b"weights")
    (root / "_build").mkdir()
    (root / "_build" / "left.parquet").write_bytes(b"not a table")
    return root


@pytest.fixture
def two(tmp_path):
    """Two runs of one code: other builds, folders, versions, days."""
    one = site(
        tmp_path / "a",
        build="0" * 16,
        landing="/here/in",
        version="20250304T010000-11111111",
        day="2025-03-04",
        seconds=1.5,
        application="application_1_0001",
    )
    other = site(
        tmp_path / "b",
        build="f" * 16,
        landing="/there/in",
        version="20261129T010000-22222222",
        day="2026-11-29",
        seconds=2.5,
        application="application_2_0007",
    )
    return one, other


def found(two):
    dumps = [dump(f"file://{root.parent}", ROOT) for root in two]
    return {each.title: each for each in differences(*dumps) if not each.same}


def test_two_runs_of_one_code_give_the_same_dump(two):
    assert found(two) == {}
    sections = dump(f"file://{two[0].parent}", ROOT).sections
    assert sections[f"raw_files {DATE}"] == [{"sha256": "1", "source_path": "<landing>/a.dcm"}]
    assert sections["model_metrics"] == [{"model_version": "<version>", "auc": 0.75}]
    assert sections["stage_runs"] == [{"stage": 2, "note": "build <build>"}]
    assert [entry["name"] for entry in sections[f"files preprocessed/{DATE}"]] == ["<build>/s.nii.gz"]
    assert sections[f"files raw_images/{DATE}"] == [{"name": "1.dcm", "bytes": 5}]
    assert [entry["name"] for entry in sections["files models/outcome"]] == ["<version>/model/model.pkl"]


def test_another_voxel_is_a_difference(two):
    (two[1] / "preprocessed" / DATE / ("f" * 16) / "s.nii.gz").write_bytes(b"Volume")
    assert list(found(two)) == [f"files preprocessed/{DATE}"]


def test_another_score_is_a_difference(two):
    path = next((two[1] / "model_predictions").rglob("*.parquet"))
    write_table(path, {"patient_key": "p", "score": 0.5})
    assert list(found(two)) == ["model_predictions model_version=<version>"]


def test_another_type_of_a_column_is_a_difference_even_where_the_values_agree(two):
    path = next((two[1] / "raw_files").rglob("*.parquet"))
    table = pq.read_table(path)
    pq.write_table(table.cast(pa.schema([("sha256", pa.large_string()), ("source_path", pa.string())])), path)
    assert list(found(two)) == ["columns raw_files"]


def test_a_scan_date_that_is_missing_is_a_difference(two):
    next((two[1] / "mri_scans").rglob("*.parquet")).unlink()
    assert f"mri_scans {DATE}" in found(two)


def test_what_an_earlier_build_left_is_not_compared(two):
    old = two[1] / "preprocessed" / DATE / ("a" * 16)
    old.mkdir()
    (old / "s.nii.gz").write_bytes(b"older")
    assert found(two) == {}


def test_a_release_more_and_a_stage_that_ran_again_are_no_difference(two):
    ledger = next((two[1] / "stage_runs").rglob("*.parquet"))
    pq.write_table(pq.read_table(ledger), ledger.with_name("again.parquet"))
    older = "20261128T010000-33333333"
    write_table(
        two[1] / "model_predictions" / f"model_version={older}" / "predictions.parquet",
        {"patient_key": "p", "score": 0.125},
    )
    metrics = next((two[1] / "model_metrics").rglob("*.parquet"))
    pq.write_table(
        pa.concat_tables(
            [pq.read_table(metrics), pa.Table.from_pylist([{"model_version": older, "auc": 0.5}])]
        ),
        metrics,
    )
    write_json(two[1] / "models" / "outcome" / older / "MANIFEST.json", {"metrics": {"auc": 0.5}})
    assert found(two) == {}


def test_the_id_of_a_run_in_mlflow_is_no_difference(two):
    for number, root in enumerate(two):
        ledger = next((root / "stage_runs").rglob("*.parquet"))
        write_table(ledger, {"stage": 4, "note": f"MLflow run {str(number + 1) * 32}"})
    assert found(two) == {}
    assert dump(f"file://{two[0].parent}", ROOT).sections["stage_runs"][0]["note"] == "MLflow run <run>"


def test_a_number_in_a_document_is_compared(two):
    write_json(two[1] / "index" / "dates.json", {"files": 2, "newest_mtime": 0})
    assert list(found(two)) == ["index document index/dates.json"]
