"""What the REST clients share: an address from an Airflow connection, time-outs, clear errors."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any, ClassVar

import requests
from airflow.sdk import BaseHook, Connection

from nightscan.errors import BadSettingError, ConfigurationError, EngineRefusedError, EngineUnreachableError

CONNECT_S = 10.0
TRUE, FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def parse_bool(text: str | bool) -> bool:
    """Return the truth value that a connection's extra field means.

    :raises ConfigurationError: the text is not one of true, false, yes, no, on, off, 1, 0.
    """
    answer = str(text).strip().lower()
    if answer not in (*TRUE, *FALSE):
        raise ConfigurationError(f"{text!r} is not a truth value; write true or false")
    return answer in TRUE


def base_urls(connection: Connection) -> list[str]:
    """Return the addresses of a connection: its host field may hold several, separated by commas.

    :raises BadSettingError: the connection names no host.
    """
    if not connection.host:
        raise BadSettingError(
            f"connection {connection.conn_id} names no host", remedy="fill in its host and port"
        )
    scheme = connection.schema if connection.schema in {"http", "https"} else "http"
    urls = []
    for given in str(connection.host).split(","):
        host = given.strip().rstrip("/")
        url = host if "://" in host else f"{scheme}://{host}"
        has_port = ":" in url.split("://", 1)[1]
        urls.append(url if has_port or not connection.port else f"{url}:{connection.port}")
    return urls


class RestHook(BaseHook):
    """Base of the REST hooks.

    :param conn_id: Airflow connection: host(s), port, schema http or https, login and password where the
        engine requires them; extra `verify`: false, or the file of a certificate authority (default: verify).
    :param timeout_s: longest wait for one answer, in seconds.
    """

    engine: ClassVar[str] = "engine"

    def __init__(self, conn_id: str, *, timeout_s: float = 30.0) -> None:
        super().__init__()
        self.conn_id = conn_id
        self.timeout_s = timeout_s

    @cached_property
    def connection(self) -> Connection:
        """Return the Airflow connection."""
        return self.get_connection(self.conn_id)

    @property
    def address(self) -> str:
        """Return the base address of the engine's web server (the first one)."""
        return base_urls(self.connection)[0]

    def get_conn(self) -> requests.Session:
        """Return the HTTP session (made once)."""
        return self._session

    @cached_property
    def _session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False  # a proxy of the environment is not meant for the cluster
        if self.connection.login and self.connection.password:
            session.auth = (self.connection.login, self.connection.password)
        verify = self.connection.extra_dejson.get("verify", True)
        session.verify = verify if _is_file(verify) else parse_bool(verify)
        return session

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Any = None,
        accept: Collection[int] = (),
    ) -> requests.Response:
        """Send one request to the first address that answers; return the response.

        :param accept: HTTP status codes besides 2xx that the caller handles.
        :raises EngineUnreachableError: no address answered in time.
        :raises EngineRefusedError: the engine answered with another status.
        """
        problem: Exception | None = None
        for url in base_urls(self.connection):
            try:
                response = self.get_conn().request(
                    method,
                    url + path,
                    params=params,
                    json=body,
                    timeout=(CONNECT_S, self.timeout_s),
                    headers={"Accept": "application/json", "X-Requested-By": "nightscan"},
                )
            except requests.RequestException as error:
                problem = error
                continue
            if response.ok or response.status_code in accept:
                return response
            raise EngineRefusedError(
                self.engine,
                f"{method} {path} was answered {response.status_code}: {_brief(response)}",
                status=response.status_code,
            )
        reason = type(problem).__name__ if problem else "no address"
        raise EngineUnreachableError(self.engine, self.address, reason) from problem

    def json(self, response: requests.Response) -> Any:
        """Return the body of a response.

        :raises EngineRefusedError: the body is not JSON (a login page, a proxy's error page).
        """
        try:
            return response.json()
        except ValueError as error:
            raise EngineRefusedError(
                self.engine,
                f"answered something that is not JSON: {_brief(response)}",
                status=response.status_code,
                remedy="see whether a login page or a proxy answers at this address",
            ) from error


def _is_file(verify: object) -> bool:
    return isinstance(verify, str) and "/" in verify


def _brief(response: requests.Response) -> str:
    return " ".join(response.text.split())[:500] or str(response.reason)
