"""HDFS over WebHDFS: the provider's hook with time-outs, checked TLS and the few verbs that stages need."""

from __future__ import annotations

import logging
import posixpath
import uuid
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import requests
from airflow.providers.apache.hdfs.hooks.webhdfs import WebHDFSHook
from hdfs import HdfsError, InsecureClient

from nightscan.errors import BadSettingError, EngineRefusedError, EngineUnreachableError
from nightscan.hooks.rest import CONNECT_S, parse_bool

T = TypeVar("T")
CHUNK_BYTES = 1 << 20


class HdfsHook(WebHDFSHook):
    """Files of one HDFS, by absolute path.

    Differs from the provider's hook: every call has a time-out; TLS certificates are checked unless the
    connection has `verify: false`; `use_ssl` is read as a truth value ("False" is false); a NameNode whose
    name does not resolve does not stop the fail-over.

    :param webhdfs_conn_id: connection of type webhdfs; its host field may name several NameNodes.
    :param timeout_s: longest wait for one answer, in seconds.
    """

    def __init__(self, webhdfs_conn_id: str = "webhdfs_default", *, timeout_s: float = 60.0) -> None:
        super().__init__(webhdfs_conn_id)
        self.timeout_s = timeout_s

    def get_conn(self) -> Any:
        """Return the client (made once); it asks the NameNodes in turn."""
        return self._client

    @cached_property
    def _client(self) -> Any:
        connection = self.get_connection(self.webhdfs_conn_id)
        if not connection.host:
            raise BadSettingError(f"connection {self.webhdfs_conn_id} names no host", remedy="fill it in")
        extra = connection.extra_dejson
        tls = parse_bool(extra.get("use_ssl", False))
        scheme = "https" if tls else "http"
        port = f":{connection.port}" if connection.port else ""
        prefix = f"/{connection.schema}" if connection.schema else ""
        urls = ";".join(f"{scheme}://{host.strip()}{port}{prefix}" for host in connection.host.split(","))
        session = requests.Session()
        session.trust_env = False  # a proxy of the environment is not meant for the cluster
        if tls:
            session.verify = extra.get("verify", True)
            if cert := extra.get("cert"):
                session.cert = (cert, extra["key"]) if extra.get("key") else cert
        if connection.password:
            session.auth = (str(connection.login), connection.password)
        logging.getLogger("hdfs.client").setLevel(logging.WARNING)  # it writes each call to the task log
        timeout = (CONNECT_S, self.timeout_s)
        if parse_bool(extra.get("kerberos", False)):
            from hdfs.ext.kerberos import KerberosClient  # noqa: PLC0415 - needs a Kerberos library

            return KerberosClient(urls, session=session, timeout=timeout)
        return InsecureClient(urls, user=connection.login, session=session, timeout=timeout)

    def exists(self, path: str) -> bool:
        """Return whether there is a file or folder at the path."""
        return self._ask(path, lambda: self._client.status(path, strict=False)) is not None

    def list(self, path: str) -> list[str]:
        """Return the names in a folder, sorted; none where there is no such folder."""
        if not self.exists(path):
            return []
        return sorted(self._ask(path, lambda: self._client.list(path)))

    def read(self, path: str) -> bytes:
        """Return the whole of a (small) file."""

        def fetch() -> bytes:
            with self._client.read(path) as reader:
                return bytes(reader.read())

        return self._ask(path, fetch)

    def read_text(self, path: str) -> str:
        """Return the whole of a (small) UTF-8 text file."""
        return self.read(path).decode()

    def write(self, path: str, data: bytes) -> None:
        """Write a file, replacing what was there; readers may see it half-written: see swap()."""
        self._ask(path, lambda: self._client.write(path, data=data, overwrite=True))

    def swap(self, path: str, data: bytes) -> None:
        """Put a file in place in one step: readers see the old one whole or the new one whole."""
        folder, name = posixpath.split(path)
        temporary = f"{folder}/_{name}.{uuid.uuid4().hex[:12]}.tmp"
        self.write(temporary, data)
        try:
            self.rename(temporary, path, overwrite=True)
        except EngineRefusedError:
            self.delete(temporary)
            raise

    def upload(self, local: str | Path, path: str) -> None:
        """Copy a local file to HDFS, replacing what was there, a MiB at a time."""

        def send() -> None:
            with Path(local).open("rb") as source:
                self._client.write(path, data=iter(lambda: source.read(CHUNK_BYTES), b""), overwrite=True)

        self._ask(path, send)

    def rename(self, source: str, target: str, *, overwrite: bool = False) -> None:
        """Move a file or folder in one step; with overwrite, onto a file or an empty folder.

        :raises EngineRefusedError: HDFS did not move it (source missing, target exists).
        """
        # the library's rename() has no overwrite, its request layer does; with either option HDFS gives the
        # reason of a refusal, without one only "false"
        option = "OVERWRITE" if overwrite else "NONE"
        self._ask(
            source,
            lambda: self._client._rename(source, destination=target, renameoptions=option),  # noqa: SLF001
        )

    def mkdirs(self, path: str) -> None:
        """Make a folder and its parents; harmless when it exists."""
        self._ask(path, lambda: self._client.makedirs(path))

    def set_mode(self, path: str, mode: str) -> None:
        """Set the permissions of a file or folder; `mode` is octal digits."""
        self._ask(path, lambda: self._client.set_permission(path, mode))

    def delete(self, path: str, *, recursive: bool = False) -> bool:
        """Delete a file or folder; return whether there was one."""
        return bool(self._ask(path, lambda: self._client.delete(path, recursive=recursive)))

    def _ask(self, path: str, request: Callable[[], T]) -> T:
        try:
            return request()
        except HdfsError as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            kind = str(error.exception or "")
            raise EngineRefusedError("HDFS", f"{path}: {kind} {reason}".strip()) from error
        except requests.RequestException as error:
            address = str(self._client.url)
            raise EngineUnreachableError("HDFS (WebHDFS)", address, type(error).__name__) from error
