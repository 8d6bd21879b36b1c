"""Questions to Drill, and checks whose answer must be empty."""

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

    from nightscan.hooks.drill import DrillAnswer, DrillHook

SHOWN_ROWS = 20


class DrillQueryOperator(BaseOperator):
    """Runs one query in Drill; its XCom is the number of rows and the first one, not the rows.

    :param sql: the query, or the name of an .sql file on the DAG's template path. (templated)
    :param drill_conn_id: connection to Drill.
    :param timeout_s: longest wait for the answer.
    """

    template_fields: Sequence[str] = ("sql",)
    template_ext: Sequence[str] = (".sql",)
    template_fields_renderers = {"sql": "sql"}  # noqa: RUF012 - unannotated, as in the base
    operator_extra_links = (DrillQueryLink(),)
    ui_color = "#ead9ec"

    def __init__(
        self, *, sql: str, drill_conn_id: str = "drill_default", timeout_s: float = 300.0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.sql = sql
        self.drill_conn_id = drill_conn_id
        self.timeout_s = timeout_s

    @cached_property
    def drill(self) -> DrillHook:
        """The Drill."""
        return hooks.DrillHook(self.drill_conn_id, timeout_s=self.timeout_s)

    def execute(self, context: Context) -> dict[str, JsonValue]:
        """Run the query."""
        answer = self._ask(context)
        self.log.info("%d rows\n%s", len(answer.rows), as_table(answer.columns, answer.rows))
        return {"rows": len(answer.rows), "first": answer.rows[0] if answer.rows else None}

    def _ask(self, context: Context) -> DrillAnswer:
        answer = self.drill.answer(self.sql)
        DrillQueryLink().push(context, self.drill.profile_url(answer.query_id))
        return answer


class DrillCheckOperator(DrillQueryOperator):
    """Fails when the query returns rows: they are the ones that disagree.

    :param sql: query for the rows that disagree. (templated)
    :param what: what such a row means, in one line. (templated)
    :param remedy: what to do about it. (templated)
    """

    template_fields: Sequence[str] = (*DrillQueryOperator.template_fields, "what", "remedy")

    def __init__(self, *, what: str, remedy: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.what = what
        self.remedy = remedy

    def execute(self, context: Context) -> dict[str, JsonValue]:
        """Run the query.

        :raises CheckFailedError: it returned rows.
        """
        answer = self._ask(context)
        if answer.rows:
            raise check_failure(self.what, answer.columns, answer.rows, remedy=self.remedy)
        self.log.info("no row disagrees: %s", self.what)
        return {"checked": self.what, "disagreeing": 0}


def check_failure(
    what: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]], *, remedy: str = ""
) -> CheckFailedError:
    """Return the error of a check: how many rows disagree, and the first of them."""
    more = f"\n... and {len(rows) - SHOWN_ROWS} more" if len(rows) > SHOWN_ROWS else ""
    return CheckFailedError(
        f"{len(rows)} rows disagree: {what}\n{as_table(columns, rows)}{more}", count=len(rows), remedy=remedy
    )


def as_table(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the first rows as text in columns."""
    names = list(columns) or list(rows[0] if rows else [])
    lines = [names, *([str(row.get(name)) for name in names] for row in rows[:SHOWN_ROWS])]
    widths = [max(len(line[index]) for line in lines) for index in range(len(names))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
