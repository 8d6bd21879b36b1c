from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cluster import __main__ as command
from cluster import shutdown
from cluster.boot import bring_up, check_ports
from cluster.errors import ClusterError
from cluster.layout import Layout
from cluster.process import Process, nothing
from cluster.report import status_lines
from cluster.shutdown import bring_down
from cluster.supervise import is_alive, members, read_record, record_file, state_of, stop

SERVER = """
import socket, subprocess, sys, time
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", int(sys.argv[1])))
server.listen()
print("serving", flush=True)
if len(sys.argv) > 2:
    child = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    subprocess.Popen([sys.executable, "-c", child])
time.sleep(60)
"""


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def connects(port: int) -> Callable[[], str]:
    def probe() -> str:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return ""

    return probe


def server(
    name: str, *more: str, needs: tuple[str, ...] = (), finish: Callable[[], None] = nothing
) -> Process:
    port = free_port()
    return Process(
        name=name,
        note="a test",
        command=(sys.executable, "-c", SERVER, str(port), *more),
        probe=connects(port),
        ports={name: port},
        needs=needs,
        memory_mb=10,
        finish=finish,
        stop_s=5.0,
        ready_s=20.0,
    )


def table_of(*processes: Process) -> dict[str, Process]:
    return {process.name: process for process in processes}


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert condition()


def test_up_starts_needs_first_and_a_second_up_does_nothing(layout: Layout) -> None:
    order: list[str] = []
    a = server("a", finish=lambda: order.append("a"))
    b = server("b", needs=("a",), finish=lambda: order.append("b"))
    table = table_of(b, a)
    assert bring_up(layout, table, ("b",)) == ["a", "b"]
    assert order == ["a", "b"]
    first = [read_record(layout, name) for name in table]
    assert bring_up(layout, table, ()) == []
    assert [read_record(layout, name) for name in table] == first
    assert {state_of(layout, process) for process in table.values()} == {"running"}


def test_a_killed_process_is_seen_and_only_it_is_started_again(layout: Layout) -> None:
    table = table_of(server("a"), server("b"))
    bring_up(layout, table, ())
    before = {name: read_record(layout, name) for name in table}
    record = before["a"]
    assert record is not None
    os.kill(record.pid, signal.SIGKILL)
    until(lambda: not is_alive(record))
    assert state_of(layout, table["a"]) == "crashed"
    assert any("crashed" in line for line in status_lines(layout, table))
    assert bring_up(layout, table, ()) == ["a"]
    assert state_of(layout, table["a"]) == "running"
    assert read_record(layout, "b") == before["b"]


def test_a_process_that_runs_but_no_longer_listens_is_not_called_running(layout: Layout) -> None:
    process = server("a")
    bring_up(layout, table_of(process), ())
    elsewhere = Process(
        name="a", note="", command=process.command, probe=process.probe, ports={"a": free_port()}, memory_mb=1
    )
    assert state_of(layout, elsewhere) == "deaf"


def test_a_record_of_an_older_process_with_the_same_pid_is_a_crash(layout: Layout) -> None:
    path = record_file(layout, "a")
    path.write_text(json.dumps({"pid": os.getpid(), "start_ticks": 1, "ready": True}))
    assert state_of(layout, server("a")) == "crashed"
    assert stop(layout, server("a")) is False
    assert not path.exists()


def test_down_ends_children_that_ignore_the_polite_signal(layout: Layout) -> None:
    process = server("a", "with a child")
    bring_up(layout, table_of(process), ())
    until(lambda: len(members(layout, "a")) == 2)
    left = members(layout, "a")
    assert stop(layout, process)
    assert members(layout, "a") == []
    assert not [pid for pid in left if Path(f"/proc/{pid}/stat").exists() and is_running(pid)]
    assert state_of(layout, process) == "stopped"


def is_running(pid: int) -> bool:
    return ") Z" not in Path(f"/proc/{pid}/stat").read_text()


def test_the_orphans_of_a_killed_process_are_ended_too(layout: Layout) -> None:
    process = server("a", "with a child")
    bring_up(layout, table_of(process), ())
    until(lambda: len(members(layout, "a")) == 2)
    record = read_record(layout, "a")
    assert record is not None
    os.kill(record.pid, signal.SIGKILL)
    until(lambda: not is_alive(record))
    assert len(members(layout, "a")) == 1
    assert stop(layout, process)
    assert members(layout, "a") == []


def test_a_taken_port_is_named_with_its_holder_and_the_remedy_before_anything_starts(layout: Layout) -> None:
    first, second = server("first"), server("second")
    with socket.socket() as other:
        other.bind(("127.0.0.1", second.ports["second"]))
        other.listen()
        with pytest.raises(ClusterError) as caught:
            bring_up(layout, table_of(first, second), ())
    text = str(caught.value)
    assert f"port {second.ports['second']} (second of second) is taken by pid {os.getpid()}" in text
    assert "NIGHTSCAN_PORT_SECOND" in text
    assert text.startswith("nothing was started")
    assert read_record(layout, "first") is None


def test_all_taken_ports_are_listed_at_once(layout: Layout) -> None:
    table = table_of(server("a"), server("b"))
    with socket.socket() as one, socket.socket() as two:
        for holder, name in ((one, "a"), (two, "b")):
            holder.bind(("127.0.0.1", table[name].ports[name]))
            holder.listen()
        with pytest.raises(ClusterError) as caught:
            check_ports(table, ["a", "b"])
    assert str(caught.value).count("is taken by") == 2


def test_a_process_that_ends_at_once_fails_with_its_last_words_and_holds_back_what_needs_it(
    layout: Layout,
) -> None:
    broken = Process(
        name="broken",
        note="",
        command=(sys.executable, "-c", "import sys; sys.exit('the disk is full')"),
        probe=lambda: "no",
        memory_mb=1,
    )
    fine, held_back = server("fine"), server("held-back", needs=("broken",))
    with pytest.raises(ClusterError) as caught:
        bring_up(layout, table_of(broken, fine, held_back), ())
    text = str(caught.value)
    assert "broken: the process ended before it served" in text
    assert str(layout.logs / "broken.log") in text
    assert "| the disk is full" in text
    assert "held-back: not started, because broken failed" in text
    assert state_of(layout, fine) == "running"
    assert read_record(layout, "held-back") is None


def test_a_process_that_never_serves_is_reported_with_what_is_missing(layout: Layout) -> None:
    slow = Process(
        name="slow",
        note="",
        command=(sys.executable, "-c", "import time; time.sleep(60)"),
        probe=lambda: "safe mode is on",
        memory_mb=1,
        ready_s=0.5,
    )
    with pytest.raises(ClusterError, match="slow: not ready within 0 s: safe mode is on"):
        bring_up(layout, table_of(slow), ())
    assert state_of(layout, slow) == "starting"


def test_a_process_gets_nothing_of_the_callers_shell_but_our_own_settings(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("NIGHTSCAN_CONFIG", "mine.yaml")
    show = "import os, time; print(dict(os.environ), flush=True); time.sleep(60)"
    process = Process(
        name="a",
        note="",
        command=(sys.executable, "-c", show),
        probe=lambda: "" if "NIGHTSCAN" in (layout.logs / "a.log").read_text() else "silent",
        memory_mb=1,
    )
    bring_up(layout, table_of(process), ())
    text = (layout.logs / "a.log").read_text()
    assert "mine.yaml" in text
    assert "PYTHONPATH" not in text


def test_the_log_before_a_restart_is_kept(layout: Layout) -> None:
    process = server("a")
    bring_up(layout, table_of(process), ())
    stop(layout, process)
    bring_up(layout, table_of(process), ())
    assert (layout.logs / "a.log.1").read_text() == "serving\n"


def test_two_commands_at_once_are_refused(layout: Layout) -> None:
    second = command.locked(layout)
    with command.locked(layout), pytest.raises(ClusterError, match="another `up` or `down`"):
        second.__enter__()


def test_an_unknown_name_is_refused_with_the_known_ones(
    layout: Layout, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIGHTSCAN_HOME", str(layout.home))
    assert command.main(["down", "nameode"]) == 1
    assert "there is no process nameode; known: postgres, namenode" in capsys.readouterr().err


def test_down_stops_what_needs_a_process_before_the_process_and_nothing_else(layout: Layout) -> None:
    a = server("a")
    table = table_of(a, server("b", needs=("a",)), server("c", needs=("b",)), server("d"))
    bring_up(layout, table, ())
    assert bring_down(layout, table, ("b",)) == ["c", "b"]
    assert {name for name in table if state_of(layout, table[name]) == "running"} == {"a", "d"}
    assert set(bring_down(layout, table, ())) == {"a", "d"}
    assert bring_down(layout, table, ()) == []


def test_a_process_is_stopped_only_after_what_needs_it_has_ended(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = table_of(server("a"), server("b", needs=("a",)), server("c", needs=("b",)))
    order: list[str] = []

    def slow_stop(_layout: Layout, process: Process) -> bool:
        time.sleep({"c": 0.2, "b": 0.1, "a": 0.0}[process.name])
        order.append(process.name)
        return True

    monkeypatch.setattr(shutdown, "stop", slow_stop)
    bring_down(layout, table, ())
    assert order == ["c", "b", "a"]


def test_a_half_finished_answer_while_a_server_starts_is_waited_out(layout: Layout) -> None:
    answers = iter([{}, {"state": "INITED"}, {"state": "STARTED"}])
    process = replace(server("a"), probe=lambda: "" if next(answers)["state"] == "STARTED" else "not yet")
    assert bring_up(layout, table_of(process), ()) == ["a"]
    assert next(answers, "all asked for") == "all asked for"
