"""Columns that tables of an earlier version lack: CREATE TABLE IF NOT EXISTS leaves such tables alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

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
        lacking = [f"`{name}` {kind}" for name, kind in COLUMN.findall(body) if name not in there]
        if lacking:
            statements.append(f"ALTER TABLE {table} ADD COLUMNS ({', '.join(lacking)}) CASCADE")
    return statements
