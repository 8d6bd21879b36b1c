"""Livy's batches over REST.

On the `livy` connection of the provider, not on its LivyHook, whose calls have no time-out, apply an endpoint
prefix twice and answer a refused poll with an AttributeError.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from nightscan.errors import EngineRefusedError
from nightscan.hooks.rest import RestHook
from nightscan.states import LivyState

NOT_FOUND = 404


@dataclass(frozen=True)
class LivyBatch:
    """One batch.

    :ivar id: text, since Livy's first id is 0, which is falsy
    """

    id: str
    name: str
    state: LivyState
    app_id: str

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> LivyBatch:
        """Read one batch object of the REST API."""
        return cls(
            id=str(raw["id"]),
            name=str(raw.get("name") or ""),
            state=LivyState.parse(raw.get("state")),
            app_id=str(raw.get("appId") or ""),
        )

    @classmethod
    def gone(cls, batch_id: str) -> LivyBatch:
        """Return the stand-in for a batch that Livy does not know (any more)."""
        return cls(batch_id, "", LivyState.GONE, "")


class LivyBatchHook(RestHook):
    """Batches of one Livy server.

    :param livy_conn_id: connection of type livy; extra `endpoint_prefix` where a gateway adds one.
    :param timeout_s: longest wait for one answer, in seconds.
    """

    engine: ClassVar[str] = "Livy"

    def __init__(self, livy_conn_id: str = "livy_default", *, timeout_s: float = 60.0) -> None:
        super().__init__(livy_conn_id, timeout_s=timeout_s)

    @property
    def _batches(self) -> str:
        prefix = str(self.connection.extra_dejson.get("endpoint_prefix") or "").strip("/")
        return f"/{prefix}/batches" if prefix else "/batches"

    def submit(self, name: str, body: Mapping[str, Any]) -> LivyBatch:
        """Start a batch under a name that no other batch of this server has; return it.

        :raises EngineRefusedError: Livy refused the batch (name in use, path outside its white list, ...).
        """
        return LivyBatch.from_json(self.json(self.call("POST", self._batches, body={**body, "name": name})))

    def find(self, name: str) -> LivyBatch | None:
        """Return the batch of this name, running or ended, while Livy still knows it."""
        batch = self.get(name)
        return None if batch.state is LivyState.GONE else batch

    def get(self, batch_id: str) -> LivyBatch:
        """Return a batch by id or name; state GONE where Livy does not know it."""
        response = self.call("GET", f"{self._batches}/{batch_id}", accept=(NOT_FOUND,))
        if response.status_code == NOT_FOUND:
            return LivyBatch.gone(batch_id)
        return LivyBatch.from_json(self.json(response))

    def log_lines(self, batch_id: str, lines: int = 100) -> list[str]:
        """Return the last lines of the batch's submission log; empty after a restart of Livy."""
        params = {"from": "-1", "size": str(lines)}
        try:
            response = self.call("GET", f"{self._batches}/{batch_id}/log", params=params, accept=(NOT_FOUND,))
        except EngineRefusedError as error:
            return [f"(Livy could not show its log: {error.fact})"]
        if response.status_code == NOT_FOUND:
            return []
        return [line for text in self.json(response).get("log") or [] for line in str(text).splitlines()]

    def delete(self, batch_id: str) -> None:
        """Kill a batch and remove it; without effect when Livy does not know it."""
        self.call("DELETE", f"{self._batches}/{batch_id}", accept=(NOT_FOUND,))
