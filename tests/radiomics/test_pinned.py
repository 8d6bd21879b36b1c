"""A process on one core is measured alone, not with the process that started it."""

from __future__ import annotations

import sys

import pytest

from benchmarks.pinned import last_core, run_pinned

BUSY = "import os, time; {}; began = time.process_time()\nwhile time.process_time() - began < 0.2: pass\n"


def run(what: str) -> float:
    return run_pinned([sys.executable, "-S", "-c", BUSY.format(what)], last_core()).peak_mb


def test_the_peak_is_that_of_the_process_itself():
    held = bytearray(300 << 20)
    assert 3 < run("pass") < 60
    assert 100 < run("block = bytearray(b'x') * (100 << 20)") < 200
    assert len(held) == 300 << 20


def test_it_may_use_one_core_only_and_one_thread_a_library():
    what = "import os; print(len(os.sched_getaffinity(0)), os.environ['OMP_NUM_THREADS'])"
    done = run_pinned([sys.executable, "-c", what], last_core())
    assert (done.printed, done.status) == ("1 1\n", 0)


def test_processor_time_is_counted():
    done = run_pinned([sys.executable, "-S", "-c", BUSY.format("pass")], last_core())
    assert done.cpu_ms >= 200
    assert done.wall_ms >= 200


def test_a_status_that_is_not_allowed_ends_the_benchmark_with_what_was_said():
    what = [sys.executable, "-c", "import sys; sys.exit('no such region')"]
    with pytest.raises(SystemExit, match="ended with 1: no such region"):
        run_pinned(what, last_core())
    assert run_pinned(what, last_core(), allowed=[1]).status == 1
