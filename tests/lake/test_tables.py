"""The description of the tables, and what is made of it: DDL, Parquet schemas, the page."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from jobs.base import schemas
from jobs.base.store import parquet_bytes
from lake import features, hive, intake, model
from lake.__main__ import page
from lake.table import Column, Table, Type, filled_by_hive
from nightscan.hooks.statements import split_statements

NAMES = ["firstorder_mean", "glcm_contrast_2d_avg"]
TABLES = hive.tables(NAMES)
TRY = Table(
    "tries",
    "one row a try; NULL is one that isn't over",
    ("day", "site"),
    (
        Column("name", Type.STRING, "the doctor's words; as given"),
        Column("score", Type.DOUBLE),
        Column("regions", Type.NUMBER_MAP, "region -> ml"),
        Column("build", Type.STRING, "build"),
    ),
)


def test_a_table_is_an_external_one_over_the_partitions_of_its_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hive, "tables", lambda features: [TRY, filled_by_hive(TRY)])
    database, table, build = hive.creation("d", "/root", [])
    assert database.startswith("CREATE DATABASE IF NOT EXISTS d\n")
    assert table == (
        "CREATE EXTERNAL TABLE IF NOT EXISTS d.tries (\n"
        "  `name` STRING COMMENT 'the doctor\\'s words; as given',\n"
        "  `score` DOUBLE,\n"
        "  `regions` MAP<STRING, DOUBLE> COMMENT 'region -> ml',\n"
        "  `build` STRING COMMENT 'build'\n"
        ")\n"
        "COMMENT 'one row a try; NULL is one that isn\\'t over'\n"
        "PARTITIONED BY (`day` STRING, `site` STRING)\n"
        "STORED AS PARQUET\n"
        "LOCATION '/root/tries'"
    )
    assert build.startswith("CREATE EXTERNAL TABLE IF NOT EXISTS d.tries_build (\n")
    assert build.endswith(
        "  `regions` MAP<STRING, DOUBLE> COMMENT 'region -> ml'\n"
        ")\n"
        "COMMENT 'what Hive wrote last, not yet committed'\n"
        "PARTITIONED BY (`day` STRING, `site` STRING, `build` STRING)\n"
        "STORED AS PARQUET\n"
        "LOCATION '/root/_build/tries'"
    )


def test_every_statement_is_one_and_may_run_twice() -> None:
    statements = hive.creation("nightscan", "/medical_data", NAMES)
    assert split_statements(";\n".join(statements)) == statements
    assert [statement.split("(")[0].count(" IF NOT EXISTS ") for statement in statements] == [1] * 13


def test_no_table_is_forgotten() -> None:
    described = [one for module in (intake, features, model) for one in vars(module).values()]
    constant = {one.name for one in described if isinstance(one, Table)}
    assert {table.name for table in TABLES} == constant | {"image_features", "image_features_build"}


def test_no_folder_of_a_table_lies_in_another_s() -> None:
    folders = sorted(f"{table.folder}/" for table in TABLES)
    assert len(set(folders)) == len(TABLES)
    assert [(a, b) for a in folders for b in folders if a != b and b.startswith(a)] == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_column_has_a_name_and_a_meaning_that_every_engine_takes(table: Table) -> None:
    assert len(set(table.names()) | set(table.partitions)) == len(table.columns) + len(table.partitions)
    assert all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in table.names())
    described = [column for column in table.columns if column.name not in NAMES]
    assert all(re.fullmatch("[ -~]{3,256}", column.meaning) for column in described)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_file_of_a_table_has_the_columns_of_its_ddl(table: Table) -> None:
    """The names and types of a file that was written, against those that Hive reads."""
    types = {
        "string": "STRING",
        "int32": "INT",
        "int64": "BIGINT",
        "double": "DOUBLE",
        "bool": "BOOLEAN",
        "map<string, string>": "MAP<STRING, STRING>",
        "map<string, double>": "MAP<STRING, DOUBLE>",
    }
    written = pq.read_schema(io.BytesIO(parquet_bytes(schemas.arrow(table).empty_table())))
    ddl = hive.creation("d", "/r", NAMES)[1 + TABLES.index(table)]
    declared = re.findall(r"^  `(\w+)` ([A-Z]+(?:<[A-Z, ]+>)?)", ddl, re.MULTILINE)
    assert [(field.name, types[re.sub(r" \(.*\)", "", str(field.type))]) for field in written] == declared


def test_the_page_of_tables_is_the_one_printed() -> None:
    written = Path(__file__).parents[2] / "docs" / "tables.md"
    assert written.read_text() == page(), "run `make tables-page`"
