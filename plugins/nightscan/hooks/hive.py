"""HiveServer2: statements that run on without a connection, watched and cancelled from anywhere.

The provider's hook hides what PyHive can do here (asynchronous statements, logs, cancel).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from functools import cached_property
from typing import Any, cast

from airflow.providers.apache.hive.hooks.hive import HiveServer2Hook
from airflow.sdk import Connection

from nightscan.errors import EngineRefusedError, JobFailedError
from nightscan.hooks.hive_wire import (
    INVALID_HANDLE,
    SUCCESS,
    HiveOperation,
    HivePoll,
    HiveSession,
    cause,
    texts,
    thrift_client,
)
from nightscan.hooks.statements import split_statements
from nightscan.states import HiveState, Outcome

FETCH_ROWS = 1000
LOG_FETCH = 1  # TFetchResultsReq.fetchType: 0 results, 1 logs
Row = dict[str, Any]


class HiveQueryHook(HiveServer2Hook):
    """Statements of one HiveServer2.

    Needs `hive.server2.close.session.on.disconnect=false` in hive-site.xml, so that a statement outlives the
    connection that began it.

    :param hiveserver2_conn_id: connection of type hiveserver2.
    :param timeout_s: longest wait for one call, in seconds; the run of a statement is not a call.
    """

    def __init__(self, hiveserver2_conn_id: str = "hiveserver2_default", *, timeout_s: float = 60.0) -> None:
        super().__init__(hiveserver2_conn_id=hiveserver2_conn_id)
        self.timeout_s = timeout_s
        self._conn_id = hiveserver2_conn_id

    @cached_property
    def _server(self) -> Connection:
        return cast("Connection", self.get_connection(self._conn_id))

    def _client(self) -> AbstractContextManager[Any]:
        return thrift_client(self._server, self.timeout_s)

    def open_session(
        self, conf: Mapping[str, str] | None = None, *, database: str = "default", tag: str = ""
    ) -> HiveSession:
        """Open a session that lasts until close() or HiveServer2's idle limit; return its handle.

        :param conf: settings of the session (`set name=value`).
        :param tag: hive.query.tag of all its statements, by which kill() finds them.
        """
        from TCLIService import ttypes  # noqa: PLC0415 - a client library

        settings = {f"set:hiveconf:{name}": str(value) for name, value in (conf or {}).items()}
        settings["use:database"] = database
        if tag:
            settings["set:hiveconf:hive.query.tag"] = tag
        request = ttypes.TOpenSessionReq(
            client_protocol=ttypes.TProtocolVersion.HIVE_CLI_SERVICE_PROTOCOL_V6,
            configuration=settings,
            username=self._server.login or "airflow",
        )
        with self._client() as client:
            reply = _checked(client.OpenSession(request), "open a session")
        guid, secret = texts(reply.sessionHandle.sessionId)
        return HiveSession(guid, secret, tag)

    def run_async(self, session: HiveSession, sql: str) -> HiveOperation:
        """Begin a statement and return its handle at once.

        :raises EngineRefusedError: the statement does not compile, or the session is gone.
        """
        from TCLIService import ttypes  # noqa: PLC0415 - a client library

        request = ttypes.TExecuteStatementReq(session.handle(), sql, runAsync=True)
        with self._client() as client:
            reply = _checked(client.ExecuteStatement(request), f"run {_short(sql)}")
        return HiveOperation.from_thrift(reply.operationHandle)

    def poll(self, operation: HiveOperation) -> HivePoll:
        """Return a statement's state, GONE where HiveServer2 does not know it, and its new log lines."""
        from TCLIService import ttypes  # noqa: PLC0415 - a client library

        request = ttypes.TGetOperationStatusReq(operationHandle=operation.handle(), getProgressUpdate=True)
        with self._client() as client:
            reply = client.GetOperationStatus(request)
            if reply.status.statusCode not in SUCCESS:
                if INVALID_HANDLE.search(str(reply.status.errorMessage)):
                    return HivePoll(
                        HiveState.GONE, error="HiveServer2 does not know this statement (any more)"
                    )
                _checked(reply, "poll a statement")
            lines = tuple(_logs(client, operation))
        state = HiveState.parse(
            ttypes.TOperationState._VALUES_TO_NAMES.get(reply.operationState, "").removesuffix("_STATE")  # noqa: SLF001 - the generated table of names
        )
        failed = state.outcome not in {Outcome.RUNNING, Outcome.SUCCEEDED}
        error = cause(reply.errorMessage) if failed and reply.errorMessage else ""
        return HivePoll(state, lines, _progress(reply.progressUpdateResponse), error)

    def fetch(self, operation: HiveOperation) -> list[Row]:
        """Return the first rows of a finished statement; none where it has no result."""
        from pyhive.hive import _unwrap_column  # noqa: PLC0415 - a client library
        from TCLIService import ttypes  # noqa: PLC0415

        if not operation.has_result_set:
            return []
        with self._client() as client:
            meta = _checked(
                client.GetResultSetMetadata(ttypes.TGetResultSetMetadataReq(operation.handle())),
                "read columns",
            )
            request = ttypes.TFetchResultsReq(
                operationHandle=operation.handle(),
                orientation=ttypes.TFetchOrientation.FETCH_NEXT,
                maxRows=FETCH_ROWS,
            )
            reply = _checked(client.FetchResults(request), "read rows")
        names = [column.columnName.rsplit(".", 1)[-1] for column in meta.schema.columns]
        columns = [_unwrap_column(column) for column in reply.results.columns]
        return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)][:FETCH_ROWS]

    def cancel(self, operation: HiveOperation) -> None:
        """Cancel this statement only; without effect when it has ended."""
        from TCLIService import ttypes  # noqa: PLC0415 - a client library

        with self._client() as client:
            reply = client.CancelOperation(ttypes.TCancelOperationReq(operationHandle=operation.handle()))
        if not INVALID_HANDLE.search(str(reply.status.errorMessage)):
            _checked(reply, "cancel a statement")

    def kill(self, tag: str) -> None:
        """Cancel every statement with this hive.query.tag; without effect where there is none."""
        self.run(f"KILL QUERY '{tag}'")

    def close_operation(self, operation: HiveOperation) -> None:
        """Release a statement and its result; without effect when HiveServer2 does not know it."""
        from TCLIService import ttypes  # noqa: PLC0415 - a client library

        with self._client() as client:
            client.CloseOperation(ttypes.TCloseOperationReq(operation.handle()))

    def close(self, session: HiveSession) -> None:
        """End a session and everything in it; without effect when it is gone."""
        from TCLIService import ttypes  # noqa: PLC0415 - a client library

        with self._client() as client:
            client.CloseSession(ttypes.TCloseSessionReq(sessionHandle=session.handle()))

    def wait(
        self, operation: HiveOperation, seconds: float, *, log: Callable[[str], None], poll_s: float = 0.2
    ) -> HivePoll:
        """Poll a statement until it ends or `seconds` are over; return the last poll."""
        end = time.monotonic() + seconds
        while True:
            poll = self.poll(operation)
            for line in poll.log_lines:
                log(line)
            if poll.state.outcome is not Outcome.RUNNING or time.monotonic() >= end:
                return poll
            time.sleep(poll_s)

    def run(  # type: ignore[override]  # the provider's run() takes DB-API arguments and returns no rows
        self, script: str, *, limit_s: float = 300.0
    ) -> list[Row]:
        """Run short statements to their end in one session and return the first rows of the last one.

        :param limit_s: longest wait for one statement, in seconds.
        :raises JobFailedError: a statement failed, or was still running after limit_s (then it is cancelled).
        """
        session = self.open_session()
        rows: list[Row] = []
        try:
            for sql in split_statements(script):
                operation = self.run_async(session, sql)
                poll = self.wait(operation, limit_s, log=self.log.debug)
                if poll.state.outcome is Outcome.RUNNING:
                    self.cancel(operation)
                    raise JobFailedError(f"statement {_short(sql)}", f"CANCELED after {limit_s:.0f} s")
                if poll.state.outcome is not Outcome.SUCCEEDED:
                    raise JobFailedError(f"statement {_short(sql)}", poll.state, last_lines=[sql, poll.error])
                rows = self.fetch(operation)
        finally:
            self.close(session)
        return rows


def _logs(client: Any, operation: HiveOperation) -> Iterator[str]:
    from pyhive.hive import _unwrap_column  # noqa: PLC0415 - a client library
    from TCLIService import ttypes  # noqa: PLC0415

    request = ttypes.TFetchResultsReq(
        operationHandle=operation.handle(),
        orientation=ttypes.TFetchOrientation.FETCH_NEXT,
        maxRows=FETCH_ROWS,
        fetchType=LOG_FETCH,
    )
    reply = client.FetchResults(request)
    if reply.status.statusCode in SUCCESS:  # a statement may have no log: that is no reason to fail
        yield from _unwrap_column(reply.results.columns[0])


def _progress(update: Any) -> str:
    return str(getattr(update, "footerSummary", None) or "").strip()


def _checked(reply: Any, what: str) -> Any:
    if reply.status.statusCode not in SUCCESS:
        raise EngineRefusedError("HiveServer2", f"could not {what}: {cause(reply.status.errorMessage)}")
    return reply


def _short(sql: str) -> str:
    text = " ".join(line for line in sql.split("\n") if not line.strip().startswith("--"))
    return " ".join(text.split())[:80]
