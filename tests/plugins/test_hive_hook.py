"""The Hive hook against a Thrift server with HiveServer2's protocol."""

from __future__ import annotations

import contextlib
import socketserver
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from TCLIService import TCLIService, ttypes
from thrift.protocol.TBinaryProtocol import TBinaryProtocol
from thrift.transport.TSocket import TSocket
from thrift.transport.TTransport import TBufferedTransport, TTransportException

from nightscan.errors import EngineRefusedError, EngineUnreachableError, JobFailedError
from nightscan.hooks.hive import HiveQueryHook
from nightscan.hooks.hive_wire import HiveOperation, HivePoll, HiveSession, cause, shown_lines
from nightscan.hooks.statements import split_statements
from nightscan.states import HiveState

OK = ttypes.TStatus(statusCode=ttypes.TStatusCode.SUCCESS_STATUS)
STATES = ttypes.TOperationState


def refused(message: str) -> ttypes.TStatus:
    return ttypes.TStatus(statusCode=ttypes.TStatusCode.ERROR_STATUS, errorMessage=message)


class FakeHiveServer2:
    """Sessions and operations by handle; `script` maps a statement to its states, one a poll."""

    def __init__(self) -> None:
        self.sessions: dict[bytes, dict[str, str]] = {}
        self.closed: list[bytes] = []
        self.operations: dict[bytes, list[int]] = {}
        self.statements: list[str] = []
        self.script: dict[str, list[int]] = {}
        self.error = ""
        self.logs = ["INFO  : Status: Running (Executing on YARN cluster with App id application_1_0003)"]

    def OpenSession(self, req: Any) -> Any:  # noqa: N802 - names of the protocol
        guid = b"session%d" % len(self.sessions)
        self.sessions[guid] = dict(req.configuration)
        handle = ttypes.TSessionHandle(sessionId=ttypes.THandleIdentifier(guid=guid, secret=b"s"))
        version = ttypes.TProtocolVersion.HIVE_CLI_SERVICE_PROTOCOL_V6
        return ttypes.TOpenSessionResp(status=OK, serverProtocolVersion=version, sessionHandle=handle)

    def ExecuteStatement(self, req: Any) -> Any:  # noqa: N802
        if req.sessionHandle.sessionId.guid not in self.sessions:
            return ttypes.TExecuteStatementResp(status=refused("Invalid SessionHandle"))
        if req.statement.startswith("bad"):
            return ttypes.TExecuteStatementResp(status=refused("FAILED: ParseException line 1:0"))
        assert req.runAsync
        guid = b"operation%d" % len(self.operations)
        self.operations[guid] = list(self.script.get(req.statement, [STATES.FINISHED_STATE]))
        self.statements.append(req.statement)
        identifier = ttypes.THandleIdentifier(guid=guid, secret=b"\xff")
        selects = req.statement.startswith("select")
        handle = ttypes.TOperationHandle(operationId=identifier, operationType=0, hasResultSet=selects)
        return ttypes.TExecuteStatementResp(status=OK, operationHandle=handle)

    def GetOperationStatus(self, req: Any) -> Any:  # noqa: N802
        states = self.operations.get(req.operationHandle.operationId.guid)
        if states is None:
            return ttypes.TGetOperationStatusResp(status=refused("Invalid OperationHandle: 7"))
        state = states.pop(0) if len(states) > 1 else states[0]
        return ttypes.TGetOperationStatusResp(
            status=OK, operationState=state, errorMessage=self.error or None
        )

    def FetchResults(self, req: Any) -> Any:  # noqa: N802
        if req.fetchType == 1:
            lines, self.logs = self.logs, []
            columns = [ttypes.TColumn(stringVal=ttypes.TStringColumn(values=lines, nulls=b"\x00"))]
        else:
            columns = [
                ttypes.TColumn(i64Val=ttypes.TI64Column(values=[1, 2], nulls=b"\x02")),
                ttypes.TColumn(stringVal=ttypes.TStringColumn(values=["a", "b"], nulls=b"\x00")),
            ]
        return ttypes.TFetchResultsResp(status=OK, results=ttypes.TRowSet(0, [], columns))

    def GetResultSetMetadata(self, req: Any) -> Any:  # noqa: N802
        def column(name: str) -> Any:
            entry = ttypes.TTypeEntry(
                primitiveEntry=ttypes.TPrimitiveTypeEntry(type=ttypes.TTypeId.BIGINT_TYPE)
            )
            return ttypes.TColumnDesc(columnName=name, typeDesc=ttypes.TTypeDesc(types=[entry]), position=1)

        schema = ttypes.TTableSchema(columns=[column("t.n"), column("name")])
        return ttypes.TGetResultSetMetadataResp(status=OK, schema=schema)

    def CancelOperation(self, req: Any) -> Any:  # noqa: N802
        guid = req.operationHandle.operationId.guid
        if guid not in self.operations:
            return ttypes.TCancelOperationResp(status=refused("Invalid OperationHandle: 7"))
        self.operations[guid] = [STATES.CANCELED_STATE]
        return ttypes.TCancelOperationResp(status=OK)

    def CloseOperation(self, req: Any) -> Any:  # noqa: N802
        return ttypes.TCloseOperationResp(status=OK)

    def CloseSession(self, req: Any) -> Any:  # noqa: N802
        self.closed.append(req.sessionHandle.sessionId.guid)
        return ttypes.TCloseSessionResp(status=OK)


@pytest.fixture
def hs2(connect: Callable[..., None]) -> Iterator[FakeHiveServer2]:
    fake = FakeHiveServer2()
    processor = TCLIService.Processor(fake)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            socket = TSocket()
            socket.setHandle(self.request)
            protocol = TBinaryProtocol(TBufferedTransport(socket))
            with contextlib.suppress(TTransportException):  # the client hung up: the end of a connection
                while True:
                    processor.process(protocol, protocol)

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    connect(
        "hiveserver2_default", conn_type="hiveserver2", host="127.0.0.1", port=server.server_address[1],
        login="root", extra={"auth_mechanism": "NOSASL"},
    )  # fmt: skip
    yield fake
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def hook(hs2: FakeHiveServer2) -> HiveQueryHook:
    return HiveQueryHook(timeout_s=2)


def test_a_session_carries_its_settings_its_database_and_its_tag(
    hook: HiveQueryHook, hs2: FakeHiveServer2
) -> None:
    session = hook.open_session({"tez.queue.name": "q"}, database="nightscan", tag="tag-1")
    assert hs2.sessions == {
        b"session0": {
            "set:hiveconf:tez.queue.name": "q",
            "use:database": "nightscan",
            "set:hiveconf:hive.query.tag": "tag-1",
        }
    }
    assert HiveSession.from_json(session.to_json()) == session


def test_a_statement_is_watched_from_another_connection_by_its_json(
    hook: HiveQueryHook, hs2: FakeHiveServer2
) -> None:
    hs2.script = {"insert": [STATES.PENDING_STATE, STATES.RUNNING_STATE, STATES.FINISHED_STATE]}
    handle = hook.run_async(hook.open_session(), "insert").to_json()
    operation = HiveOperation.from_json(handle)
    polls = [HiveQueryHook().poll(operation) for _ in range(3)]
    assert [poll.state for poll in polls] == [HiveState.PENDING, HiveState.RUNNING, HiveState.FINISHED]
    assert [len(poll.log_lines) for poll in polls] == [1, 0, 0]
    assert hs2.closed == []


def test_a_forgotten_statement_is_gone_and_cancelling_it_is_harmless(hook: HiveQueryHook) -> None:
    lost = HiveOperation("AAAA", "AAAA", 0, has_result_set=False)
    assert hook.poll(lost).state is HiveState.GONE
    hook.cancel(lost)


def test_cancelling_ends_this_statement_only(hook: HiveQueryHook, hs2: FakeHiveServer2) -> None:
    hs2.script = {"insert": [STATES.RUNNING_STATE]}
    session = hook.open_session()
    one, other = hook.run_async(session, "insert"), hook.run_async(session, "insert")
    hook.cancel(one)
    assert [hook.poll(each).state for each in (one, other)] == [HiveState.CANCELED, HiveState.RUNNING]


def test_a_failed_statement_tells_its_first_cause_in_one_line(
    hook: HiveQueryHook, hs2: FakeHiveServer2
) -> None:
    hs2.script = {"insert": [STATES.ERROR_STATE]}
    hs2.error = (
        "Error while processing\n\tat x\nCaused by: java.io.IOException: no volume /v.nii.gz\n\tat y\n"
    )
    operation = hook.run_async(hook.open_session(), "insert")
    assert hook.poll(operation) == HivePoll(HiveState.ERROR, tuple(_LOGS), "", "no volume /v.nii.gz")


_LOGS = ["INFO  : Status: Running (Executing on YARN cluster with App id application_1_0003)"]


def test_a_statement_that_does_not_compile_is_refused(hook: HiveQueryHook) -> None:
    with pytest.raises(EngineRefusedError, match="could not run bad sql: FAILED: ParseException"):
        hook.run_async(hook.open_session(), "bad sql")


def test_rows_come_as_mappings_without_the_tables_name(hook: HiveQueryHook, hs2: FakeHiveServer2) -> None:
    assert hook.run("select") == [{"n": 1, "name": "a"}, {"n": None, "name": "b"}]
    assert hs2.closed == [b"session0"]


def test_a_statement_without_a_result_has_no_rows(hook: HiveQueryHook) -> None:
    assert hook.run("insert") == []


def test_a_script_runs_in_one_session_up_to_the_statement_that_fails(
    hook: HiveQueryHook, hs2: FakeHiveServer2
) -> None:
    assert len(hook.run("insert; -- twice\nselect;")) == 2
    hs2.script = {"insert": [STATES.ERROR_STATE]}
    with pytest.raises(JobFailedError, match=r"(?s)statement insert ended ERROR.*\| insert"):
        hook.run("select; insert; select")
    assert hs2.statements == ["insert", "select", "select", "insert"]
    assert hs2.closed == [b"session0", b"session1"]


def test_a_short_statement_that_takes_too_long_is_cancelled(
    hook: HiveQueryHook, hs2: FakeHiveServer2
) -> None:
    hs2.script = {"insert": [STATES.RUNNING_STATE]}
    with pytest.raises(JobFailedError, match="CANCELED after 0 s"):
        hook.run("insert", limit_s=0)
    assert hs2.operations == {b"operation0": [STATES.CANCELED_STATE]}
    assert hs2.closed == [b"session0"]


def test_killing_by_tag_is_a_statement_of_hive(hook: HiveQueryHook, hs2: FakeHiveServer2) -> None:
    hook.kill("tag-1")
    assert hs2.statements == ["KILL QUERY 'tag-1'"]


def test_a_server_that_is_not_there_is_named(connect: Callable[..., None]) -> None:
    connect("hiveserver2_default", host="127.0.0.1", port=1, extra={"auth_mechanism": "NOSASL"})
    with pytest.raises(EngineUnreachableError, match=r"HiveServer2 at 127\.0\.0\.1:1"):
        HiveQueryHook().open_session()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Error x\nCaused by: a.b.HiveException: extract(/p): no mask\nCaused by: c.D: e",
            "extract(/p): no mask",
        ),
        ("Error y\nCaused by: a.b.IOException: a.b.FileNotFoundException: /p", "/p"),
        ("FAILED: SemanticException [Error 10001]: no t", "FAILED: SemanticException [Error 10001]: no t"),
        (None, "no reason given"),
    ],
)
def test_the_reason_is_cut_out_of_javas_traces(text: str | None, expected: str) -> None:
    assert cause(text) == expected


def test_only_the_telling_log_lines_reach_the_task_log() -> None:
    lines = [
        "INFO  : Compiling command",
        "INFO  : Status: DAG finished",
        "ERROR : bad",
        "INFO  :    BYTES: 3",
    ]
    assert shown_lines(lines) == ["Status: DAG finished", "ERROR : bad"]


@pytest.mark.parametrize(
    ("script", "statements"),
    [
        ("select 1; select 2;\n", ["select 1", "select 2"]),
        ("select ';', \"a;b\", `c;d`; x", ["select ';', \"a;b\", `c;d`", "x"]),
        (r"select 'it\'s; one'; x", [r"select 'it\'s; one'", "x"]),
        ("-- a; comment\nselect 1 -- tail; \n; /* b; */ x", ["select 1", "x"]),
        ("select /*+ MAPJOIN(t) */ 1", ["select /*+ MAPJOIN(t) */ 1"]),
        ("select '--', '/*'; x", ["select '--', '/*'", "x"]),
        (" ;; \n-- nothing", []),
    ],
)
def test_a_script_is_cut_at_semicolons_outside_of_quotes_and_comments(
    script: str, statements: list[str]
) -> None:
    assert split_statements(script) == statements
