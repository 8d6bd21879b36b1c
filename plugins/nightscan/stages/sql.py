"""The SQL files of include/: their text with parameters filled in, and short ones run in Hive."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2

from nightscan import hooks

if TYPE_CHECKING:
    from nightscan.config_model import Config

INCLUDE = Path(__file__).resolve().parents[3] / "include"


def render(file: str, **parameters: Any) -> str:
    """Return the text of a SQL file of include/ with its parameters filled in; a missing one is an error."""
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)  # noqa: S701 SQL, not HTML
    return environment.from_string((INCLUDE / file).read_text(encoding="utf-8")).render(parameters)


def run_sql(config: Config, file: str, **parameters: Any) -> list[dict[str, Any]]:
    """Run a short SQL file of include/ in one Hive session and return the last statement's rows.

    :raises JobFailedError: a statement failed, with Hive's first cause.
    """
    return hooks.HiveQueryHook().run(render(file, database=config.database, root=config.root, **parameters))
