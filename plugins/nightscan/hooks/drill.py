"""Drill's queries over REST.

On the `drill` connection of the provider, not on its DrillHook: that one uses the same REST interface
through SQLAlchemy, does not escape credentials and has no time-out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from nightscan.errors import EngineRefusedError
from nightscan.hooks.rest import RestHook

Row = dict[str, Any]
# Drill 1.22's asynchronous page reader loses its place in small files read side by side: most queries over a
# folder of 40 Parquet files of 4 kB ended FAILED, after rows were sent; with the plain reader none did.
OPTIONS = {"store.parquet.reader.pagereader.async": False}
VERBOSE = "ALTER SYSTEM SET `drill.exec.http.rest.errors.verbose` = true"


@dataclass(frozen=True)
class DrillAnswer:
    """Result of one query.

    :ivar rows: values as Drill's JSON gives them (numbers may come as text)
    """

    query_id: str
    columns: tuple[str, ...]
    rows: list[Row]


class DrillHook(RestHook):
    """Queries of one Drill.

    :param drill_conn_id: connection of type drill.
    :param timeout_s: longest wait for one query, in seconds.
    """

    engine: ClassVar[str] = "Drill"

    def __init__(self, drill_conn_id: str = "drill_default", *, timeout_s: float = 300.0) -> None:
        super().__init__(drill_conn_id, timeout_s=timeout_s)

    def answer(self, sql: str) -> DrillAnswer:
        """Run one statement and return its rows with the query's id.

        :raises EngineRefusedError: the query failed.
        """
        # Drill answers 200 to a failed query too, so its state is what counts
        response = self.call(
            "POST",
            "/query.json",
            body={"queryType": "SQL", "query": sql.strip().rstrip(";"), "options": OPTIONS},
        )
        raw = self.json(response)
        state = str(raw.get("queryState", ""))
        query_id = str(raw.get("queryId", ""))
        if state != "COMPLETED":
            reason = str(raw.get("errorMessage") or "no reason given").strip()
            hint = "" if raw.get("errorMessage") else f"let Drill give the reason: {VERBOSE}; "
            raise EngineRefusedError(
                self.engine,
                f"query ended {state or 'without a state'}: {reason[:1500]}",
                status=response.status_code,
                remedy=f"{hint}see {self.profile_url(query_id)}",
            )
        columns = tuple(str(name) for name in raw.get("columns") or ())
        rows = [{name: row.get(name) for name in columns or row} for row in raw.get("rows") or []]
        return DrillAnswer(query_id, columns, rows)

    def profile_url(self, query_id: str) -> str:
        """Return the address of the query's page in Drill's web interface."""
        return f"{self.address}/profiles/{query_id}"
