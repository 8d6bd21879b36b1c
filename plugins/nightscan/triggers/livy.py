"""Waiting for one Livy batch."""

from __future__ import annotations

import asyncio
import re

from pydantic import JsonValue

from nightscan import hooks
from nightscan.states import LivyState, Outcome
from nightscan.triggers.job import JobTrigger, PollResult, Watch
from nightscan.triggers.yarn import app_facts

LOG_LINES = 100
SHOWN_LINES = 15
CHATTER = re.compile(r"^\s*$|\bINFO\b|^\s+at |^(stdout|stderr|YARN Diagnostics):\s*$")


class LivyBatchTrigger(JobTrigger):
    """Waits for a batch; when Livy no longer knows it, YARN is asked for the application with its tag.

    :param watch: how to wait.
    :param job_id: the batch's id, as text.
    :param tag: the tag of its application in YARN.
    :param livy_conn_id: connection to Livy.
    :param yarn_conn_id: connection to the ResourceManager.
    """

    def __init__(
        self, watch: Watch | dict[str, JsonValue], job_id: str, tag: str, livy_conn_id: str, yarn_conn_id: str
    ) -> None:
        super().__init__(watch, job_id=job_id, tag=tag, livy_conn_id=livy_conn_id, yarn_conn_id=yarn_conn_id)
        self.job_id = job_id
        self.tag = tag
        self.livy_conn_id = livy_conn_id
        self.yarn_conn_id = yarn_conn_id

    async def poll(self) -> PollResult:
        """Ask Livy, and YARN where Livy has forgotten the batch (ended ones soon, all at a restart)."""
        return await asyncio.to_thread(self._poll)

    def _poll(self) -> PollResult:
        livy = hooks.LivyBatchHook(self.livy_conn_id)
        batch = livy.get(self.job_id)
        if batch.state is LivyState.GONE or (batch.name and not batch.name.startswith(self.tag)):
            # after a restart without recovery Livy gives ids again: then this id is another batch's
            return self._from_yarn()
        facts: dict[str, JsonValue] = {
            "application_id": batch.app_id,
            "queue": "",
            "seconds": 0.0,
            "last_lines": "",
        }
        outcome = batch.state.outcome
        if outcome.ended and batch.app_id:
            facts = app_facts(hooks.YarnHook(self.yarn_conn_id).get(batch.app_id))
        elif outcome.ended:  # spark-submit itself failed: only Livy knows why
            lines = [line for line in livy.log_lines(self.job_id, LOG_LINES) if not CHATTER.search(line)]
            facts["last_lines"] = "\n".join(lines[-SHOWN_LINES:])
        return PollResult(outcome, str(batch.state), facts)

    def _from_yarn(self) -> PollResult:
        apps = hooks.YarnHook(self.yarn_conn_id).find(self.tag)
        if not apps:
            return PollResult(Outcome.GONE, str(LivyState.GONE), {"application_id": "", "last_lines": ""})
        return PollResult(apps[-1].outcome, f"{apps[-1].state} (YARN)", app_facts(apps[-1]))

    def kill(self) -> None:
        """Delete the batch, and kill its application in case Livy has forgotten it or had not seen it yet."""
        livy = hooks.LivyBatchHook(self.livy_conn_id)
        batch = livy.get(self.job_id)
        if batch.name.startswith(self.tag):
            livy.delete(self.job_id)
        yarn = hooks.YarnHook(self.yarn_conn_id)
        for app in yarn.find(self.tag):
            if not app.outcome.ended:
                yarn.kill(app.id)

    def _name(self) -> str:
        return f"Livy batch {self.job_id}"
