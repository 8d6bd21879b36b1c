"""Base of the operators whose work is one YARN application."""

from __future__ import annotations

import abc
import time
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator, BaseOperatorLink
from pydantic import JsonValue

from nightscan import hooks
from nightscan.errors import BadSettingError, EngineUnreachableError
from nightscan.links import YarnApplicationLink
from nightscan.operators.remote import (
    JobTags,
    NothingToSubmit,
    RemoteJob,
    adoptable,
    end_old_chains,
    job_failure,
    job_tags,
)
from nightscan.states import Outcome
from nightscan.triggers.job import JobTrigger, Watch

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

    from nightscan.hooks.hadoop import HadoopCli
    from nightscan.hooks.yarn import YarnApp, YarnHook

STORE_KEY = "nightscan_job"
REFUSED_KEY = "nightscan_refused_jobs"


class RemoteJobOperator(BaseOperator):
    """Runs one application on YARN: adopts it if it is there, else submits it, defers, verifies.

    Crash-safe: every application has a tag made of dag, run, task, map index, attempt chain and content.
    An attempt looks for it first and adopts a live one, or a finished one whose finish() was not refused. A
    clear begins a new chain (Airflow then counts max_tries up), so it submits anew, after killing the jobs
    of the old chain. A job that ends KILLED or GONE by another's action is submitted once more.

    A subclass of a subclass may define prepare(), configure(), before_submit() and finish().

    :param yarn_queue: YARN queue. (templated)
    :param poll_s: seconds between two polls, above 0.
    :param deadline_s: seconds from this attempt's start after which the application is killed.
    :param lost_after_s: seconds of silence of the engine after which the task fails (a retry finds the job).
    :param hadoop_bin: folder of Hadoop's client programs; empty: the worker's PATH. (templated)
    :param yarn_conn_id: connection to the ResourceManager.
    """

    template_fields: Sequence[str] = ("yarn_queue", "hadoop_bin")
    operator_extra_links: Sequence[BaseOperatorLink] = (YarnApplicationLink(),)

    def __init__(
        self,
        *,
        yarn_queue: str = "default",
        poll_s: float = 2.0,
        deadline_s: float = 6 * 3600.0,
        lost_after_s: float = 300.0,
        hadoop_bin: str | None = None,
        yarn_conn_id: str = "yarn_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.yarn_queue = yarn_queue
        self.poll_s = poll_s
        self.deadline_s = deadline_s
        self.lost_after_s = lost_after_s
        self.hadoop_bin = hadoop_bin
        self.yarn_conn_id = yarn_conn_id
        self.prepared: dict[str, JsonValue] = {}
        self._submitting: JobTags | None = None
        self._submitted_id = ""
        if min(poll_s, deadline_s, lost_after_s) <= 0:
            raise BadSettingError(
                f"{self.task_id}: poll_s, deadline_s and lost_after_s must be above 0",
                remedy="give seconds: a state is reported after a poll only",
            )

    @cached_property
    def yarn(self) -> YarnHook:
        """Return the client of the ResourceManager."""
        return hooks.YarnHook(self.yarn_conn_id)

    @cached_property
    def cli(self) -> HadoopCli:
        """Return Hadoop's client programs."""
        return hooks.HadoopCli(self.hadoop_bin, log=self.log.info)

    # what a submitter defines

    job_kind = ""  # put before the job's id in messages

    @abc.abstractmethod
    def content(self) -> JsonValue:
        """Return what makes one submission differ from another of this task."""

    @abc.abstractmethod
    def jobs(self, tags: JobTags) -> list[RemoteJob]:
        """Return the jobs with the exact tag, oldest first, ended ones included."""

    @abc.abstractmethod
    def submit(self, context: Context, tags: JobTags) -> RemoteJob:
        """Submit under both tags; return the job."""

    @abc.abstractmethod
    def trigger(self, watch: Watch, job_id: str, tags: JobTags) -> JobTrigger:
        """Return the trigger that waits for a job."""

    @abc.abstractmethod
    def kill(self, job_id: str) -> None:
        """End a job."""

    def stop_submitting(self) -> None:
        """End a submission that is going on in another thread or under a signal handler."""

    # what a stage defines

    def prepare(self, context: Context) -> dict[str, JsonValue]:
        """Do what every attempt needs before the search for its job; must be idempotent; small JSON, kept."""
        return {}

    def configure(self) -> None:
        """Set attributes from self.prepared; called after prepare() and again after the deferral."""

    def before_submit(self, context: Context) -> None:
        """Do what only a new submission needs, e.g. delete old output."""

    def finish(self, context: Context, app: YarnApp) -> dict[str, JsonValue]:
        """Verify and commit, after success; the result is merged into the task's XCom."""
        return {}

    # the flow

    def execute(self, context: Context) -> dict[str, JsonValue]:
        """Adopt or submit, then defer to the trigger."""
        try:
            self.prepared = self.prepare(context)
        except NothingToSubmit as nothing:
            return nothing.result
        self.configure()
        tags = self._tags(context)
        job = adoptable(self.jobs(tags), _refused(context))
        if job is None:
            end_old_chains(self.yarn, tags, poll_s=self.poll_s, log=self.log)
            return self._submit_and_wait(context, tags, resubmitted=False)
        self.log.info("adopting %s (%s), found by tag %s", job.id, job.outcome, tags.exact)
        self._note(context, job, tags)
        if job.outcome is Outcome.SUCCEEDED:
            return self._complete(context, job.id, job.application_id)
        return self._wait(job, tags, adopted=True, resubmitted=False)

    def resume(
        self,
        context: Context,
        event: dict[str, Any],
        *,
        job_id: str,
        prepared: dict[str, JsonValue],
        adopted: bool,
        resubmitted: bool,
    ) -> dict[str, JsonValue]:
        """Go on after the trigger's event."""
        self.prepared = prepared
        self.configure()
        from nightscan.hooks.yarn_logs import failure_lines  # noqa: PLC0415 - only at run time

        outcome = Outcome.parse(event.get("outcome"))
        app_id = str(event.get("application_id") or (job_id if job_id.startswith("application_") else ""))
        if app_id:
            self._link(context, app_id)
        if outcome is Outcome.SUCCEEDED:
            return self._complete(context, job_id, app_id)
        vanished = outcome is Outcome.GONE or (outcome is Outcome.KILLED and adopted)
        if vanished and not resubmitted:
            self.log.warning("%s ended %s, not by this attempt: submitting once more", job_id, outcome)
            return self._submit_and_wait(context, self._tags(context), resubmitted=True)
        if outcome is Outcome.FAILED and app_id:
            logged = "\n".join(failure_lines(self.cli, app_id))
            event = {**event, "last_lines": f"{event.get('last_lines') or ''}\n{logged}".strip()}
        link = self.yarn.app_url(app_id) if app_id else ""
        raise job_failure(f"{self.job_kind}{job_id}", app_id, link, outcome, event)

    def on_kill(self) -> None:
        """End what this attempt submitted itself, never what it adopted (a later attempt may own that)."""
        tags, job_id = self._submitting, self._submitted_id
        if tags is not None:
            self.stop_submitting()
            # the search before found none running, so what runs now is this attempt's
            for job in self.jobs(tags):
                if not job.outcome.ended:
                    self.kill(job.id)
        elif job_id:
            self.kill(job_id)

    def _tags(self, context: Context) -> JobTags:
        return job_tags(context, int(self.retries or 0), self.content())

    def _submit_and_wait(self, context: Context, tags: JobTags, *, resubmitted: bool) -> dict[str, JsonValue]:
        self.before_submit(context)
        self._submitting = tags
        job = self.submit(context, tags)
        self._submitted_id = job.id
        self._submitting = None
        self.log.info("submitted %s to queue %s, tag %s", job.id, self.yarn_queue, tags.exact)
        self._note(context, job, tags)
        return self._wait(job, tags, adopted=False, resubmitted=resubmitted)

    def _wait(
        self, job: RemoteJob, tags: JobTags, *, adopted: bool, resubmitted: bool
    ) -> dict[str, JsonValue]:
        watch = Watch(self.poll_s, time.time() + self.deadline_s, self.lost_after_s)
        self.defer(
            trigger=self.trigger(watch, job.id, tags),
            method_name="resume",
            kwargs={
                "job_id": job.id,
                "prepared": self.prepared,
                "adopted": adopted,
                "resubmitted": resubmitted,
            },
        )

    def _complete(self, context: Context, job_id: str, app_id: str) -> dict[str, JsonValue]:
        app = self.yarn.get(app_id)
        try:
            facts = self.finish(context, app)
        except EngineUnreachableError:
            raise  # the job's work stands: a retry adopts it and finishes
        except Exception:
            context["task_state_store"].set(REFUSED_KEY, [*_refused(context), job_id])
            raise
        queue = app.queue.removeprefix("root.") or self.yarn_queue
        return {"application_id": app_id, "queue": queue, "seconds": app.seconds, **facts}

    def _note(self, context: Context, job: RemoteJob, tags: JobTags) -> None:
        context["task_state_store"].set(STORE_KEY, {"id": job.id, "tag": tags.exact})
        if job.application_id:
            self._link(context, job.application_id)

    def _link(self, context: Context, app_id: str) -> None:
        YarnApplicationLink().push(context, self.yarn.app_url(app_id))


def _refused(context: Context) -> list[str]:
    stored = context["task_state_store"].get(REFUSED_KEY)
    return [str(job_id) for job_id in stored] if isinstance(stored, list) else []
