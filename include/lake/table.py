"""How a table is described: plain data, from which Parquet schemas, Hive's DDL and the page of tables come.

Types are those every engine reads alike: no timestamps, no unsigned numbers, maps as the standard Parquet
MAP. Partition columns are STRING and not in the files.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Type(StrEnum):
    """The type of a column, as Hive writes it."""

    STRING = "STRING"
    INT = "INT"
    BIGINT = "BIGINT"
    DOUBLE = "DOUBLE"
    BOOLEAN = "BOOLEAN"
    TEXT_MAP = "MAP<STRING, STRING>"
    NUMBER_MAP = "MAP<STRING, DOUBLE>"


class Column(NamedTuple):
    """A column of a table.

    :ivar meaning: what a value is, with its unit; at most 256 ASCII characters, which any metastore holds
    """

    name: str
    type: Type
    meaning: str = ""


class Table(NamedTuple):
    """A table over Parquet files below the root in HDFS.

    :ivar comment: what a row is
    :ivar partitions: the columns that name the folders, outermost first
    :ivar columns: those of the files, in their order
    :ivar location: where the partitions lie, relative to the root; empty for a folder of the table's name
    :ivar by_position: Hive inserts here by position, so that other columns, or another order, make it useless
    """

    name: str
    comment: str
    partitions: tuple[str, ...]
    columns: tuple[Column, ...]
    location: str = ""
    by_position: bool = False

    @property
    def folder(self) -> str:
        """Where the partitions lie, relative to the root."""
        return self.location or self.name

    def names(self) -> list[str]:
        """Return the names of the columns in the files."""
        return [column.name for column in self.columns]

    def partition(self, *values: str) -> str:
        """Return the folder of a partition, relative to the root: one value a partition column."""
        levels = zip(self.partitions, values, strict=True)
        return "/".join([self.folder, *(f"{column}={value}" for column, value in levels)])


def filled_by_hive(table: Table) -> Table:
    """Return the table that Hive inserts the rows of `table` into, by build; a program then commits them."""
    return Table(
        f"{table.name}_build",
        "what Hive wrote last, not yet committed",
        (*table.partitions, "build"),
        tuple(column for column in table.columns if column.name != "build"),
        location=f"_build/{table.folder}",
        by_position=True,
    )
