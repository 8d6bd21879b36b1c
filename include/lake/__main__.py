"""Print `docs/tables.md`: every table, its folder and its columns."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from lake.hive import tables
from lake.table import Table

HEADING = """# Tables
Parquet files below the site's root in HDFS, read by Hive, Drill and Spark alike. `make tables-page` prints
this page from `include/lake/`, from which the Parquet schemas and Hive's DDL come as well. Hive inserts into
tables of the same columns below `_build/`, from which a program commits `image_features` and `model_metrics`.
`image_features` has one DOUBLE column a feature before `build`: [features.md](features.md).
"""


def page() -> str:
    """Return the page."""
    shown = (table for table in tables(features=[]) if not table.by_position)
    return HEADING + "".join(line + "\n" for table in shown for line in _section(table))


def _section(table: Table) -> Iterator[str]:
    yield f"\n## {table.name}\n`{table.partition(*('...' for _ in table.partitions))}`: {table.comment}.\n"
    yield "| column | type | meaning |\n|---|---|---|"
    for column in table.columns:
        yield f"| `{column.name}` | `{column.type}` | {column.meaning} |"


if __name__ == "__main__":
    sys.stdout.write(page())
