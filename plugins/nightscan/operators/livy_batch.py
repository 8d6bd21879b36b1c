"""A Spark program on YARN, submitted through Livy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import JsonValue

from nightscan import hooks
from nightscan.errors import BadSettingError
from nightscan.links import LivyLink, YarnApplicationLink
from nightscan.operators.remote import JobTags, RemoteJob
from nightscan.operators.remote_job import RemoteJobOperator
from nightscan.triggers.job import Watch
from nightscan.triggers.livy import LivyBatchTrigger

if TYPE_CHECKING:
    from airflow.sdk import BaseOperatorLink
    from airflow.sdk.definitions.context import Context

    from nightscan.hooks.livy import LivyBatch, LivyBatchHook

MOST_SUBMISSIONS = 8


class LivySparkOperator(RemoteJobOperator):
    """Runs a Spark program in YARN's cluster mode as a batch of Livy.

    Differs from the provider's operator: the batch has a deterministic name and its application a tag, so a
    crash never starts a second one; id 0 counts; a forgotten batch is looked up in YARN; a poll that fails
    does not fail the task; the deferred batch is killed when the task is.

    :param file: URI of the program (hdfs:///...; a bare path means HDFS too). (templated)
    :param args: its arguments. Never a secret. (templated)
    :param py_files: zip or .py files on its path. (templated)
    :param archives: archives unpacked beside driver and executors (URI#name). (templated)
    :param conf: Spark settings. Never a secret: Livy's pages show them. (templated)
    :param driver_memory: heap of the driver, as Spark writes it ("768m").
    :param executor_memory: heap of an executor, as Spark writes it.
    :param executors: number of executors.
    :param livy_conn_id: connection to Livy.
    """

    template_fields: Sequence[str] = (
        *RemoteJobOperator.template_fields, "file", "args", "py_files", "archives", "conf",
    )  # fmt: skip
    operator_extra_links: Sequence[BaseOperatorLink] = (YarnApplicationLink(), LivyLink())
    ui_color = "#f5e3cc"
    job_kind = "Livy batch "

    def __init__(
        self,
        *,
        file: str,
        args: Sequence[str] = (),
        py_files: Sequence[str] = (),
        archives: Sequence[str] = (),
        conf: Mapping[str, str] | None = None,
        driver_memory: str = "768m",
        executor_memory: str = "768m",
        executors: int = 1,
        livy_conn_id: str = "livy_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.file = file
        self.args: Sequence[str] = list(args)
        self.py_files: Sequence[str] = list(py_files)
        self.archives: Sequence[str] = list(archives)
        self.conf = dict(conf or {})
        self.driver_memory = driver_memory
        self.executor_memory = executor_memory
        self.executors = executors
        self.livy_conn_id = livy_conn_id

    @cached_property
    def livy(self) -> LivyBatchHook:
        """The Livy server."""
        return hooks.LivyBatchHook(self.livy_conn_id)

    def content(self) -> JsonValue:
        """Return program and arguments."""
        return [self.file, *self.args, *self.py_files, *self.archives, str(sorted(self.conf.items()))]

    def jobs(self, tags: JobTags) -> list[RemoteJob]:
        """Return the batches with this tag in their name, and applications that Livy has forgotten."""
        batches = [batch for batch in self._batches(tags).values() if batch is not None]
        batches.sort(key=lambda batch: int(batch.id))
        seen = {batch.app_id for batch in batches}
        forgotten = [
            RemoteJob(app.id, app.outcome, app.id) for app in self.yarn.find(tags.exact) if app.id not in seen
        ]
        return [*forgotten, *(_as_job(batch) for batch in batches)]

    def submit(self, context: Context, tags: JobTags) -> RemoteJob:
        """Post the batch under the next free name: Livy refuses a name it still knows, ended or not."""
        free = [name for name, batch in self._batches(tags).items() if batch is None]
        if not free:
            raise BadSettingError(
                f"Livy still knows {MOST_SUBMISSIONS} batches named {tags.exact}-*",
                remedy="clear the task: that gives it a new name",
            )
        batch = self.livy.submit(free[0], self._body(tags))
        LivyLink().push(context, f"{self.livy.address}/ui/batch/{batch.id}/log")
        return _as_job(batch)

    def trigger(self, watch: Watch, job_id: str, tags: JobTags) -> LivyBatchTrigger:
        """Return the trigger that waits for the batch."""
        return LivyBatchTrigger(watch.to_json(), job_id, tags.exact, self.livy_conn_id, self.yarn_conn_id)

    def kill(self, job_id: str) -> None:
        """Delete the batch, which kills its application; or kill an application that Livy has forgotten."""
        if job_id.startswith("application_"):
            self.yarn.kill(job_id)
        else:
            self.livy.delete(job_id)

    def _complete(self, context: Context, job_id: str, app_id: str) -> dict[str, JsonValue]:
        result = super()._complete(context, job_id, app_id)
        return {**result, "livy_batch_id": job_id}

    def _batches(self, tags: JobTags) -> dict[str, LivyBatch | None]:
        names = [f"{tags.exact}-{number}" for number in range(MOST_SUBMISSIONS)]
        return {name: self.livy.find(name) for name in names}

    def _body(self, tags: JobTags) -> dict[str, JsonValue]:
        tagged = {"spark.yarn.tags": f"{tags.exact},{tags.family}", "spark.yarn.maxAppAttempts": "1"}
        if "spark.yarn.tags" in self.conf:
            raise BadSettingError(
                f"{self.task_id}: conf may not set spark.yarn.tags: they are this operator's"
            )
        body: dict[str, JsonValue] = {
            "file": self.file,
            "args": [str(argument) for argument in self.args],
            "pyFiles": list(self.py_files),
            "archives": list(self.archives),
            "conf": {name: str(value) for name, value in {**tagged, **self.conf}.items()},
            "queue": self.yarn_queue,
            "driverMemory": self.driver_memory,
            "executorMemory": self.executor_memory,
            "numExecutors": self.executors,
        }
        return {name: value for name, value in body.items() if value not in ([], "")}


def _as_job(batch: LivyBatch) -> RemoteJob:
    return RemoteJob(batch.id, batch.state.outcome, batch.app_id)
