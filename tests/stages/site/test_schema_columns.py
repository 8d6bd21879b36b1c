"""Tables of an earlier version get the columns they lack, and no other change."""

from __future__ import annotations

import re

import pytest

from nightscan.config import load_config
from nightscan.errors import BadSettingError
from nightscan.stages.site import tables
from nightscan.stages.site.schema_columns import add_missing_columns, own_columns, unlike_tables

TABLES = tables.site_tables(load_config({}))
FEATURES_BUILD = "nightscan.image_features_build"
PARTITION = ["scan_date", "build"]
HEADINGS = ["", "# Partition Information", "# col_name"]


def columns_of(table: str) -> list[str]:
    return next(one.names() for one in TABLES if f"nightscan.{one.name}" == table)


def described(table: str) -> list[str]:
    """What Hive's DESCRIBE gives: the partition's columns twice, the second time below headings."""
    return [*columns_of(table), *PARTITION, *HEADINGS, *PARTITION]


def test_a_table_that_lacks_two_columns_gets_them_of_their_types():
    def described(table: str) -> list[str]:
        new = {"volumes", "fourth_axis"} if table == "nightscan.mri_scans" else set()
        return [name for name in columns_of(table) if name not in new]

    columns = (
        "`volumes` INT COMMENT 'volumes along the fourth axis; 1 without one', "
        "`fourth_axis` STRING COMMENT 'what the volumes differ in; empty without a fourth axis'"
    )
    assert add_missing_columns("nightscan", TABLES, described) == [
        f"ALTER TABLE nightscan.mri_scans ADD COLUMNS ({columns}) CASCADE"
    ]


def test_an_older_table_of_features_gets_maps_and_numbers_alike():
    def described(table: str) -> list[str]:
        new = {"null_reasons", "ih_entropy"} if table == "nightscan.image_features" else set()
        return [name for name in columns_of(table) if name not in new]

    columns = "`null_reasons` MAP<STRING, STRING> COMMENT 'feature -> why it is NULL', `ih_entropy` DOUBLE"
    assert add_missing_columns("nightscan", TABLES, described) == [
        f"ALTER TABLE nightscan.image_features ADD COLUMNS ({columns}) CASCADE"
    ]


def test_complete_tables_and_columns_of_one_s_own_are_left_alone():
    assert add_missing_columns("nightscan", TABLES, lambda table: [*columns_of(table), "my_note"]) == []


def test_every_table_that_is_made_is_compared():
    seen: list[str] = []

    def described(table: str) -> list[str]:
        seen.append(table)
        return columns_of(table)

    add_missing_columns("nightscan", TABLES, described)
    unlike_tables("nightscan", TABLES, described)
    made = re.findall(r"CREATE EXTERNAL TABLE IF NOT EXISTS (\S+)", tables.creation_script(load_config({})))
    assert sorted(seen) == sorted(made)
    assert len(made) == 12


def test_the_columns_of_a_partition_are_no_columns_of_the_table():
    assert own_columns(described(FEATURES_BUILD)) == columns_of(FEATURES_BUILD)


def test_tables_that_are_inserted_into_are_made_anew_when_the_order_of_columns_changed():
    def turned(table: str) -> list[str]:
        return [*reversed(columns_of(table)), *described(table)[len(columns_of(table)) :]]

    assert unlike_tables("nightscan", TABLES, described) == []
    assert unlike_tables("nightscan", TABLES, turned) == [FEATURES_BUILD, "nightscan.model_metrics_build"]
    assert (
        add_missing_columns(
            "nightscan",
            TABLES,
            lambda table: ["series_key"] if table == FEATURES_BUILD else described(table),
        )
        == []
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda names: [*names[:-1], "glcm_contrast_2d_mrg"], f"lacks {columns_of(FEATURES_BUILD)[-1]}\n"),
        (lambda names: names[:-5], r"lacks \w+, \w+, \w+ and 2 more"),
        (lambda names: [*names, "glcm_contrast_2d_mrg"], "has other columns, or another order"),
        (lambda names: [*names[:-2], names[-1], names[-2]], "has other columns, or another order"),
    ],
)
def test_features_are_never_inserted_under_the_names_of_others(monkeypatch, change, message):
    names = change(columns_of(FEATURES_BUILD))
    monkeypatch.setattr(
        tables, "described_columns", lambda table: [*names, *PARTITION, *HEADINGS, *PARTITION]
    )
    with pytest.raises(BadSettingError, match=message) as refused:
        tables.require_feature_columns(load_config({}))
    assert "site_setup" in refused.value.remedy


def test_a_table_with_just_the_columns_asked_for_is_good(monkeypatch):
    monkeypatch.setattr(tables, "described_columns", described)
    tables.require_feature_columns(load_config({}))
