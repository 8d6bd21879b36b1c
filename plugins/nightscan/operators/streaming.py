"""A program of any language as the mapper of a MapReduce job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import JsonValue

from nightscan import hooks
from nightscan.errors import BadSettingError
from nightscan.operators.job_credentials import credentials_file
from nightscan.operators.yarn_job import YarnJobOperator

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

    from nightscan.hooks.hdfs import HdfsHook
    from nightscan.operators.remote import JobTags, RemoteJob

NLINE = "org.apache.hadoop.mapred.lib.NLineInputFormat"


class HadoopStreamingOperator(YarnJobOperator):
    """Runs a map-only streaming job over a text manifest (`mapred streaming -background`).

    :param manifest: HDFS path of the manifest, one unit of work a line. (templated)
    :param output_dir: HDFS folder of the mappers' standard output; deleted before a submission. (templated)
    :param mapper: the mapper's command line. (templated)
    :param files: files shipped to every task (URI, with #name for another name). (templated)
    :param archives: archives unpacked beside every task (URI#name). (templated)
    :param environment: the mapper's environment. Never a secret: the process list shows it. (templated)
    :param lines_per_map: manifest lines of one map task. (templated)
    :param secrets: name in the job's credentials -> Airflow connection whose password the tasks find there.
    :param webhdfs_conn_id: connection to HDFS, for the output folder.
    """

    template_fields: Sequence[str] = (
        *YarnJobOperator.template_fields,
        "manifest",
        "output_dir",
        "mapper",
        "files",
        "archives",
        "environment",
        "lines_per_map",
    )
    ui_color = "#e2ecd8"

    def __init__(
        self,
        *,
        manifest: str,
        output_dir: str,
        mapper: str,
        files: Sequence[str] = (),
        archives: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        lines_per_map: int | str = 1,
        secrets: Mapping[str, str] | None = None,
        webhdfs_conn_id: str = "webhdfs_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.manifest = manifest
        self.output_dir = output_dir
        self.mapper = mapper
        self.files: Sequence[str] = list(files)
        self.archives: Sequence[str] = list(archives)
        self.environment = dict(environment or {})
        self.lines_per_map = lines_per_map
        self.secrets = dict(secrets or {})
        self.webhdfs_conn_id = webhdfs_conn_id

    @cached_property
    def hdfs(self) -> HdfsHook:
        """Return the client of HDFS."""
        return hooks.HdfsHook(self.webhdfs_conn_id)

    def content(self) -> JsonValue:
        """Return what the mappers get: manifest, output, program, files, environment."""
        return [
            self.manifest,
            self.output_dir,
            self.mapper,
            *self.files,
            *self.archives,
            str(sorted(self.environment.items())),
        ]

    def before_submit(self, context: Context) -> None:
        """Delete the output of an earlier job: Hadoop refuses an existing folder.

        :raises BadSettingError: output_dir is a top folder.
        """
        if self.output_dir.count("/") < 2:  # noqa: PLR2004 - at least /folder/name
            raise BadSettingError(
                f"{self.task_id}: output {self.output_dir!r} would be deleted",
                remedy="name a folder of its own",
            )
        if self.hdfs.delete(self.output_dir, recursive=True):
            self.log.info("deleted the old output %s", self.output_dir)

    def submit(self, context: Context, tags: JobTags) -> RemoteJob:
        """Submit with the secrets in the job's credentials; return the job."""
        usual = self.definitions
        with credentials_file(self.secrets) as handed:
            self.definitions = {**usual, **handed}
            try:
                return super().submit(context, tags)
            finally:
                self.definitions = usual

    def command(self, definitions: Sequence[str]) -> list[str]:
        """Return streaming's arguments; the generic options (-D, -files, -archives) must come first."""
        lines = self._lines()
        own = {
            "mapreduce.job.reduces": "0",
            "mapreduce.input.lineinputformat.linespermap": str(lines),
            "stream.map.input.ignoreKey": "true",
        }
        command = ["mapred", "streaming", *definitions]
        for name, value in own.items():
            command += ["-D", f"{name}={value}"]
        command += ["-files", ",".join(self.files)] if self.files else []
        command += ["-archives", ",".join(self.archives)] if self.archives else []
        for name, value in self.environment.items():
            command += ["-cmdenv", f"{name}={value}"]
        return [
            *command, "-background", "-inputformat", NLINE,
            "-input", self.manifest, "-output", self.output_dir, "-mapper", self.mapper,
        ]  # fmt: skip

    def _lines(self) -> int:
        try:
            lines = int(self.lines_per_map)
        except ValueError:
            lines = 0
        if lines < 1:
            raise BadSettingError(
                f"{self.task_id}: lines_per_map is {self.lines_per_map!r}",
                remedy="give a whole number above 0",
            )
        return lines
