"""Run one of the project's SQL files on the local cluster's HiveServer2, as a person would."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

import jinja2
from pyhive import hive

from cluster.layout import Layout
from nightscan.hooks.statements import split_statements

logging.getLogger("pyhive").setLevel(logging.WARNING)  # it prints every statement


def run_hive_file(layout: Layout, port: int, name: str, **parameters: Any) -> list[tuple[Any, ...]]:
    """Run include/hive/NAME with its parameters filled in; rows of the last statement, if it gives any."""
    text = (layout.checkout / "include" / "hive" / name).read_text()
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)  # noqa: S701 - SQL
    return run_hive(port, split_statements(environment.from_string(text).render(parameters)))


def run_hive(port: int, statements: Iterable[str]) -> list[tuple[Any, ...]]:
    """Run statements one after the other; rows of the last one, if it gives any."""
    connection = hive.Connection(host="localhost", port=port, auth="NONE", username="root")
    try:
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []
    finally:
        connection.close()
