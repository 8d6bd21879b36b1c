"""Base of the operators that submit by one of Hadoop's command-line clients."""

from __future__ import annotations

import abc
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nightscan.errors import BadSettingError, CommandFailedError
from nightscan.operators.remote import JobTags, RemoteJob
from nightscan.operators.remote_job import RemoteJobOperator
from nightscan.triggers.job import Watch
from nightscan.triggers.yarn import YarnApplicationTrigger

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

    from nightscan.hooks.yarn import YarnApp


class YarnJobOperator(RemoteJobOperator):
    """Submits a MapReduce job by a client that returns once the job is accepted.

    :param definitions: Hadoop properties (-D). Never a secret: the process list shows them. (templated)
    :param submit_timeout_s: wall limit of the client in seconds; without a ResourceManager it never ends.
    """

    template_fields: Sequence[str] = (*RemoteJobOperator.template_fields, "definitions")

    def __init__(
        self, *, definitions: Mapping[str, str] | None = None, submit_timeout_s: float = 300.0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.definitions = dict(definitions or {})
        self.submit_timeout_s = submit_timeout_s

    @abc.abstractmethod
    def command(self, definitions: Sequence[str]) -> list[str]:
        """Return the client's arguments, `definitions` (-D name=value, ...) in their place among them."""

    def jobs(self, tags: JobTags) -> list[RemoteJob]:
        """Return the applications with the exact tag."""
        return [as_job(app) for app in self.yarn.find(tags.exact)]

    def submit(self, context: Context, tags: JobTags) -> RemoteJob:
        """Run the client, then return its application, found by tag as an attempt after a crash finds it.

        :raises CommandFailedError: the client failed, or YARN has no new application with the tag.
        """
        known = {app.id for app in self.yarn.find(tags.exact)}
        result = self.cli.run(self.command(self._definitions(tags)), timeout_s=self.submit_timeout_s)
        new = [app for app in self.yarn.find(tags.exact) if app.id not in known]
        if not new:
            raise CommandFailedError(
                self.task_type,
                f"submitted nothing: YARN knows no new application with tag {tags.exact}",
                code=result.code,
                last_lines=result.lines[-10:],
                remedy="see whether the client is configured for this cluster (HADOOP_CONF_DIR)",
            )
        return as_job(new[-1])

    def trigger(self, watch: Watch, job_id: str, tags: JobTags) -> YarnApplicationTrigger:
        """Return the trigger that waits for the application."""
        return YarnApplicationTrigger(watch.to_json(), job_id, tags.exact, self.yarn_conn_id)

    def kill(self, job_id: str) -> None:
        """Kill the application."""
        self.yarn.kill(job_id)

    def stop_submitting(self) -> None:
        """End the client that runs now."""
        self.cli.stop()

    def _definitions(self, tags: JobTags) -> list[str]:
        own = {
            "mapreduce.job.tags": f"{tags.exact},{tags.family}",
            "mapreduce.job.queuename": self.yarn_queue,
            "mapreduce.job.name": f"{self.dag_id}.{self.task_id}",
        }
        if clash := sorted(own.keys() & self.definitions.keys() - {"mapreduce.job.name"}):
            raise BadSettingError(
                f"{self.task_id}: definitions may not set {', '.join(clash)}",
                remedy="the tags are this operator's; the queue is the argument `queue`",
            )
        return [
            text for name, value in {**own, **self.definitions}.items() for text in ("-D", f"{name}={value}")
        ]


def as_job(app: YarnApp) -> RemoteJob:
    """Return an application as an operator sees it."""
    return RemoteJob(app.id, app.outcome, app.id)
