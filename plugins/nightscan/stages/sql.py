"""The SQL files of include/: their text with parameters filled in, and short ones run in Hive."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import jinja2

from nightscan import hooks
from nightscan.config import Config
from nightscan.errors import JobFailedError
from nightscan.states import Outcome

log = logging.getLogger(__name__)

INCLUDE = Path(__file__).resolve().parents[3] / "include"
SHORT_SQL_S = 300.0


def render(file: str, **parameters: Any) -> str:
    """Return the text of a SQL file of include/ with its parameters filled in; a missing one is an error."""
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)  # noqa: S701 SQL, not HTML
    return environment.from_string((INCLUDE / file).read_text(encoding="utf-8")).render(parameters)


def run_sql(config: Config, file: str, **parameters: Any) -> list[dict[str, Any]]:
    """Run a short SQL file of include/ in one Hive session and return the last statement's rows.

    :raises JobFailedError: a statement failed, with Hive's first cause.
    """
    return run_script(render(file, database=config.database, root=config.root, **parameters), name=file)


def run_script(text: str, name: str = "script") -> list[dict[str, Any]]:
    """Run short statements in one Hive session and return the last one's rows.

    :raises JobFailedError: a statement failed, with Hive's first cause.
    """
    from nightscan.hooks.statements import split_statements  # noqa: PLC0415 - only at run time

    hook = hooks.HiveQueryHook()
    session = hook.open_session()
    rows: list[dict[str, Any]] = []
    try:
        for statement in split_statements(text):
            operation = hook.run_async(session, statement)
            look = hook.wait(operation, SHORT_SQL_S, log=log.debug)
            if look.state.outcome is not Outcome.SUCCEEDED:
                raise JobFailedError(name, str(look.state), last_lines=[statement, look.error])
            rows = hook.fetch(operation)
    finally:
        hook.close(session)
    return rows
