"""A process on one core: its wall time, processor time and peak memory."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

THREAD_SETTINGS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS",
)
ONE_THREAD = dict.fromkeys(THREAD_SETTINGS, "1")
SHOWN_ERROR_CHARACTERS = 800
LOOK_S = 0.02


@dataclass(frozen=True)
class Finished:
    """What a process took and printed; ``cpu_ms`` counts all its threads."""

    wall_ms: float
    cpu_ms: float
    peak_mb: float
    printed: str
    status: int


def run_pinned(command: Sequence[str], core: int, *, allowed: Sequence[int] = (0,)) -> Finished:
    """Run a command on one core, libraries on one thread and nothing on its standard input.

    Ends the benchmark unless its status is allowed.
    """
    with tempfile.TemporaryFile() as errors:
        began = time.monotonic()
        process = subprocess.Popen(
            ["taskset", "-c", str(core), *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**os.environ, **ONE_THREAD},
        )
        watch = _Peak(process.pid)
        assert process.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
        printed = process.stdout.read().decode()
        _, code, usage = os.wait4(process.pid, 0)
        wall_ms = 1000 * (time.monotonic() - began)
        peak_mb = watch.end()
        process.stdout.close()
        process.returncode = os.waitstatus_to_exitcode(code)
        if process.returncode not in allowed:
            errors.seek(0)
            said = errors.read().decode(errors="replace")[-SHOWN_ERROR_CHARACTERS:]
            raise SystemExit(f"{' '.join(command[:4])} ... ended with {process.returncode}: {said}")
    cpu_ms = 1000 * (usage.ru_utime + usage.ru_stime)
    return Finished(wall_ms, cpu_ms, peak_mb, printed, process.returncode)


class _Peak:
    """Peak memory of a process, looked up while it runs.

    What ``wait4`` reports begins with the memory of this process, from which the other was forked.
    """

    def __init__(self, pid: int) -> None:
        self._status = Path(f"/proc/{pid}/status")
        self._ended = threading.Event()
        self._peak_mb = 0.0
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> float:
        """Stop looking; return the largest resident size, MB."""
        self._ended.set()
        self._thread.join()
        return self._peak_mb

    def _look(self) -> None:
        while not self._ended.wait(LOOK_S):
            with contextlib.suppress(OSError):
                found = re.search(r"VmHWM:\s+(\d+) kB", self._status.read_text())
                self._peak_mb = int(found[1]) / 1024 if found else self._peak_mb


def last_core() -> int:
    """Return a core this process may use, not the one where the system's own work runs."""
    return max(os.sched_getaffinity(0))
