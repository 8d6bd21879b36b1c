"""HiveServer2's Thrift service: a transport with time-outs, and handles that outlive a connection."""

from __future__ import annotations

import base64
import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from airflow.sdk import Connection

from nightscan.errors import BadSettingError, EngineUnreachableError
from nightscan.states import HiveState

CAUSE = re.compile(r"Caused by: (.+)")
JAVA_PREFIX = re.compile(r"^(?:[\w$]+\.)+([\w$]+(?:Exception|Error)): ")
SHOWN = re.compile(
    r"\b(WARN|ERROR|FATAL)\b|Status: |Dag ID|App id |Loading data|stats: \[|Completed executing"
)
SUCCESS = (0, 1)  # TStatusCode SUCCESS_STATUS, SUCCESS_WITH_INFO_STATUS
INVALID_HANDLE = re.compile(r"Invalid (Operation|Session)Handle", re.IGNORECASE)


@dataclass(frozen=True)
class HiveSession:
    """A session, by handle (base64 text): any connection may use it while HiveServer2 runs."""

    guid: str
    secret: str
    tag: str

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> HiveSession:
        """Read what to_json() wrote."""
        return cls(str(raw["guid"]), str(raw["secret"]), str(raw["tag"]))

    def handle(self) -> Any:
        """Return the Thrift handle."""
        from TCLIService import ttypes  # noqa: PLC0415 - a client library

        return ttypes.TSessionHandle(sessionId=_identifier(self.guid, self.secret))


@dataclass(frozen=True)
class HiveOperation:
    """One running or ended statement, by handle (base64 text)."""

    guid: str
    secret: str
    operation_type: int
    has_result_set: bool

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> HiveOperation:
        """Read what to_json() wrote."""
        return cls(
            str(raw["guid"]), str(raw["secret"]), int(raw["operation_type"]), bool(raw["has_result_set"])
        )

    @classmethod
    def from_thrift(cls, raw: Any) -> HiveOperation:
        """Read a Thrift handle."""
        guid, secret = texts(raw.operationId)
        return cls(guid, secret, int(raw.operationType), bool(raw.hasResultSet))

    def handle(self) -> Any:
        """Return the Thrift handle."""
        from TCLIService import ttypes  # noqa: PLC0415 - a client library

        return ttypes.TOperationHandle(
            operationId=_identifier(self.guid, self.secret),
            operationType=self.operation_type,
            hasResultSet=self.has_result_set,
        )


@dataclass(frozen=True)
class HivePoll:
    """What one poll of a statement found.

    :ivar log_lines: those that no poll has returned before
    :ivar error: one line; empty while there is none
    """

    state: HiveState
    log_lines: tuple[str, ...] = ()
    progress: str = ""
    error: str = ""


def texts(identifier: Any) -> tuple[str, str]:
    """Return guid and secret of a Thrift identifier as base64 text."""
    return base64.b64encode(identifier.guid).decode(), base64.b64encode(identifier.secret).decode()


def cause(message: str | None) -> str:
    """Reduce HiveServer2's error text (up to 25 kB of Java traces) to the line with the reason."""
    text = str(message or "no reason given")
    causes = CAUSE.findall(text)
    # the first cause that is HiveException's own message, else the first cause, else the first line
    named = [
        line for line in causes if "HiveException: " in line and "Error while processing row" not in line
    ]
    line = str((named or causes or text.strip().splitlines() or [""])[0]).strip()
    while found := JAVA_PREFIX.match(line):
        line = line[found.end() :]
    return line[:1000] or text[:1000]


def shown_lines(lines: Iterable[str]) -> list[str]:
    """Return the log lines for a task log: without the hundred counters of every statement."""
    return [line.replace("INFO  : ", "").strip() for line in lines if SHOWN.search(line)]


@contextlib.contextmanager
def thrift_client(connection: Connection, timeout_s: float) -> Iterator[Any]:
    """Yield a client of TCLIService on a transport whose every call ends within `timeout_s`.

    PyHive's own connection sets no time-out and opens and closes a session each time, which would end the
    operations in it; so only its SASL code is used.

    :raises EngineUnreachableError: HiveServer2 does not answer.
    """
    from TCLIService import TCLIService  # noqa: PLC0415 - client libraries
    from thrift.protocol.TBinaryProtocol import TBinaryProtocol  # noqa: PLC0415
    from thrift.Thrift import TException  # noqa: PLC0415
    from thrift.transport.TSocket import TSocket  # noqa: PLC0415

    if not connection.host:
        raise BadSettingError(f"connection {connection.conn_id} names no host", remedy="fill it in")
    address = f"{connection.host}:{connection.port}"
    socket = TSocket(connection.host, connection.port)
    socket.setTimeout(timeout_s * 1000)
    transport = _transport(connection, socket)
    try:
        transport.open()
        try:
            yield TCLIService.Client(TBinaryProtocol(transport))
        finally:
            transport.close()
    except (TException, OSError, EOFError) as error:
        reason = str(error) or type(error).__name__
        raise EngineUnreachableError("HiveServer2", address, reason) from error


def _transport(connection: Connection, socket: Any) -> Any:
    import thrift_sasl  # noqa: PLC0415 - client libraries
    from pyhive.hive import get_installed_sasl  # noqa: PLC0415
    from thrift.transport.TTransport import TBufferedTransport  # noqa: PLC0415

    extra = connection.extra_dejson
    mechanism = str(extra.get("auth_mechanism", "NONE")).upper()
    if mechanism == "NOSASL":
        return TBufferedTransport(socket)
    if mechanism not in {"NONE", "PLAIN", "LDAP", "CUSTOM", "KERBEROS"}:
        raise BadSettingError(
            f"connection {connection.conn_id}: unknown auth_mechanism {mechanism!r}",
            remedy="use NONE, NOSASL, LDAP, CUSTOM or KERBEROS",
        )
    sasl = "GSSAPI" if mechanism == "KERBEROS" else "PLAIN"

    def client() -> Any:
        return get_installed_sasl(
            host=connection.host,
            sasl_auth=sasl,
            service=extra.get("kerberos_service_name", "hive"),
            username=connection.login or "airflow",
            password=connection.password or "x",  # PLAIN refuses an empty one, NONE ignores it
        )

    return thrift_sasl.TSaslClientTransport(client, sasl, socket)


def _identifier(guid: str, secret: str) -> Any:
    from TCLIService import ttypes  # noqa: PLC0415 - a client library

    return ttypes.THandleIdentifier(guid=base64.b64decode(guid), secret=base64.b64decode(secret))
