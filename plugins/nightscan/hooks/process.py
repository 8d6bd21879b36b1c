"""Local client programs: own process group, wall limit, lines to the task log, an end within the limit."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import IO, cast

from nightscan.errors import CommandFailedError

KEPT_LINES = 40
TERM_GRACE_S = 5.0
OWN_PREFIXES = ("AIRFLOW_CONN_", "AIRFLOW__", "AIRFLOW_VAR_")


@dataclass(frozen=True)
class CommandResult:
    """How a program ended.

    :ivar lines: the last ones of both its streams
    :ivar stdout: all of standard output
    """

    code: int
    seconds: float
    lines: tuple[str, ...]
    stdout: str


def child_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment without Airflow's own settings and secrets, plus `extra`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OWN_PREFIXES)}
    return {**kept, **extra}


@dataclass
class Command:
    """One run of a program; stop() may be called from another thread or a signal handler.

    SIGTERM to this process, by which Airflow kills a task, stops the program too.

    :param argv: the program and its arguments (no shell).
    :param environment: added to the environment; the right place for a secret.
    :param timeout_s: wall limit in seconds.
    :param on_line: is given each line of standard error, and of standard output unless `keep_stdout`.
    :param keep_stdout: standard output is a result: kept whole, not logged.
    :param term_grace_s: seconds between SIGTERM and SIGKILL.
    """

    argv: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    timeout_s: float = 300.0
    on_line: Callable[[str], None] | None = None
    keep_stdout: bool = False
    term_grace_s: float = TERM_GRACE_S
    _process: subprocess.Popen[str] | None = field(default=None, init=False)
    _stopped: bool = field(default=False, init=False)

    @property
    def name(self) -> str:
        """Return the program and its first argument, as messages name it."""
        return " ".join([os.path.basename(self.argv[0]), *self.argv[1:2]])  # noqa: PTH119 - a name, no path

    def run(self, stdin: str = "") -> CommandResult:
        """Run to the end and return how the program ended.

        :param stdin: text for its standard input.
        :raises CommandFailedError: it cannot be started, or was stopped at the wall limit or by stop().
        """
        with self._ended_with_the_task():
            return self._run(stdin)

    def _run(self, stdin: str) -> CommandResult:
        started = time.monotonic()
        tail: deque[str] = deque(maxlen=KEPT_LINES)
        process = self._start()
        kept: list[str] = []
        stdin_pipe, stdout_pipe, stderr_pipe = cast("tuple[IO[str], IO[str], IO[str]]", (
            process.stdin, process.stdout, process.stderr
        ))  # fmt: skip
        listeners = [self.on_line] if self.on_line else []
        out_sinks = [kept.append] if self.keep_stdout else [kept.append, tail.append, *listeners]
        threads = [
            _reader(stderr_pipe, [tail.append, *listeners]),
            _reader(stdout_pipe, out_sinks),
            _writer(stdin_pipe, stdin),
        ]
        try:
            if self._stopped:  # before there was a process
                self.stop()
            code = process.wait(timeout=self.timeout_s)
        except subprocess.TimeoutExpired:
            self.stop()
            reason = f"was stopped after {self.timeout_s:.0f} s"
            raise CommandFailedError(self.name, reason, code=None, last_lines=list(tail)[-10:]) from None
        finally:
            self._kill_group(signal.SIGKILL)  # helpers it left behind would hold the pipes open
            for thread in threads:
                thread.join(timeout=TERM_GRACE_S)
        if self._stopped:
            raise CommandFailedError(self.name, "was stopped", code=code, last_lines=list(tail)[-10:])
        return CommandResult(code, time.monotonic() - started, tuple(tail), "\n".join(kept))

    def stop(self) -> None:
        """End the program and everything it started: SIGTERM, then SIGKILL. Returns within seconds."""
        self._stopped = True
        process = self._process
        if process is None or process.poll() is not None:
            return
        self._kill_group(signal.SIGTERM)
        try:
            process.wait(timeout=self.term_grace_s)
        except subprocess.TimeoutExpired:
            self._kill_group(signal.SIGKILL)
            process.wait()  # cannot hang: nothing survives SIGKILL

    @contextlib.contextmanager
    def _ended_with_the_task(self) -> Iterator[None]:
        # Airflow's handler of SIGTERM calls on_kill, which has no access to the program, and returns
        usual = signal.getsignal(signal.SIGTERM)

        def end(number: int, frame: FrameType | None) -> None:
            _begin(self.stop)  # a thread: the interrupted wait may hold the lock that stop() needs
            if callable(usual):
                usual(number, frame)

        if threading.current_thread() is not threading.main_thread():
            yield
            return
        signal.signal(signal.SIGTERM, end)
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, usual)

    def _start(self) -> subprocess.Popen[str]:
        try:
            self._process = subprocess.Popen(
                list(self.argv),
                env=child_environment(self.environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                start_new_session=True,
            )
        except OSError as error:
            raise CommandFailedError(
                str(self.argv[0]),
                f"cannot be started: {error.strerror}",
                code=None,
                remedy="put the program on the worker's PATH or give its folder (hadoop_bin)",
            ) from error
        return self._process

    def _kill_group(self, number: signal.Signals) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)


def _reader(stream: IO[str], sinks: Sequence[Callable[[str], None]]) -> threading.Thread:
    def pump() -> None:
        with stream:
            for line in stream:
                for sink in sinks:
                    sink(line.rstrip("\n"))

    return _begin(pump)


def _writer(stream: IO[str], text: str) -> threading.Thread:
    def push() -> None:
        # the exit code shows that a program ended without reading its input
        with contextlib.suppress(BrokenPipeError), stream:
            stream.write(text)

    return _begin(push)


def _begin(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread
