"""A Hive script, statement by statement, without holding a worker while one runs."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from pydantic import JsonValue

from nightscan import hooks
from nightscan.errors import BadSettingError, EngineRefusedError, EngineUnreachableError
from nightscan.links import HiveQueryLink
from nightscan.operators.hive_progress import Progress
from nightscan.operators.remote import NothingToSubmit, job_failure, job_tags
from nightscan.states import Outcome
from nightscan.triggers.hive import HiveQueryTrigger
from nightscan.triggers.job import Watch

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

    from nightscan.hooks.hive import HiveQueryHook
    from nightscan.hooks.hive_wire import HiveOperation, HivePoll

STORE_KEY = "nightscan_hive_script"


class HiveScriptOperator(BaseOperator):
    """Runs the statements of a script in one session of HiveServer2.

    Differs from the provider's operator: a statement outlives its worker; no command line has a password; the
    reason of the engine is in the task log; cancelling reaches the query. Short statements are waited for,
    a long one is handed to a trigger. After a crash the attempt goes on with the statement that runs, if
    HiveServer2 still knows it; else it cancels what has its tag and begins again, so statements must be
    repeatable (INSERT OVERWRITE, IF NOT EXISTS).

    :param sql: one script or several: text, or an .hql or .sql file on the DAG's template path. (templated)
    :param session_conf: Hive settings of the session. (templated)
    :param database: current database. (templated)
    :param yarn_queue: YARN queue of an own Tez session; empty: HiveServer2's warm pool. (templated)
    :param poll_s: seconds between two polls, above 0.
    :param deadline_s: seconds for the whole script, then its statement is cancelled.
    :param lost_after_s: seconds of silence of HiveServer2 after which the task fails (a retry goes on).
    :param inline_s: seconds that a statement is waited for before the task is deferred.
    :param hiveserver2_conn_id: connection to HiveServer2.
    """

    template_fields: Sequence[str] = ("sql", "session_conf", "database", "yarn_queue")
    template_ext: Sequence[str] = (".hql", ".sql")
    template_fields_renderers = {"sql": "sql", "session_conf": "json"}  # noqa: RUF012 - unannotated, as in the base
    operator_extra_links = (HiveQueryLink(),)
    ui_color = "#f6f0c8"

    def __init__(
        self,
        *,
        sql: str | Sequence[str],
        session_conf: Mapping[str, str] | None = None,
        database: str = "default",
        yarn_queue: str = "",
        poll_s: float = 2.0,
        deadline_s: float = 6 * 3600.0,
        lost_after_s: float = 300.0,
        inline_s: float = 3.0,
        hiveserver2_conn_id: str = "hiveserver2_default",
        yarn_conn_id: str = "yarn_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.sql: str | Sequence[str] = sql if isinstance(sql, str) else list(sql)
        self.session_conf = dict(session_conf or {})
        self.database = database
        self.yarn_queue = yarn_queue
        self.poll_s = poll_s
        self.deadline_s = deadline_s
        self.lost_after_s = lost_after_s
        self.inline_s = inline_s
        self.hiveserver2_conn_id = hiveserver2_conn_id
        self.yarn_conn_id = yarn_conn_id
        self.prepared: dict[str, JsonValue] = {}
        self._running: HiveOperation | None = None
        if min(poll_s, deadline_s, lost_after_s) <= 0:
            raise BadSettingError(f"{self.task_id}: poll_s, deadline_s and lost_after_s must be above 0")

    @cached_property
    def hive(self) -> HiveQueryHook:
        """Return the client of HiveServer2."""
        return hooks.HiveQueryHook(self.hiveserver2_conn_id)

    def prepare(self, context: Context) -> dict[str, JsonValue]:
        """Do what every attempt needs first; must be idempotent. Small JSON, kept as self.prepared."""
        return {}

    def configure(self) -> None:
        """Set attributes from self.prepared; called after prepare() and again after a deferral."""

    def finish(self, context: Context, application_id: str) -> dict[str, JsonValue]:
        """Verify and commit, after the last statement; the result is merged into the task's XCom."""
        return {}

    def execute(self, context: Context) -> dict[str, JsonValue]:
        """Go on with what an earlier attempt began, or begin."""
        try:
            self.prepared = self.prepare(context)
        except NothingToSubmit as nothing:
            return nothing.result
        self.configure()
        settings = sorted(self.session_conf.items())
        content: list[JsonValue] = [*self._statements(), str(settings), self.database]
        tags = job_tags(context, int(self.retries or 0), content)
        found = self._adopted(context, tags.exact)
        if found is not None:
            self.log.info("going on with statement %d, begun by an earlier attempt", found.index + 1)
            return self._follow(context, found)
        if context["ti"].try_number > 1:
            self.hive.kill(tags.exact)  # what an attempt began that ended before it could store the handle
        return self._begin(context, tags.exact, resubmitted=False)

    def resume(
        self, context: Context, event: dict[str, Any], *, progress: dict[str, Any]
    ) -> dict[str, JsonValue]:
        """Go on after the trigger's event."""
        now = Progress.from_json(progress)
        now = replace(now, application_id=str(event.get("application_id") or now.application_id))
        self.prepared = now.prepared
        self.configure()
        outcome = Outcome.parse(event.get("outcome"))
        if outcome is Outcome.SUCCEEDED:
            return self._next(context, now)
        return self._ended(context, now, outcome, event)

    def on_kill(self) -> None:
        """Cancel the statement that this process began and waits for; never one it adopted."""
        if self._running is not None:
            self.hive.cancel(self._running)

    def _statements(self) -> list[str]:
        from nightscan.hooks.statements import split_statements  # noqa: PLC0415 - only at run time

        scripts = [self.sql] if isinstance(self.sql, str) else self.sql
        statements = [statement for script in scripts for statement in split_statements(script)]
        if not statements:
            raise BadSettingError(f"{self.task_id}: there is no statement in its sql")
        return statements

    def _begin(self, context: Context, tag: str, *, resubmitted: bool) -> dict[str, JsonValue]:
        conf = {**self.session_conf, **({"tez.queue.name": self.yarn_queue} if self.yarn_queue else {})}
        session = self.hive.open_session(conf, database=self.database, tag=tag)
        now = time.time()
        progress = Progress(
            tag,
            now + self.deadline_s,
            now,
            session.to_json(),
            resubmitted=resubmitted,
            prepared=self.prepared,
        )
        return self._run(context, progress)

    def _run(self, context: Context, progress: Progress) -> dict[str, JsonValue]:
        statements = self._statements()
        self.log.info(
            "statement %d of %d:\n%s", progress.index + 1, len(statements), statements[progress.index]
        )
        try:
            operation = self.hive.run_async(progress.session_handle(), statements[progress.index])
        except EngineRefusedError:
            self._close(progress)
            raise
        self._running = operation
        progress = replace(progress, operation=operation.to_json(), adopted=False)
        context["task_state_store"].set(STORE_KEY, progress.to_json())
        return self._follow(context, progress)

    def _follow(self, context: Context, progress: Progress) -> dict[str, JsonValue]:
        from nightscan.hooks.hive_wire import shown_lines  # noqa: PLC0415 - loads client libraries

        operation = progress.operation_handle()
        lines: list[str] = []
        try:
            poll = self.hive.wait(operation, self.inline_s, log=lines.append)
        finally:
            for line in shown_lines(lines):
                self.log.info("hive: %s", line)
        progress = self._noted(context, progress, lines)
        if poll.state.outcome is Outcome.SUCCEEDED:
            return self._next(context, progress)
        if poll.state.outcome.ended:
            return self._ended(context, progress, poll.state.outcome, _as_event(poll))
        watch = Watch(self.poll_s, progress.deadline, self.lost_after_s)
        name = f"statement {progress.index + 1} of {self.task_id}"
        return self.defer(
            trigger=HiveQueryTrigger(watch.to_json(), progress.operation, name, self.hiveserver2_conn_id),
            method_name="resume",
            kwargs={"progress": progress.to_json()},
        )

    def _next(self, context: Context, progress: Progress) -> dict[str, JsonValue]:
        self._running = None
        count = len(self._statements())
        if progress.index + 1 < count:
            self.hive.close_operation(progress.operation_handle())
            return self._run(context, replace(progress, index=progress.index + 1))
        self._close(progress)
        facts = self.finish(context, progress.application_id)
        return {
            "statements": count,
            "application_id": progress.application_id,
            "queue": self.yarn_queue or "default",
            "seconds": round(time.time() - progress.began, 3),
            **facts,
        }

    def _ended(
        self, context: Context, progress: Progress, outcome: Outcome, event: dict[str, Any]
    ) -> dict[str, JsonValue]:
        vanished = outcome is Outcome.GONE or (outcome is Outcome.KILLED and progress.adopted)
        if vanished and not progress.resubmitted:
            self.log.warning(
                "the statement ended %s, not by this attempt: beginning the script again", outcome
            )
            return self._begin(context, progress.tag, resubmitted=True)
        if outcome is not Outcome.LOST:
            self._close(progress)
        name = f"statement {progress.index + 1} of {len(self._statements())} of {self.task_id}"
        raise job_failure(name, progress.application_id, self._url(progress), outcome, event)

    def _adopted(self, context: Context, tag: str) -> Progress | None:
        stored = context["task_state_store"].get(STORE_KEY)
        if not isinstance(stored, dict) or stored.get("tag") != tag:
            return None
        progress = replace(Progress.from_json(stored), adopted=True, deadline=time.time() + self.deadline_s)
        outcome = self.hive.poll(progress.operation_handle()).state.outcome
        return progress if outcome in {Outcome.RUNNING, Outcome.SUCCEEDED} else None

    def _noted(self, context: Context, progress: Progress, lines: Sequence[str]) -> Progress:
        from nightscan.hooks.yarn import application_id  # noqa: PLC0415 - only at run time

        app_id = application_id("\n".join(lines)) or progress.application_id
        progress = replace(progress, application_id=app_id)
        if app_id:
            HiveQueryLink().push(context, self._url(progress))
        return progress

    def _url(self, progress: Progress) -> str:
        app_id = progress.application_id
        return hooks.YarnHook(self.yarn_conn_id).app_url(app_id) if app_id else ""

    def _close(self, progress: Progress) -> None:
        self._running = None
        try:
            self.hive.close(progress.session_handle())
        except EngineUnreachableError as error:
            # it ends by its idle limit; the task's own end must not change
            self.log.warning("the session was left open: %s", error.fact)


def _as_event(poll: HivePoll) -> dict[str, Any]:
    return {"state": str(poll.state), "last_lines": poll.error}
