"""Stage 3 on the real engines: the function, run by Hive on Tez, over Parquet that Python wrote."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from jobs.base import schemas
from jobs.base.reducer_keys import reducer_keys
from jobs.features.plan import plan_features
from lake.hive import hive_literal
from nightscan.stages.site.feature_columns import feature_table
from nightscan.stages.site.feature_settings import settings_sql
from tests.hive.conftest import PARAMETERS, Lake

pytestmark = [pytest.mark.cluster, pytest.mark.slow]
DATE = "2005-01-01"
BUILD = "00000000000000aa"
Voxels = np.ndarray[Any, Any]
Built = dict[tuple[str, str | None], dict[str, Any]]
NAMES: list[str] = PARAMETERS["features"]


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
            "columns_": 6, "rows_": 5, "slices": 4, "volumes": 1, "dtype": "int16",
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
    plan = plan_features(lake.store, lake.root, DATE, BUILD, target_bytes=1, max_tasks=3)
    lake.script("extract_features.sql", scan_date=DATE, build=BUILD, tasks=plan.tasks)
    return rows_of(lake, BUILD)


def rows_of(lake: Lake, build: str) -> Built:
    rows = lake.sql(f"SELECT * FROM {lake.database}.image_features_build WHERE build = '{build}'")
    found = {(row["series_key"], row["region"]): row for row in rows}
    assert len(found) == len(rows), "a region came twice"
    return found


def test_the_schema_and_the_registration_may_run_twice(lake: Lake, scans: dict[str, Any]) -> None:
    lake.create()
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
    for row in built.values():
        missing = {name for name in NAMES if row[name] is None}
        if row["status"] == "OK":
            assert missing == json.loads(row["null_reasons"] or "{}").keys()
        else:
            assert (missing, row["null_reasons"]) == (set(NAMES), None)
    flat = json.loads(built["f", "gtv"]["null_reasons"])
    assert flat["firstorder_skewness"] == "FLAT_REGION"
    assert "firstorder_mean" not in flat


def test_the_tables_columns_are_those_asked_for_in_their_order(built: Built) -> None:
    head = [field.name for field in schemas.FEATURES_HEAD]
    assert list(built["a", "gtv"]) == [*head, *NAMES, "scan_date", "build"]


@pytest.mark.parametrize("vectorised", ["true", "false"])
def test_every_planned_task_is_a_reducer_with_the_series_of_its_plan(
    lake: Lake, scans: dict[str, Any], vectorised: str
) -> None:
    """One file a reducer that had rows; series of one file are those of one key."""
    build = f"00000000000000c{vectorised[0]}"
    plan = plan_features(lake.store, lake.root, DATE, build, target_bytes=1, max_tasks=5)
    assert plan.tasks == 5
    lake.sql(f"SET hive.vectorized.execution.enabled={vectorised}")
    lake.script("extract_features.sql", scan_date=DATE, build=build, tasks=5)
    lake.sql("SET hive.vectorized.execution.enabled=true")
    planned: dict[int, set[str]] = {}
    for row in lake.store.read_table(plan.table).to_pylist():
        planned.setdefault(reducer_keys(5).index(row["task_key"]), set()).add(row["series_key"])
    found: dict[int, set[str]] = {}
    for row in lake.sql(
        "SELECT DISTINCT INPUT__FILE__NAME AS file_name, series_key"
        f" FROM {lake.database}.image_features_build WHERE build = '{build}'"
    ):
        number = int(str(row["file_name"]).rpartition("/")[2].partition("_")[0])
        found.setdefault(number, set()).add(row["series_key"])
    assert found == planned
    assert sorted(found) == [0, 1, 2, 3, 4]


def test_series_that_no_plan_names_are_measured_all_the_same(lake: Lake, built: Built) -> None:
    lake.script("extract_features.sql", scan_date=DATE, build="00000000000000dd", tasks=2)
    assert rows_of(lake, "00000000000000dd").keys() == built.keys()


@pytest.mark.parametrize("vectorised", ["true", "false"])
def test_a_second_run_gives_the_same_rows_with_and_without_vectorisation(
    lake: Lake, built: Built, vectorised: str
) -> None:
    lake.sql(f"SET hive.vectorized.execution.enabled={vectorised}")
    lake.script("extract_features.sql", scan_date=DATE, build=BUILD, tasks=1)
    rows = rows_of(lake, BUILD)
    lake.sql("SET hive.vectorized.execution.enabled=true")
    assert rows == built


def test_the_struct_is_the_committed_list_of_features(lake: Lake) -> None:
    nothing = "CAST(NULL AS STRING)"
    rows = lake.sql(
        "SELECT f.* FROM (SELECT 1 AS one) x"
        f" LATERAL VIEW inline(array({lake.database}.extract_features({nothing}, {nothing}))) f"
    )
    head = ["settings_hash", "settings", "status", "reason", "null_reasons"]
    assert list(rows[0]) == [*head, *(feature.column for feature in feature_table())]
    assert (rows[0]["status"], rows[0]["reason"]) == ("NULL", "NO_IMAGE")


def test_each_modality_is_measured_with_its_own_settings_and_the_hash_is_known_before(
    lake: Lake, scans: dict[str, Any], built: Built
) -> None:
    texts = {"CT": '{"min_voxels": 9999}', "default": '{"min_voxels": 3}'}
    hashes = {
        modality: lake.script("ask_settings.sql", settings=hive_literal(text))[0]
        for modality, text in texts.items()
    }
    rows = [{**scans["a"], "series_key": modality, "modality": modality} for modality in ("CT", "MR")]
    lake.put("mri_scans/scan_date=2005-01-04/scans.parquet", rows, schemas.MRI_SCANS)
    lake.script("register_intake.sql", scan_date="2005-01-04")
    settings = settings_sql(texts, "scan.modality")
    lake.script(
        "extract_features.sql", scan_date="2005-01-04", build="00000000000000ee", tasks=1, settings=settings
    )
    found = rows_of(lake, "00000000000000ee")
    assert {row["modality"]: row["settings_hash"] for row in found.values()} == {
        "CT": hashes["CT"]["settings_hash"],
        "MR": hashes["default"]["settings_hash"],
    }
    assert {row["settings"] for row in found.values()} == {answer["settings"] for answer in hashes.values()}
    assert (found["CT", "gtv"]["reason"], found["MR", "gtv"]["status"]) == ("TOO_FEW_VOXELS", "OK")


def test_settings_that_the_function_refuses_fail_before_a_task_runs_in_its_own_words(lake: Lake) -> None:
    with pytest.raises(Exception, match="min_voxels"):
        lake.script("ask_settings.sql", settings=hive_literal('{"min_voxels": 1}'))


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
