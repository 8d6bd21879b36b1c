"""Columns of existing tables, which CREATE TABLE IF NOT EXISTS leaves alone, against those wanted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

BUILD = "_build"  # ends the names of tables that Hive inserts into, by position
CREATE = re.compile(r"CREATE EXTERNAL TABLE IF NOT EXISTS ([\w.]+) \((.*?)^\)", re.DOTALL | re.MULTILINE)
COLUMN = re.compile(r"^  `(\w+)` ([A-Z]+(?:<[A-Z, ]+>)?),?$", re.MULTILINE)


def add_missing_columns(script: str, described: Callable[[str], Iterable[str]]) -> list[str]:
    """Return the ALTER TABLE statements that bring existing tables up to the CREATE statements of `script`.

    Columns come last in the table, which is harmless: Hive reads Parquet by name. None is ever removed.

    :param script: SQL with its parameters filled in
    :param described: gives the column names of an existing table
    """
    statements = []
    for table, body in CREATE.findall(script):
        there = {name.lower() for name in described(table)}
        lacking = [f"`{name}` {kind}" for name, kind in COLUMN.findall(body) if name.lower() not in there]
        if lacking and not table.endswith(BUILD):
            statements.append(f"ALTER TABLE {table} ADD COLUMNS ({', '.join(lacking)}) CASCADE")
    return statements


def unlike_tables(script: str, described: Callable[[str], Iterable[str]]) -> list[str]:
    """Return the tables that Hive inserts into whose columns are not those of `script`, in its order.

    They hold nothing that was committed, so they may be dropped and made anew; their files stay.
    """
    builds = [table for table, _ in CREATE.findall(script) if table.endswith(BUILD)]
    return [table for table in builds if own_columns(described(table)) != columns_in(script, table)]


def columns_in(script: str, table: str) -> list[str]:
    """Return the columns that `script` gives a table, partition columns left out."""
    bodies = dict(CREATE.findall(script))
    return [name.lower() for name, _ in COLUMN.findall(bodies[table])]


def own_columns(described: Iterable[str]) -> list[str]:
    """Return the column names of DESCRIBE without those of the partition, which it gives twice."""
    names = [name.strip().lower() for name in described]
    heading = next((at for at, name in enumerate(names) if not name or name.startswith("#")), len(names))
    partition = set(names[heading:])
    return [name for name in names[:heading] if name not in partition]
