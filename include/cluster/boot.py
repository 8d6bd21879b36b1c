"""Bring processes up, in the order of their needs and side by side where they have none."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable

from cluster.errors import ClusterError
from cluster.layout import Layout
from cluster.liveness import is_free, owner_of
from cluster.ports import variable_of
from cluster.process import Process, Table, closure
from cluster.progress import Progress
from cluster.supervise import (
    Record,
    is_alive,
    last_lines,
    log_file,
    mark_ready,
    read_record,
    start,
    state_of,
    stop,
)

POLL_S = 0.3
TAIL = 25
WAS = {"crashed": "has ended by itself", "deaf": "runs but no longer listens"}


def bring_up(layout: Layout, table: Table, names: tuple[str, ...]) -> list[str]:
    """Start what is not running among `names` and their needs; return what was started or waited for.

    :raises ClusterError: before anything is started when a port is taken by another program, and after all
        that can run is running when a process did not become ready
    """
    wanted = closure(table, names)
    states = {name: state_of(layout, table[name]) for name in wanted}
    todo = [name for name in wanted if states[name] != "running"]
    progress = Progress()
    for name in todo:
        if states[name] in {"crashed", "deaf"}:
            progress.say(f"{name} {WAS[states[name]]}: clearing what it left")
            stop(layout, table[name])
    fresh = [name for name in todo if states[name] != "starting"]
    check_ports(table, fresh)
    failures = _Boot(layout, table, todo, progress).run()
    if failures:
        raise ClusterError("\n".join(failures))
    return todo


def check_ports(table: Table, names: list[str]) -> None:
    """Check that no other program holds a port of `names`.

    :raises ClusterError: with every port that is taken
    """
    taken = []
    for name in names:
        for port_name, port in table[name].ports.items():
            if not is_free(port):
                pid, command = owner_of(port) or (0, "a socket that is being closed; wait a minute")
                taken.append(
                    f"port {port} ({port_name} of {name}) is taken by pid {pid}: {command}\n"
                    f"  end that process, or set {variable_of(port_name)} to a free port"
                )
    if taken:
        raise ClusterError("nothing was started:\n" + "\n".join(taken))


class _Boot:
    """One run of bring_up: a thread a process, each waiting for the threads of its needs."""

    def __init__(self, layout: Layout, table: Table, todo: list[str], progress: Progress) -> None:
        self._layout = layout
        self._table = table
        self._progress = progress
        self._ended = {name: threading.Event() for name in todo}
        self._failed: dict[str, str] = {}

    def run(self) -> list[str]:
        """Start all; return what failed, one text each."""
        threads = [threading.Thread(target=self._guard, args=(name,), daemon=True) for name in self._ended]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return list(self._failed.values())

    def _guard(self, name: str) -> None:
        process = self._table[name]
        try:
            self._wait_for(process.needs)
            self._bring_up(process)
        except Exception as error:  # noqa: BLE001 - reported by the caller, with the log
            self._failed[name] = self._report(name, error)
            self._progress.say(f"{name} FAILED")
        finally:
            self._ended[name].set()

    def _wait_for(self, needs: tuple[str, ...]) -> None:
        for needed in needs:
            if needed in self._ended:
                self._ended[needed].wait()
            if needed in self._failed:
                raise ClusterError(f"not started, because {needed} failed")

    def _bring_up(self, process: Process) -> None:
        record = read_record(self._layout, process.name)
        began = time.monotonic()
        if record is None or not is_alive(record):
            process.prepare()
            record = start(self._layout, process)
        wait_until_ready(process, record)
        process.finish()
        mark_ready(self._layout, process.name)
        self._progress.say(f"{process.name} ready after {time.monotonic() - began:.1f} s (pid {record.pid})")

    def _report(self, name: str, error: Exception) -> str:
        kind = "" if isinstance(error, ClusterError) else f"{type(error).__name__}: "
        text = f"{name}: {kind}{error}"
        log = log_file(self._layout, name)
        tail = last_lines(log, TAIL)
        if not tail or "because" in text:
            return text
        return "\n".join([text, f"  log: {log}; its last lines:", *(f"  | {line[:300]}" for line in tail)])


def wait_until_ready(process: Process, record: Record, clock: Callable[[], float] = time.monotonic) -> None:
    """Return when the probe succeeds.

    :raises ClusterError: when the process ends or takes too long
    """
    deadline = clock() + process.ready_s
    missing = "no answer"
    while clock() < deadline:
        if not is_alive(record):
            raise ClusterError("the process ended before it served")
        try:
            missing = process.probe()
        except (OSError, http.client.HTTPException) as error:
            missing = f"no answer yet ({error})"
        except (KeyError, TypeError, ValueError) as error:
            # servers answer before they are done
            missing = f"half an answer ({type(error).__name__}: {error})"
        if not missing:
            return
        time.sleep(POLL_S)
    raise ClusterError(f"not ready within {process.ready_s:.0f} s: {missing}; `up` again waits on")
