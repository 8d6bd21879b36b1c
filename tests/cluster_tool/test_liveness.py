from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cluster import liveness
from cluster.liveness import MARK, family, is_free, is_same_process, mark_of, owner_of, read_stat

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def fake_stat(proc: Path, pid: int, *, name: str = "java", state: str = "S", ticks: int = 500) -> None:
    (proc / str(pid)).mkdir(parents=True)
    fields = [str(pid), f"({name})", state, "1", str(pid), str(pid), *["0"] * 15, str(ticks), "0", "0"]
    (proc / str(pid) / "stat").write_text(" ".join(fields))


def test_a_process_that_ended_but_was_not_waited_for_is_dead() -> None:
    child = subprocess.Popen(["true"])
    ticks = None
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        stat = read_stat(child.pid)
        assert stat is not None
        ticks = stat.start_ticks
        if stat.state == "Z":
            break
        time.sleep(0.01)
    os.kill(child.pid, 0)  # the pid still answers: this is what fools a check by signal
    assert ticks is not None
    assert not is_same_process(child.pid, ticks)
    child.wait()


def test_a_pid_that_was_given_to_another_process_is_not_ours(tmp_path: Path) -> None:
    fake_stat(tmp_path, 77, ticks=900)
    assert is_same_process(77, 900, tmp_path)
    assert not is_same_process(77, 500, tmp_path)


def test_a_process_that_is_gone_is_dead(tmp_path: Path) -> None:
    assert not is_same_process(77, 500, tmp_path)


def test_a_name_with_brackets_and_spaces_does_not_shift_the_fields(tmp_path: Path) -> None:
    fake_stat(tmp_path, 5, name="tmux: (server) Z 1", state="S", ticks=42)
    stat = read_stat(5, tmp_path)
    assert stat is not None
    assert (stat.state, stat.parent, stat.session, stat.start_ticks) == ("S", 1, 5, 42)


def test_the_own_process_is_alive_with_its_own_start_time() -> None:
    stat = read_stat(os.getpid())
    assert stat is not None
    assert is_same_process(os.getpid(), stat.start_ticks)


def test_a_child_in_a_session_of_its_own_is_found_by_its_mark() -> None:
    child = subprocess.Popen(SLEEP, env={**os.environ, MARK: "x@/somewhere"}, start_new_session=True)
    try:
        deadline = time.monotonic() + 10
        while mark_of(child.pid) != "x@/somewhere" and time.monotonic() < deadline:
            time.sleep(0.01)
        assert family("x@/somewhere", None) == [child.pid]
        assert family("y@/somewhere", None) == []
    finally:
        child.kill()
        child.wait()


def test_an_orphan_is_found_by_the_session_of_its_dead_leader() -> None:
    script = (
        "import subprocess as s; p = s.Popen(['sleep', '60'], stdout=s.DEVNULL); print(p.pid, flush=True)"
    )
    leader = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    text, _ = leader.communicate(timeout=20)
    orphan = int(text)
    try:
        assert family("no mark", leader.pid) == [orphan]
    finally:
        os.kill(orphan, signal.SIGKILL)


def test_the_owner_of_a_port_is_named() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        owner = owner_of(port)
        assert owner is not None
        assert owner[0] == os.getpid()
        assert not is_free(port)
    assert owner_of(port) is None
    assert is_free(port)


def test_memory_and_uptime_of_this_process_are_plausible() -> None:
    stat = read_stat(os.getpid())
    assert stat is not None
    assert 5 < liveness.memory_mb([os.getpid()]) < 4096
    assert 0 <= liveness.uptime_s(stat.start_ticks) < 86400


@pytest.mark.parametrize(
    ("state", "alive"), [("R", True), ("D", True), ("T", True), ("Z", False), ("X", False)]
)
def test_only_ended_states_count_as_dead(tmp_path: Path, state: str, alive: bool) -> None:
    fake_stat(tmp_path, 9, state=state)
    assert is_same_process(9, 500, tmp_path) is alive
