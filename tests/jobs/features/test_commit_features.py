from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jobs.base.errors import JobInputError
from jobs.base.schemas import FEATURES_HEAD, MRI_SCANS, image_features, table
from jobs.base.store import Store, open_store
from jobs.features.commit import commit_features
from tests.jobs.conftest import DAY, ROOT, tree

BUILD = "b" * 16
HIVE = f"{ROOT}/_build/image_features/scan_date={DAY}/build={BUILD}"
FEATURES = f"{ROOT}/image_features/scan_date={DAY}/features.parquet"
NAMES = ["firstorder_mean", "shape_volume_mesh"]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store whose date has three series: two regions, one region, none."""
    store = open_store(f"file://{tmp_path}")
    masks = {"s1": {"a": "m", "b": "m"}, "s2": {"a": "m"}, "s3": {}}
    empty = dict.fromkeys(MRI_SCANS.names)
    scans = [empty | {"series_key": key, "masks": value} for key, value in masks.items()]
    store.swap_table(f"{ROOT}/mri_scans/scan_date={DAY}/scans.parquet", table(scans, MRI_SCANS))
    return store


def feature(series: str, region: str | None, **columns: Any) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys([*FEATURES_HEAD.names, *NAMES])
    return row | {"series_key": series, "region": region, "status": "OK", "firstorder_mean": 1.5} | columns


ALL = [
    feature("s2", "a"),
    feature("s1", "b", status="NULL", reason="ONE_VOXEL", firstorder_mean=None),
    feature("s1", "a"),
]


def hive_writes(store: Store, *files: list[dict[str, Any]]) -> None:
    schema = image_features(NAMES)
    schema = schema.remove(schema.get_field_index("build"))
    for number, rows in enumerate(files):
        store.swap_table(f"{HIVE}/{number:06d}_0", table(rows, schema))
    store.write(f"{HIVE}/_tmp.left", b"not a table")


def test_hives_files_become_one_sorted_file(store: Store) -> None:
    hive_writes(store, ALL[:2], ALL[2:])
    result = commit_features(store, ROOT, DAY, BUILD)
    rows = store.read_table(FEATURES).to_pylist()
    counts = {
        name: getattr(result, name) for name in ("rows", "ok", "null_rows", "series", "files_merged", "names")
    }
    assert counts == {
        "rows": 3,
        "ok": 2,
        "null_rows": {"ONE_VOXEL": 1},
        "series": 3,
        "files_merged": 2,
        "names": 2,
    }
    assert [(row["series_key"], row["region"]) for row in rows] == [("s1", "a"), ("s1", "b"), ("s2", "a")]
    assert {row["build"] for row in rows} == {BUILD}
    assert len(store.list(f"{ROOT}/image_features/scan_date={DAY}")) == 1


def test_the_way_hive_cut_its_files_does_not_change_the_result(store: Store) -> None:
    hive_writes(store, ALL)
    commit_features(store, ROOT, DAY, BUILD)
    first = store.read(FEATURES)
    hive_writes(store, ALL[2:], ALL[:1], ALL[1:2])
    commit_features(store, ROOT, DAY, BUILD)
    assert store.read(FEATURES) == first


def test_reasons_of_single_features_are_kept_in_the_order_of_their_names_and_counted(store: Store) -> None:
    partly = feature(
        "s2", "a", reason="ZERO_DENOMINATOR", null_reasons={"z": "FLAT_REGION", "b": "FLAT_REGION"}
    )
    hive_writes(store, [partly, *ALL[1:]])
    result = commit_features(store, ROOT, DAY, BUILD)
    assert (result.ok, result.null_values) == (2, {"FLAT_REGION": 2})
    kept = [row["null_reasons"] for row in store.read_table(FEATURES).to_pylist()]
    assert kept == [None, None, [("b", "FLAT_REGION"), ("z", "FLAT_REGION")]]


def test_rows_of_other_settings_than_planned_are_refused_and_nothing_is_swapped(store: Store) -> None:
    rows = [row | {"modality": "CT", "settings_hash": "old"} for row in ALL[:1]]
    rows += [row | {"modality": "PT", "settings_hash": "new"} for row in ALL[1:]]
    hive_writes(store, rows)
    with pytest.raises(JobInputError, match="other settings than planned: CT with old"):
        commit_features(store, ROOT, DAY, BUILD, {"default": "new"})
    assert not store.exists(FEATURES)
    assert commit_features(store, ROOT, DAY, BUILD, {"default": "new", "CT": "old"}).rows == 3


def test_a_series_without_regions_may_have_one_row_that_says_so(store: Store) -> None:
    hive_writes(store, [*ALL, feature("s3", None, status="NULL", reason="NO_MASK")])
    assert commit_features(store, ROOT, DAY, BUILD).null_rows == {"NO_MASK": 1, "ONE_VOXEL": 1}


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (ALL[1:], "series s2 region a has no row"),
        ([*ALL, ALL[0]], "series s2 region a has 2 rows"),
        ([*ALL, feature("s9", "a")], "series s9 region a is not in mri_scans"),
        ([*ALL, feature("s2", None)], "series s2 region None is not in mri_scans"),
    ],
)
def test_lost_double_and_strange_rows_are_refused_and_nothing_is_swapped(
    store: Store, rows: list[dict[str, Any]], message: str
) -> None:
    hive_writes(store, rows)
    with pytest.raises(JobInputError, match=message):
        commit_features(store, ROOT, DAY, BUILD)
    assert not store.exists(FEATURES)


def test_without_scans_the_remedy_is_stage_two(tmp_path: Path) -> None:
    with pytest.raises(JobInputError, match="run stage 2"):
        commit_features(open_store(f"file://{tmp_path}"), ROOT, DAY, BUILD)


def test_a_date_without_volumes_gets_an_empty_table_with_the_columns_of_another(
    store: Store, tmp_path: Path
) -> None:
    hive_writes(store, ALL)
    commit_features(store, ROOT, DAY, BUILD)
    other = "2025-03-04"
    store.swap_table(f"{ROOT}/mri_scans/scan_date={other}/scans.parquet", MRI_SCANS.empty_table())
    result = commit_features(store, ROOT, other, BUILD)
    empty = store.read_table(result.features)
    assert (result.rows, empty.schema.names) == (0, store.read_table(FEATURES).schema.names)


def test_committing_again_leaves_the_same_bytes(store: Store, tmp_path: Path) -> None:
    hive_writes(store, ALL)
    commit_features(store, ROOT, DAY, BUILD)
    before = tree(tmp_path)
    commit_features(store, ROOT, DAY, BUILD)
    assert tree(tmp_path) == before
