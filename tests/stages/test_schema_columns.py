"""Tables of an earlier version get the columns they lack, and no other change."""

from __future__ import annotations

from nightscan.stages.common import render
from nightscan.stages.schema_columns import CREATE, add_missing_columns

SCHEMA = render("hive/schema.sql", database="nightscan", root="/medical_data")


def columns_of(table: str) -> list[str]:
    body = next(body for name, body in CREATE.findall(SCHEMA) if name == table)
    return [line.split("`")[1] for line in body.splitlines() if "`" in line]


def test_a_table_that_lacks_two_columns_gets_them_of_their_types():
    def described(table: str) -> list[str]:
        new = {"volumes", "fourth_axis"} if table == "nightscan.mri_scans" else set()
        return [name for name in columns_of(table) if name not in new]

    assert add_missing_columns(SCHEMA, described) == [
        "ALTER TABLE nightscan.mri_scans ADD COLUMNS (`volumes` INT, `fourth_axis` STRING) CASCADE"
    ]


def test_complete_tables_and_columns_of_one_s_own_are_left_alone():
    assert add_missing_columns(SCHEMA, lambda table: [*columns_of(table), "my_note"]) == []


def test_every_table_of_the_schema_is_looked_at():
    seen: list[str] = []

    def described(table: str) -> list[str]:
        seen.append(table.removeprefix("nightscan."))
        return columns_of(table)

    add_missing_columns(SCHEMA, described)
    assert len(seen) == SCHEMA.count("CREATE EXTERNAL TABLE")
    assert {"mri_scans", "image_features", "raw_files"} <= set(seen)
