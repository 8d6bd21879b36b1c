"""Stage 3 on the real engines: the function, run by Hive on Tez, over Parquet that Python wrote."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jobs import schemas
from tests.hive.conftest import Lake

pytestmark = [pytest.mark.cluster, pytest.mark.slow]
DATE = "2005-01-01"
BUILD = "00000000000000aa"
Voxels = np.ndarray[Any, Any]
Built = dict[tuple[str, str | None], dict[str, Any]]


def volume() -> Voxels:
    return np.arange(6 * 5 * 4, dtype=np.int16).reshape(6, 5, 4)


def one_voxel() -> Voxels:
    voxels = np.zeros((6, 5, 4), np.uint8)
    voxels[2, 2, 2] = 1
    return voxels


def mask() -> Voxels:
    voxels = np.zeros((6, 5, 4), np.uint8)
    voxels[1:5, 1:4, 1:3] = 1
    return voxels


@pytest.fixture(scope="module")
def scans(lake: Lake, nifti: Callable[..., bytes]) -> dict[str, Any]:
    """Seven series: two regions, none (empty map and NULL), and one of each poison."""
    folder = f"{lake.root}/preprocessed"
    good, empty, shifted = nifti(mask()), nifti(mask() * 0), np.eye(4)
    shifted[0, 3] = 3.0
    flat = nifti(np.full((6, 5, 4), 7, np.int16))
    corrupt = bytearray(nifti(volume()))
    corrupt[-5] ^= 0xFF
    files = {
        "a.nii.gz": nifti(volume()), "a.gtv.mask.nii.gz": good, "a.node.mask.nii.gz": empty,
        "flat.nii.gz": flat, "corrupt.nii.gz": bytes(corrupt),
        "shifted.mask.nii.gz": nifti(mask(), shifted), "one.mask.nii.gz": nifti(one_voxel()),
    }  # fmt: skip
    for name, data in files.items():
        lake.store.write(f"{folder}/{name}", data)

    def row(key: str, image: str, masks: dict[str, str] | None) -> dict[str, Any]:
        paths = None if masks is None else {slug: f"{folder}/{name}" for slug, name in masks.items()}
        hashes = None if masks is None else {slug: f"hash-{slug}" for slug in masks}
        return {
            "series_key": key, "patient_key": f"p-{key}", "modality": "PT", "image_path": f"{folder}/{image}",
            "image_sha256": f"hash-{key}", "masks": paths, "mask_sha256": hashes,
        }  # fmt: skip

    rows = [
        row("a", "a.nii.gz", {"gtv": "a.gtv.mask.nii.gz", "node": "a.node.mask.nii.gz"}),
        row("b", "a.nii.gz", {}),
        row("c", "a.nii.gz", None),
        row("d", "corrupt.nii.gz", {"gtv": "a.gtv.mask.nii.gz"}),
        row("e", "a.nii.gz", {"gtv": "shifted.mask.nii.gz"}),
        row("f", "flat.nii.gz", {"gtv": "a.gtv.mask.nii.gz"}),
        row("g", "a.nii.gz", {"gtv": "one.mask.nii.gz"}),
    ]
    lake.put(f"mri_scans/scan_date={DATE}/scans.parquet", rows, schemas.MRI_SCANS)
    for name in ("raw_files", "quarantine"):
        schema = schemas.RAW_FILES if name == "raw_files" else schemas.QUARANTINE
        lake.put(f"{name}/scan_date={DATE}/{name}.parquet", [], schema)
    lake.script("register_intake.sql", scan_date=DATE)
    return {row["series_key"]: row for row in rows}


@pytest.fixture(scope="module")
def built(lake: Lake, scans: dict[str, Any]) -> Built:
    """Rows of image_features_build, by series and region."""
    lake.script("extract_features.sql", scan_date=DATE, build=BUILD, tasks=3)
    rows = lake.sql(f"SELECT * FROM {lake.database}.image_features_build WHERE build = '{BUILD}'")
    found = {(row["series_key"], row["region"]): row for row in rows}
    assert len(found) == len(rows), "a region came twice"
    return found


def test_the_schema_and_the_registration_may_run_twice(lake: Lake, scans: dict[str, Any]) -> None:
    lake.script("schema.sql")
    lake.script("register_intake.sql", scan_date=DATE)
    assert [row["partition"] for row in lake.sql(f"SHOW PARTITIONS {lake.database}.mri_scans")] == [
        f"scan_date={DATE}"
    ]


def test_every_region_gives_one_row_and_every_fault_its_reason(built: Built) -> None:
    outcome = {key: (row["status"], row["reason"]) for key, row in built.items()}
    assert outcome == {
        ("a", "gtv"): ("OK", None),
        ("a", "node"): ("NULL", "EMPTY_MASK"),
        ("b", None): ("NULL", "NO_MASK"),
        ("c", None): ("NULL", "NO_MASK"),
        ("d", "gtv"): ("NULL", "UNREADABLE_FILE"),
        ("e", "gtv"): ("NULL", "GRID_MISMATCH"),
        ("f", "gtv"): ("OK", "FLAT_REGION"),
        ("g", "gtv"): ("NULL", "SINGLE_VOXEL"),
    }


def test_the_values_are_those_of_numpy(built: Built) -> None:
    row = built["a", "gtv"]
    inside = volume()[mask() > 0].astype(float)
    assert row["firstorder_mean"] == pytest.approx(inside.mean(), rel=1e-12)
    assert row["firstorder_variance"] == pytest.approx(inside.var(), rel=1e-12)
    assert row["firstorder_p90"] == pytest.approx(np.percentile(inside, 90), rel=1e-12)
    assert row["shape_volume_voxel"] == pytest.approx(inside.size, rel=1e-12)
    assert re.fullmatch("[0-9a-f]{16}", row["settings_hash"])


def test_provenance_comes_from_the_row_that_was_read(built: Built, scans: dict[str, Any]) -> None:
    row = built["a", "gtv"]
    assert row["image_path"] == scans["a"]["image_path"]
    assert row["mask_path"] == scans["a"]["masks"]["gtv"]
    assert (row["image_sha256"], row["mask_sha256"]) == ("hash-a", "hash-gtv")
    assert (row["patient_key"], row["modality"]) == ("p-a", "PT")
    assert (row["scan_date"], row["build"]) == (DATE, BUILD)


def test_null_means_null_for_every_feature_without_a_value(built: Built) -> None:
    features = [name for name in built["a", "gtv"] if name.startswith(("firstorder_", "shape_"))]
    assert [name for name in features if built["a", "gtv"][name] is None] == []
    assert [name for name in features if built["e", "gtv"][name] is not None] == []
    missing = [name for name in features if built["f", "gtv"][name] is None]
    assert missing == ["firstorder_skewness", "firstorder_kurtosis"]


@pytest.mark.parametrize("vectorised", ["true", "false"])
def test_a_second_run_gives_the_same_rows_with_and_without_vectorisation(
    lake: Lake, built: Built, vectorised: str
) -> None:
    lake.sql(f"SET hive.vectorized.execution.enabled={vectorised}")
    lake.script("extract_features.sql", scan_date=DATE, build=BUILD, tasks=1)
    rows = lake.sql(f"SELECT * FROM {lake.database}.image_features_build WHERE build = '{BUILD}'")
    lake.sql("SET hive.vectorized.execution.enabled=true")
    assert {(row["series_key"], row["region"]): row for row in rows} == built


def test_the_struct_is_the_feature_table_that_the_jar_prints(lake: Lake, built: Built, jar: Path) -> None:
    command = ["java", "-cp", str(jar), "com.hospital.ml.FeatureTable"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    names = [line.split("\t")[0] for line in lines[1:]]
    assert [name for name in built["a", "gtv"] if name.startswith(("firstorder_", "shape_"))] == names


def test_a_file_that_is_not_there_fails_the_query_and_names_it(lake: Lake, scans: dict[str, Any]) -> None:
    gone = f"{lake.root}/preprocessed/gone.nii.gz"
    row = {**scans["a"], "masks": {"gtv": gone}, "mask_sha256": {"gtv": "x"}}
    lake.put("mri_scans/scan_date=2005-01-02/scans.parquet", [row], schemas.MRI_SCANS)
    lake.script("register_intake.sql", scan_date="2005-01-02")
    with pytest.raises(Exception, match=r"gone\.nii\.gz"):
        lake.script("extract_features.sql", scan_date="2005-01-02", build=BUILD, tasks=1)


def test_a_swapped_file_is_read_at_once(lake: Lake, scans: dict[str, Any]) -> None:
    count = f"SELECT COUNT(*) AS n FROM {lake.database}.mri_scans WHERE scan_date = '2005-01-03'"
    for n in (3, 1):
        lake.put("mri_scans/scan_date=2005-01-03/scans.parquet", [scans["a"]] * n, schemas.MRI_SCANS)
        lake.script("register_intake.sql", scan_date="2005-01-03")
        assert lake.sql(count) == [{"n": n}]
