"""Columns of existing tables, which CREATE TABLE IF NOT EXISTS leaves alone, against those described."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lake.table import Table

Described = Callable[[str], Iterable[str]]


def add_missing_columns(database: str, tables: Iterable[Table], described: Described) -> list[str]:
    """Return the ALTER TABLE statements that give existing tables the columns they lack.

    :param described: returns the column names of an existing table
    """
    from lake.hive import addition  # noqa: PLC0415 - only at run time

    kept = [table for table in tables if not table.by_position]
    statements = [addition(database, table, described(f"{database}.{table.name}")) for table in kept]
    return [statement for statement in statements if statement]


def unlike_tables(database: str, tables: Iterable[Table], described: Described) -> list[str]:
    """Return the tables that Hive inserts into whose columns are not those described, in their order."""
    filled = {f"{database}.{table.name}": table.names() for table in tables if table.by_position}
    return [name for name, wanted in filled.items() if own_columns(described(name)) != wanted]


def own_columns(described: Iterable[str]) -> list[str]:
    """Return the column names of DESCRIBE without those of the partition, which it gives twice."""
    names = [name.strip().lower() for name in described]
    heading = next((at for at, name in enumerate(names) if not name or name.startswith("#")), len(names))
    partition = set(names[heading:])
    return [name for name in names[:heading] if name not in partition]
