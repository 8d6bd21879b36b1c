"""Checks by Drill, whose result must be empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from pydantic import JsonValue

from nightscan import hooks
from nightscan.errors import CheckFailedError
from nightscan.links import DrillQueryLink

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

    from nightscan.hooks.drill import DrillHook

SHOWN_ROWS = 20


class DrillCheckOperator(BaseOperator):
    """Fails when a query in Drill returns rows: they are the ones that disagree.

    :param sql: query for those rows, or the name of an .sql file on the DAG's template path. (templated)
    :param what: what such a row means, in one line. (templated)
    :param remedy: what to do about it. (templated)
    :param warn_only: log such rows, do not fail.
    :param drill_conn_id: connection to Drill.
    :param timeout_s: longest wait for the answer, in seconds.
    """

    template_fields: Sequence[str] = ("sql", "what", "remedy")
    template_ext: Sequence[str] = (".sql",)
    template_fields_renderers = {"sql": "sql"}  # noqa: RUF012 - unannotated, as in the base
    operator_extra_links = (DrillQueryLink(),)
    ui_color = "#ead9ec"

    def __init__(
        self,
        *,
        sql: str,
        what: str,
        remedy: str = "",
        warn_only: bool = False,
        drill_conn_id: str = "drill_default",
        timeout_s: float = 300.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.sql = sql
        self.what = what
        self.remedy = remedy
        self.warn_only = warn_only
        self.drill_conn_id = drill_conn_id
        self.timeout_s = timeout_s

    @cached_property
    def drill(self) -> DrillHook:
        """Return the client of Drill."""
        return hooks.DrillHook(self.drill_conn_id, timeout_s=self.timeout_s)

    def execute(self, context: Context) -> dict[str, JsonValue]:
        """Run the check and return how many rows disagree."""
        return {"checked": self.what, "disagreeing": self.check(context)}

    def check(self, context: Context) -> int:
        """Run the query and return the number of rows that disagree.

        :raises CheckFailedError: there are such rows, and they are more than a warning.
        """
        answer = self.drill.answer(self.sql)
        DrillQueryLink().push(context, self.drill.profile_url(answer.query_id))
        count = len(answer.rows)
        if count:
            more = f"\n... and {count - SHOWN_ROWS} more" if count > SHOWN_ROWS else ""
            fact = f"{count} rows disagree: {self.what}\n{as_table(answer.columns, answer.rows)}{more}"
            if not self.warn_only:
                raise CheckFailedError(fact, remedy=self.remedy)
            self.log.warning("%s", fact)
        return count


def as_table(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the first rows as text in columns."""
    names = list(columns) or list(rows[0] if rows else [])
    lines = [names, *([str(row.get(name)) for name in names] for row in rows[:SHOWN_ROWS])]
    widths = [max(len(line[index]) for line in lines) for index in range(len(names))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
