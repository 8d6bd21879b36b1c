"""Start, find and stop processes, with a record on disk of each one started."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from cluster.errors import ClusterError
from cluster.layout import NODE_PATH, Layout, java_home, user_name
from cluster.liveness import MARK, family, is_same_process, listeners, read_stat
from cluster.process import Process
from cluster.secret_files import write_private

KEPT = ("NIGHTSCAN_", "TZ")


@dataclass(frozen=True)
class Record:
    """What is remembered of a started process."""

    pid: int
    start_ticks: int
    ready: bool


def record_file(layout: Layout, name: str) -> Path:
    """File of a process's record."""
    return layout.run / f"{name}.json"


def read_record(layout: Layout, name: str) -> Record | None:
    """Record of the last start, or None when the process was never started or was stopped."""
    try:
        fields = json.loads(record_file(layout, name).read_text())
    except FileNotFoundError:
        return None
    return Record(pid=int(fields["pid"]), start_ticks=int(fields["start_ticks"]), ready=bool(fields["ready"]))


def mark_ready(layout: Layout, name: str) -> None:
    """Remember that the process has served since its start."""
    record = read_record(layout, name)
    if record is not None:
        _write(layout, name, replace(record, ready=True))


def is_alive(record: Record | None) -> bool:
    """Whether the recorded process still runs."""
    return record is not None and is_same_process(record.pid, record.start_ticks)


def state_of(layout: Layout, process: Process) -> str:
    """One of stopped, crashed, starting, deaf (runs, but its port is closed), running."""
    record = read_record(layout, process.name)
    if record is None:
        return "stopped"
    if not is_alive(record):
        return "crashed"
    if not record.ready:
        return "starting"
    return "running" if process.main_port is None or process.main_port in listeners() else "deaf"


def mark(layout: Layout, name: str) -> str:
    """Value of the mark in the environment of a process and all its children."""
    return f"{name}@{layout.home}"


def members(layout: Layout, name: str) -> list[int]:
    """Pids of a process and of all that it started and that still run."""
    record = read_record(layout, name)
    return family(mark(layout, name), record.pid if record else None)


def environment(layout: Layout, process: Process) -> dict[str, str]:
    """Whole environment of a process: nothing of the caller's shell but NIGHTSCAN_* and the time zone."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(KEPT)}
    own = {
        "PATH": NODE_PATH,
        "HOME": str(Path.home()),
        "USER": user_name(),
        "LANG": "C.UTF-8",
        "JAVA_HOME": str(java_home()),
        "NIGHTSCAN_HOME": str(layout.home),
        MARK: mark(layout, process.name),
    }
    return kept | own | dict(process.env)


def start(layout: Layout, process: Process) -> Record:
    """Start a process in a session of its own, its output in its log; the log before it is kept as .1."""
    log = log_file(layout, process.name)
    if log.exists():
        log.replace(log.with_suffix(".log.1"))
    with log.open("wb") as out:
        try:
            child = subprocess.Popen(
                process.command,
                env=environment(layout, process),
                cwd=layout.run if process.user is None else "/",
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=process.user,
                group=process.user,
                extra_groups=None if process.user is None else [],
            )
        except OSError as error:
            raise ClusterError(
                f"{process.name} cannot be started: {error}; run `python3 -m cluster install`"
            ) from error
    child.returncode = 0  # it outlives this program, so this program does not wait for it
    stat = read_stat(child.pid)
    record = Record(pid=child.pid, start_ticks=stat.start_ticks if stat else 0, ready=False)
    _write(layout, process.name, record)
    return record


def stop(layout: Layout, process: Process) -> bool:
    """Stop a process and all that it started; True when there was anything to stop.

    Its main process is asked first and given `stop_s` seconds; then everything left is asked, then ended.
    """
    left = members(layout, process.name)
    found = bool(left)
    record = read_record(layout, process.name)
    if record is not None and is_alive(record):
        _signal([record.pid], process.stop_signal)
        _wait(lambda: is_alive(record), process.stop_s)
    for number, patience_s in ((signal.SIGTERM, 3.0), (signal.SIGKILL, 5.0)):
        left = members(layout, process.name)
        if left:
            _signal(left, number)
            _wait(lambda: bool(members(layout, process.name)), patience_s)
    left = members(layout, process.name)
    if left:
        raise ClusterError(f"{process.name} does not end: pids {left} survive SIGKILL; see `ps -fp`")
    record_file(layout, process.name).unlink(missing_ok=True)
    return found


def log_file(layout: Layout, name: str) -> Path:
    """Log of a process."""
    return layout.logs / f"{name}.log"


def last_lines(path: Path, count: int) -> list[str]:
    """Return the last lines of a log, at most 64 KiB of it."""
    if not path.exists():
        return []
    with path.open("rb") as log:
        log.seek(max(0, path.stat().st_size - 65536))
        return log.read().decode(errors="replace").splitlines()[-count:]


def _write(layout: Layout, name: str, record: Record) -> None:
    write_private(record_file(layout, name), json.dumps(asdict(record)) + "\n")


def _signal(pids: list[int], number: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue  # ended by itself meanwhile


def _wait(lasts: Callable[[], bool], patience_s: float) -> None:
    deadline = time.monotonic() + patience_s
    while lasts() and time.monotonic() < deadline:
        time.sleep(0.1)
