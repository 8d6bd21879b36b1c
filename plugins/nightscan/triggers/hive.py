"""Waiting for one Hive statement."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from pydantic import JsonValue

from nightscan import hooks
from nightscan.triggers.job import JobTrigger, PollResult, Watch

if TYPE_CHECKING:
    from nightscan.hooks.hive_wire import HiveOperation


class HiveQueryTrigger(JobTrigger):
    """Waits for a statement by its handle, writing what HiveServer2 reports to the task log.

    :param watch: how to wait.
    :param operation: a HiveOperation's JSON.
    :param job_id: name for messages (the statement's place in its script).
    :param hiveserver2_conn_id: connection to HiveServer2.
    """

    def __init__(
        self,
        watch: Watch | dict[str, JsonValue],
        operation: dict[str, Any],
        job_id: str,
        hiveserver2_conn_id: str,
    ) -> None:
        super().__init__(watch, operation=operation, job_id=job_id, hiveserver2_conn_id=hiveserver2_conn_id)
        self.operation = operation
        self.job_id = job_id
        self.hiveserver2_conn_id = hiveserver2_conn_id
        self._application_id = ""
        self._progress = ""

    async def poll(self) -> PollResult:
        """Ask HiveServer2 once; new log lines and new progress go to the task log."""
        from nightscan.hooks.hive_wire import shown_lines  # noqa: PLC0415 - loads client libraries
        from nightscan.hooks.yarn import application_id  # noqa: PLC0415 - as above

        found = await asyncio.to_thread(lambda: self._hook().poll(self._operation()))
        for line in shown_lines(found.log_lines):
            self.log.info("hive: %s", line)
        for line in found.log_lines:
            self._application_id = application_id(line) or self._application_id
        if found.progress and found.progress != self._progress:
            self.log.info("hive: %s", found.progress)
            self._progress = found.progress
        facts: dict[str, JsonValue] = {"application_id": self._application_id, "last_lines": found.error}
        return PollResult(found.state.outcome, str(found.state), facts)

    def kill(self) -> None:
        """Cancel this statement and no other."""
        self._hook().cancel(self._operation())

    def _hook(self) -> hooks.HiveQueryHook:
        return hooks.HiveQueryHook(self.hiveserver2_conn_id)

    def _operation(self) -> HiveOperation:
        from nightscan.hooks.hive_wire import HiveOperation  # noqa: PLC0415 - loads client libraries

        return HiveOperation.from_json(self.operation)
