"""The programs as stages see them: each request goes through its program's own parser, its result back."""

from __future__ import annotations

from typing import Any, TypeVar

import pytest

from messages import catalogue
from messages.message import Request
from messages.wire import as_json, parsed
from nightscan.operators import program as airflow_side
from tests.messages.samples import ask, sample

Q = TypeVar("Q", bound=Request[Any])


class Programs:
    """What stages asked, in order, and what the programs answer: samples, but for what `results` holds."""

    def __init__(self) -> None:
        self.asked: list[Request[Any]] = []
        self.results: dict[type[Request[Any]], dict[str, Any]] = {}
        self.keyed: list[str] = []

    def __call__(self, program: str, arguments: Any, *, secrets: Any) -> dict[str, Any]:
        (kind,) = (each for each in catalogue.REQUESTS if each.program == program)
        request = parsed(kind, arguments, "the request")
        self.asked.append(request)
        self.keyed += [program] if secrets else []
        return as_json(ask(request, sample(kind.result(), **self.results.get(kind, {}))), "the result")

    def of(self, kind: type[Q]) -> Q:
        """The one request of this model."""
        (request,) = (each for each in self.asked if isinstance(each, kind))
        return request


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> Programs:
    made = Programs()
    monkeypatch.setattr(airflow_side, "call_program", made)
    return made
