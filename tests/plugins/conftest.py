"""Fakes: a small HTTP server for hooks; a stateful YARN, a clock and a task context for operators."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from nightscan import hooks
from nightscan.hooks.yarn import YarnApp
from nightscan.states import YarnFinalStatus, YarnState
from nightscan.triggers import yarn as yarn_trigger
from nightscan.triggers.job import JobTrigger
from nightscan.triggers.shared_poll import PollRegistry


@dataclass
class Request:
    """What the server was asked."""

    method: str
    path: str
    query: dict[str, str]
    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Route = Callable[[Request], "tuple[int, Any] | tuple[int, Any, dict[str, str]]"]


@dataclass
class FakeServer:
    """An HTTP server whose answers a test gives: `routes["GET /path"] = lambda request: (200, {...})`."""

    port: int = 0
    routes: dict[str, Route] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)
    fallback: Route = field(default=lambda request: (404, {"error": f"no {request.path}"}))

    def answer(self, request: Request) -> tuple[int, bytes, dict[str, str]]:
        self.asked.append(request)
        route = self.routes.get(f"{request.method} {request.path}", self.fallback)
        status, body, *headers = route(request)
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return status, data, headers[0] if headers else {}


@pytest.fixture
def server() -> Iterator[FakeServer]:
    fake = FakeServer()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            url = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            size = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(size) if size else _chunks(self)
            status, data, headers = fake.answer(
                Request(self.command, url.path, query, body, dict(self.headers))
            )
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_PUT = do_POST = do_DELETE = _serve  # noqa: N815 - names of http.server

        def log_message(self, *_: object) -> None:
            return

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.port = httpd.server_address[1]
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield fake
    httpd.shutdown()
    httpd.server_close()
    thread.join()


def _chunks(handler: BaseHTTPRequestHandler) -> bytes:
    if handler.headers.get("Transfer-Encoding") != "chunked":
        return b""
    body = b""
    while size := int(handler.rfile.readline(), 16):
        body += handler.rfile.read(size)
        handler.rfile.readline()
    handler.rfile.readline()
    return body


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Define an Airflow connection: connect("yarn_default", host=..., port=...)."""

    def define(conn_id: str, **fields: Any) -> None:
        monkeypatch.setenv(f"AIRFLOW_CONN_{conn_id.upper()}", json.dumps({"conn_type": "http", **fields}))

    return define


@dataclass
class FakeYarn:
    """A ResourceManager with the methods of YarnHook; `log` holds what changed it."""

    apps: dict[str, YarnApp] = field(default_factory=dict)
    log: list[tuple[str, str]] = field(default_factory=list)

    def add(self, tags: str, state: str = "RUNNING", final: str = "UNDEFINED", **fields: Any) -> str:
        number = len(self.apps) + 1
        app_id = f"application_1_{number:04d}"
        app = YarnApp(
            app_id, YarnState(state), YarnFinalStatus(final), "root.default",
            tuple(tags.split(",")), "", number, 0,
        )  # fmt: skip
        self.apps[app_id] = replace(app, **fields)
        return app_id

    def end(
        self, app_id: str, state: str = "FINISHED", final: str = "SUCCEEDED", diagnostics: str = ""
    ) -> None:
        self.apps[app_id] = replace(
            self.apps[app_id],
            state=YarnState(state),
            final_status=YarnFinalStatus(final),
            finished_ms=5000,
            diagnostics=diagnostics,
        )

    def find(self, *tags: str) -> list[YarnApp]:
        return [app for app in self.apps.values() if set(tags) & set(app.tags)]

    def get(self, app_id: str) -> YarnApp:
        return self.apps.get(app_id) or YarnApp.gone(app_id)

    def kill(self, app_id: str) -> None:
        self.log.append(("kill", app_id))
        self.end(app_id, "KILLED", "KILLED")

    def app_url(self, app_id: str) -> str:
        return f"http://rm/cluster/app/{app_id}"


@dataclass
class FakeClock:
    """Time that passes only while sleep() runs; `at` holds what happens when."""

    seconds: float = 1000.0
    naps: list[float] = field(default_factory=list)
    at: dict[float, Callable[[], None]] = field(default_factory=dict)

    def now(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.nap(seconds)

    def nap(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.seconds += seconds
        for moment in sorted(moment for moment in self.at if moment <= self.seconds):
            self.at.pop(moment)()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    fake = FakeClock()
    monkeypatch.setattr(JobTrigger, "clock", fake)
    return fake


@pytest.fixture
def yarn(monkeypatch: pytest.MonkeyPatch, clock: FakeClock) -> FakeYarn:
    fake = FakeYarn()
    monkeypatch.setattr(hooks, "YarnHook", lambda *_: fake, raising=False)
    monkeypatch.setattr(yarn_trigger, "_POLLS", PollRegistry(yarn_trigger._by_tag, now=clock.now))
    return fake


class FakeTaskInstance:
    """One attempt of a task: try_number and max_tries as Airflow counts them."""

    def __init__(self, task_id: str, *, try_number: int = 1, max_tries: int = 2) -> None:
        self.dag_id, self.run_id, self.task_id, self.map_index = "dag", "run", task_id, -1
        self.try_number, self.max_tries = try_number, max_tries
        self.pushed: dict[str, Any] = {}

    def xcom_push(self, key: str, value: Any) -> None:
        self.pushed[key] = value


class FakeStore(dict[str, Any]):
    """task_state_store: survives attempts and clears; holds JSON only."""

    def set(self, key: str, value: Any) -> None:
        self[key] = json.loads(json.dumps(value))


MakeContext = Callable[..., dict[str, Any]]


@pytest.fixture
def context() -> MakeContext:
    """Make the context of an attempt; all of one test share the store."""
    store = FakeStore()

    def make(task_id: str = "job", **attempt: int) -> dict[str, Any]:
        return {"ti": FakeTaskInstance(task_id, **attempt), "task_state_store": store}

    return make
