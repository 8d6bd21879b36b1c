"""Waiting for one YARN application."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from pydantic import JsonValue

from nightscan import hooks
from nightscan.states import Outcome
from nightscan.triggers.job import JobTrigger, PollResult, Watch
from nightscan.triggers.shared_poll import PollRegistry

if TYPE_CHECKING:
    from nightscan.hooks.yarn import YarnApp

LAST_LINES_BYTES = 4000


async def _by_tag(conn_id: str, tags: Collection[str]) -> Mapping[str, list[YarnApp]]:
    apps = await asyncio.to_thread(lambda: hooks.YarnHook(conn_id).find(*tags))
    return {tag: [app for app in apps if tag in app.tags] for tag in tags}


_POLLS: PollRegistry[str, list[YarnApp]] = PollRegistry(_by_tag)


def app_facts(app: YarnApp) -> dict[str, JsonValue]:
    """Return what an event holds of an application."""
    return {
        "application_id": app.id,
        "queue": app.queue,
        "seconds": app.seconds,
        "last_lines": "\n".join(app.last_lines)[-LAST_LINES_BYTES:],
    }


class YarnApplicationTrigger(JobTrigger):
    """Waits for an application, found by its tag in a poll shared by all triggers of this triggerer.

    :param watch: how to wait.
    :param job_id: the application's id.
    :param tag: a tag of it.
    :param yarn_conn_id: connection to the ResourceManager.
    """

    def __init__(self, watch: Watch | dict[str, JsonValue], job_id: str, tag: str, yarn_conn_id: str) -> None:
        super().__init__(watch, job_id=job_id, tag=tag, yarn_conn_id=yarn_conn_id)
        self.job_id = job_id
        self.tag = tag.lower()
        self.yarn_conn_id = yarn_conn_id

    async def poll(self) -> PollResult:
        """Ask the shared poll; an application missing there is asked for by id before it counts as gone."""
        max_age_s = self.watch.poll_s / 2
        apps = await _POLLS.poll(self.yarn_conn_id).get(self.tag, max_age_s) or []
        app = next((app for app in apps if app.id == self.job_id), None)
        if app is None:
            app = await asyncio.to_thread(lambda: hooks.YarnHook(self.yarn_conn_id).get(self.job_id))
        state = (
            str(app.state)
            if app.outcome in {Outcome.RUNNING, Outcome.GONE}
            else f"{app.state} ({app.final_status})"
        )
        return PollResult(app.outcome, state, app_facts(app))

    def kill(self) -> None:
        """Kill the application, by its id."""
        hooks.YarnHook(self.yarn_conn_id).kill(self.job_id)
