"""YARN's ResourceManager over REST: applications by tag, one application, kill.

No provider has a YARN hook; the workers need no `yarn` command for this (apache/airflow 15280, 41324).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from nightscan.hooks.rest import RestHook
from nightscan.states import Outcome, YarnFinalStatus, YarnState, yarn_outcome

APPS = "/ws/v1/cluster/apps"
TAGS_PER_CALL = 100  # some 40 characters each: well below the web server's header limit
GONE_DIAGNOSTICS = "the ResourceManager does not know this application (any more)"


@dataclass(frozen=True)
class YarnApp:
    """One application as the ResourceManager describes it.

    :ivar started_ms: milliseconds since 1970; 0: not yet
    :ivar finished_ms: milliseconds since 1970; 0: not yet
    """

    id: str
    state: YarnState
    final_status: YarnFinalStatus
    queue: str
    tags: tuple[str, ...]
    diagnostics: str
    started_ms: int
    finished_ms: int

    @property
    def outcome(self) -> Outcome:
        """Return what its state means to the task that waits."""
        return yarn_outcome(self.state, self.final_status)

    @property
    def seconds(self) -> float:
        """Return how long it ran, in seconds; 0 while it runs."""
        return max(0.0, (self.finished_ms - self.started_ms) / 1000) if self.finished_ms else 0.0

    @property
    def last_lines(self) -> list[str]:
        """Return the last lines of its diagnostics, at most ten."""
        return [line.strip() for line in self.diagnostics.splitlines() if line.strip()][-10:]

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> YarnApp:
        """Read one `app` object of the REST API."""
        return cls(
            id=str(raw["id"]),
            state=YarnState.parse(raw.get("state")),
            final_status=YarnFinalStatus.parse(raw.get("finalStatus")),
            queue=str(raw.get("queue", "")),
            tags=tuple(tag for tag in str(raw.get("applicationTags") or "").split(",") if tag),
            diagnostics=str(raw.get("diagnostics") or ""),
            started_ms=int(raw.get("startedTime") or 0),
            finished_ms=int(raw.get("finishedTime") or 0),
        )

    @classmethod
    def gone(cls, app_id: str) -> YarnApp:
        """Return the stand-in for an application that the ResourceManager does not know."""
        return cls(app_id, YarnState.GONE, YarnFinalStatus.UNKNOWN, "", (), GONE_DIAGNOSTICS, 0, 0)


def application_id(text: str) -> str | None:
    """Return the id of the first application or MapReduce job that a text names."""
    found = re.search(r"(?:application|job)_(\d+_\d+)", text)
    return f"application_{found.group(1)}" if found else None


class YarnHook(RestHook):
    """Applications of one YARN cluster.

    :param yarn_conn_id: connection of type http to the ResourceManager's web address; its host field may
        name several ResourceManagers, its login is the user on whose behalf applications are killed.
    :param timeout_s: longest wait for one answer, in seconds.
    """

    engine: ClassVar[str] = "YARN ResourceManager"

    def __init__(self, yarn_conn_id: str = "yarn_default", *, timeout_s: float = 30.0) -> None:
        super().__init__(yarn_conn_id, timeout_s=timeout_s)

    def find(self, *tags: str) -> list[YarnApp]:
        """Return the applications with any of the tags, oldest first, ended ones included."""
        found: dict[str, YarnApp] = {}
        for group in _groups(sorted({tag.lower() for tag in tags})):
            answer = self.json(self.call("GET", APPS, params={"applicationTags": ",".join(group)}))
            # no hit is {"apps": {}} in Hadoop 3.5, {"apps": null} before
            for raw in (answer.get("apps") or {}).get("app") or []:
                app = YarnApp.from_json(raw)
                found[app.id] = app
        return sorted(found.values(), key=lambda app: (app.started_ms, app.id))

    def get(self, app_id: str) -> YarnApp:
        """Return one application; state GONE where the ResourceManager does not know it."""
        if not app_id:
            return YarnApp.gone(app_id)
        response = self.call("GET", f"{APPS}/{app_id}", accept=(404,))
        if response.status_code == 404:  # noqa: PLR2004 - an HTTP status
            return YarnApp.gone(app_id)
        return YarnApp.from_json(self.json(response)["app"])

    def kill(self, app_id: str) -> None:
        """Request the end of an application; without effect when it has ended or is not known."""
        params = {"user.name": self.connection.login} if self.connection.login else None
        self.call("PUT", f"{APPS}/{app_id}/state", params=params, body={"state": "KILLED"}, accept=(404,))

    def app_url(self, app_id: str) -> str:
        """Return the address of the application's page in YARN's web interface."""
        return f"{self.address}/cluster/app/{app_id}"


def _groups(tags: list[str]) -> Iterable[list[str]]:
    for start in range(0, len(tags), TAGS_PER_CALL):
        yield tags[start : start + TAGS_PER_CALL]
