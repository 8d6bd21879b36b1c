"""Hadoop's command-line clients (`hadoop distcp`, `mapred streaming`): they submit a job and return."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nightscan.errors import BadSettingError, CommandFailedError
from nightscan.hooks.process import Command, CommandResult

NOISE = re.compile(
    r"^(SLF4J|WARNING: |log4j:WARN|\s*at )|NativeCodeLoader|Configuration\.deprecation|resource-types"
    r"|DistCpOptions|ResourceUtils|JobSubmitter: (Submitting|Executing)|Erasure Coding|FailoverProxyProvider"
)
PREFIX = re.compile(r"^[\d-]{10} [\d:,]+ INFO\s+")
SECRET = re.compile(r"(?i)((?:password|secret|token|credential|[._-]key)[\w.-]*\s*[=:]\s*)\S+")
EXIT_CODES = {
    "distcp": {
        255: "invalid arguments or a missing source",
        254: "two sources with the same name",
        253: "ACLs are not supported there",
        252: "extended attributes are not supported there",
        25: "see the lines above",
    },
}


@dataclass(frozen=True)
class Counted:
    """Numbers of files and bytes below a folder of any file system that Hadoop can read."""

    files: int
    bytes: int


class HadoopCli:
    """Runs one client program at a time.

    :param hadoop_bin: folder that holds `hadoop` and `mapred`; empty: they are on the PATH.
    :param log: is given each of the client's log lines, secrets masked.
    """

    def __init__(self, hadoop_bin: str | None = None, *, log: Callable[[str], None] | None = None) -> None:
        self.hadoop_bin = hadoop_bin or ""
        self._log = log
        self._command: Command | None = None

    def program(self, name: str) -> str:
        """Return the path of a client program.

        :raises BadSettingError: there is no such program in the folder or on the PATH.
        """
        found = shutil.which(name, path=self.hadoop_bin or None)
        if not found:
            where = self.hadoop_bin or "the PATH of this worker"
            raise BadSettingError(
                f"there is no `{name}` in {where}", remedy="install the Hadoop client or set hadoop_bin"
            )
        return str(Path(found))

    def run(
        self,
        arguments: Sequence[str],
        *,
        timeout_s: float = 300.0,
        quiet: bool = False,
    ) -> CommandResult:
        """Run a client to its end and return how it ended.

        :param arguments: e.g. ["hadoop", "distcp", ...]
        :param timeout_s: wall limit in seconds.
        :param quiet: its output is for the caller, not for the log.
        :raises CommandFailedError: the client ended with an error or ran past timeout_s.
        :raises BadSettingError: there is no such program.
        """
        argv = [self.program(arguments[0]), *arguments[1:]]
        # the clients are silent at their default level: the application's id comes at INFO, on the console
        logged = {"HADOOP_ROOT_LOGGER": "INFO,console"}
        on_line = None if quiet else self._line
        self._command = Command(argv, environment=logged, timeout_s=timeout_s, on_line=on_line)
        result = self._command.run()
        if result.code != 0:
            kind = arguments[1] if len(arguments) > 1 else ""
            reason = EXIT_CODES.get(kind, {}).get(result.code, "see the lines below")
            lines = [mask(line) for line in result.lines if not NOISE.search(line)]
            raise CommandFailedError(
                self._command.name,
                f"ended with exit code {result.code} ({reason})",
                code=result.code,
                last_lines=lines[-10:],
            )
        return result

    def count(self, url: str) -> Counted:
        """Return the numbers of files and bytes below a URL (`hadoop fs -count`).

        :raises CommandFailedError: the client failed or printed something else.
        """
        result = self.run(["hadoop", "fs", "-count", url], quiet=True)
        columns = result.stdout.split(maxsplit=3)  # folders, files, bytes, path
        if len(columns) < 3 or not all(column.isdigit() for column in columns[:3]):  # noqa: PLR2004 as above
            raise CommandFailedError("hadoop fs -count", f"printed {result.stdout[:80]!r}", code=result.code)
        return Counted(int(columns[1]), int(columns[2]))

    def stop(self) -> None:
        """End the client that runs now, if any."""
        if self._command is not None:
            self._command.stop()

    def _line(self, line: str) -> None:
        if self._log is not None and line.strip() and not NOISE.search(line):
            self._log(mask(PREFIX.sub("", line)))


def mask(line: str) -> str:
    """Return a log line with the values of secrets masked."""
    return SECRET.sub(r"\1***", line)
