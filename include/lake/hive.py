"""The DDL of every table, for Hive. External tables over Parquet: Hive owns no data.

A partition is one file, replaced by a rename. A table that Hive inserts into by position is made
anew when its columns have changed: it holds nothing that was committed, and its files stay.
"""

from __future__ import annotations

from collections.abc import Iterable

from lake.features import FEATURE_TASKS, image_features, image_features_build
from lake.intake import MRI_SCANS, QUARANTINE, QUARANTINE_RELEASES, RAW_FILES
from lake.model import GROUND_TRUTH, MODEL_METRICS, MODEL_METRICS_BUILD, MODEL_PREDICTIONS, STAGE_RUNS
from lake.table import Column, Table

ESCAPES = str.maketrans({"\\": "\\\\", "'": "\\'", "\n": "\\n", "$": "\\u0024"})  # $: Hive puts variables in


def tables(features: Iterable[str]) -> list[Table]:
    """Return every table, with the columns of these features."""
    names = list(features)
    return [
        *(RAW_FILES, MRI_SCANS, QUARANTINE, QUARANTINE_RELEASES),
        *(image_features(names), FEATURE_TASKS, image_features_build(names)),
        *(GROUND_TRUTH, MODEL_PREDICTIONS, MODEL_METRICS, MODEL_METRICS_BUILD, STAGE_RUNS),
    ]


def creation(database: str, root: str, features: Iterable[str]) -> list[str]:
    """Return the statements that make the database and its tables; harmless when they exist.

    :param root: HDFS folder that the tables lie in
    :param features: columns of features.tsv, in its order
    """
    made = f"CREATE DATABASE IF NOT EXISTS {database}\n"
    made += "COMMENT 'nightscan: medical images and what was learned from them'"
    return [made, *(_create(database, root, table) for table in tables(features))]


def addition(database: str, table: Table, there: Iterable[str]) -> str | None:
    """Return the statement that adds what a table lacks; None when it lacks nothing.

    Columns come last in the table, which is harmless: Hive reads Parquet by name. None is ever removed.

    :param there: names of the columns that it has
    """
    known = {name.lower() for name in there}
    lacking = ", ".join(_column(column) for column in table.columns if column.name not in known)
    return f"ALTER TABLE {database}.{table.name} ADD COLUMNS ({lacking}) CASCADE" if lacking else None


def hive_literal(text: str) -> str:
    """Quote a text for HiveQL."""
    return f"'{text.translate(ESCAPES)}'"


def _create(database: str, root: str, table: Table) -> str:
    columns = ",\n".join(f"  {_column(column)}" for column in table.columns)
    partitions = ", ".join(f"`{name}` STRING" for name in table.partitions)
    return (
        f"CREATE EXTERNAL TABLE IF NOT EXISTS {database}.{table.name} (\n{columns}\n)\n"
        f"COMMENT {hive_literal(table.comment)}\n"
        f"PARTITIONED BY ({partitions})\n"
        "STORED AS PARQUET\n"
        f"LOCATION '{root}/{table.folder}'"
    )


def _column(column: Column) -> str:
    comment = f" COMMENT {hive_literal(column.meaning)}" if column.meaning else ""
    return f"`{column.name}` {column.type}{comment}"
