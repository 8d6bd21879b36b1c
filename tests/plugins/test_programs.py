"""Local programs: the Hadoop clients and the programs of include/jobs."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from nightscan.errors import BadInputError, BadSettingError, CommandFailedError, ConfigurationError
from nightscan.hooks import yarn_logs
from nightscan.hooks.hadoop import Counted, HadoopCli, mask
from nightscan.hooks.process import Command, child_environment
from nightscan.operators.program_call import call_program

MakeProgram = Callable[[str, str], Path]


@pytest.fixture
def program(tmp_path: Path) -> MakeProgram:
    def make(name: str, body: str) -> Path:
        path = tmp_path / name
        path.write_text(f"#!/bin/bash\n{body}\n")
        path.chmod(0o755)
        return path

    return make


def test_both_streams_of_a_client_go_to_the_log_without_noise_and_time_stamps(program: MakeProgram) -> None:
    path = program(
        "hadoop",
        'echo "2026-11-21 11:29:07,728 INFO impl.YarnClientImpl: Submitted application_1_1" >&2\n'
        'echo "SLF4J: noise" >&2\necho out\necho "x Configuration.deprecation: y" >&2',
    )
    lines: list[str] = []
    result = HadoopCli(str(path.parent), log=lines.append).run(["hadoop", "distcp", "a"])
    assert sorted(lines) == ["impl.YarnClientImpl: Submitted application_1_1", "out"]
    assert (result.code, result.stdout) == (0, "out")


def test_a_clients_exit_code_is_explained_with_its_last_lines(program: MakeProgram) -> None:
    path = program("hadoop", "echo 'Duplicate files in input path' >&2; exit 254")
    with pytest.raises(
        CommandFailedError, match=r"(?s)254 \(two sources with the same name\).*Duplicate"
    ) as caught:
        HadoopCli(str(path.parent)).run(["hadoop", "distcp", "a"])
    assert caught.value.code == 254


def test_secrets_are_masked_in_log_and_error(program: MakeProgram) -> None:
    path = program("hadoop", "echo 'fs.s3a.secret.key=abc123 password: hunter2' >&2; exit 1")
    lines: list[str] = []
    with pytest.raises(CommandFailedError) as caught:
        HadoopCli(str(path.parent), log=lines.append).run(["hadoop", "x"])
    assert lines == ["fs.s3a.secret.key=*** password: ***"]
    assert "abc123" not in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert mask("a key is missing") == "a key is missing"


def test_files_and_bytes_below_a_folder_are_counted_by_hadoop(program: MakeProgram) -> None:
    path = program("hadoop", "echo noise >&2; echo '  12   345   6789 file:///mnt/a folder'")
    assert HadoopCli(str(path.parent)).count("file:///mnt/a folder") == Counted(345, 6789)
    strange = program("hadoop", "echo none")
    with pytest.raises(CommandFailedError, match="printed 'none'"):
        HadoopCli(str(strange.parent)).count("file:///mnt/a")


def test_a_missing_client_is_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(BadSettingError, match=r"(?s)no `mapred` in .*hadoop_bin"):
        HadoopCli(str(tmp_path)).run(["mapred", "streaming"])


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_client_past_its_limit_is_ended_with_everything_it_started(
    program: MakeProgram, tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    path = program("slow", f"sleep 60 & echo $! > {pids}; trap '' TERM; echo begun >&2; wait; sleep 60")
    began = time.monotonic()
    command = Command([str(path)], timeout_s=0.3, term_grace_s=0.2)
    with pytest.raises(CommandFailedError, match=r"(?s)was stopped after 0 s.*begun"):
        command.run()
    assert time.monotonic() - began < 5
    assert not alive(int(pids.read_text()))


def test_stopping_from_another_place_ends_the_run_at_once(program: MakeProgram) -> None:
    path = program("slow", "echo begun >&2; sleep 60")
    command = Command([str(path)], timeout_s=30, on_line=lambda line: command.stop())
    with pytest.raises(CommandFailedError, match="was stopped"):
        command.run()


def test_a_run_that_is_stopped_while_it_starts_ends_at_once(program: MakeProgram) -> None:
    command = Command([str(program("slow", "sleep 60"))], timeout_s=5)
    command.stop()
    with pytest.raises(CommandFailedError, match=r"was stopped(?! after)"):
        command.run()


def test_a_killed_task_leaves_no_program_behind(program: MakeProgram, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    path = program("slow", f"sleep 60 & echo $! > {pids}; echo begun >&2; wait")
    killed: list[int] = []  # Airflow's handler calls on_kill and returns
    usual = signal.signal(signal.SIGTERM, lambda number, frame: killed.append(number))
    handler = signal.getsignal(signal.SIGTERM)
    try:
        command = Command([str(path)], timeout_s=5, on_line=lambda line: os.kill(os.getpid(), signal.SIGTERM))
        with pytest.raises(CommandFailedError, match=r"was stopped(?! after)"):
            command.run()
        assert killed == [signal.SIGTERM]
        assert signal.getsignal(signal.SIGTERM) is handler
    finally:
        signal.signal(signal.SIGTERM, usual)
    assert not alive(int(pids.read_text()))


def test_a_program_runs_in_another_thread_than_the_main_one_too(program: MakeProgram) -> None:
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(Command([str(program("quick", "echo done"))]).run).result().stdout == "done"


def test_a_large_input_and_output_do_not_block_each_other(program: MakeProgram) -> None:
    text = "x" * 79 + "\n"
    result = Command([str(program("copy", "cat"))], keep_stdout=True).run(text * 20_000)
    assert result.stdout + "\n" == text * 20_000


def test_a_child_gets_no_secrets_of_airflow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_X", "secret")
    monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY", "secret")
    environment = child_environment({"GIVEN": "1"})
    assert "secret" not in environment.values()
    assert (environment["GIVEN"], environment["PATH"]) == ("1", os.environ["PATH"])


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Write a program; return its module name."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def make(body: str) -> str:
        (tmp_path / "a_program.py").write_text(
            "import json, os, sys\ngiven = json.loads(sys.stdin.read())\n" + body
        )
        return "a_program"

    return make


def test_a_program_gets_json_and_its_last_line_is_the_result(programs: Callable[[str], str]) -> None:
    name = programs("print('note'); print('working', file=sys.stderr); print(json.dumps({'got': given}))")
    lines: list[str] = []
    assert call_program(name, {"a": [1, None]}, on_line=lines.append) == {"got": {"a": [1, None]}}
    assert lines == ["working"]


def test_a_program_that_refuses_its_input_is_not_tried_again(programs: Callable[[str], str]) -> None:
    name = programs("print(json.dumps({'error': 'no landing zone', 'remedy': 'set landing'})); sys.exit(2)")
    with pytest.raises(BadInputError, match=r"(?s)no landing zone.*set landing") as caught:
        call_program(name, {})
    assert caught.value.remedy == "set landing"


def test_a_program_that_crashes_may_be_tried_again_and_shows_its_traceback(
    programs: Callable[[str], str],
) -> None:
    with pytest.raises(CommandFailedError, match=r"(?s)exit code 1.*ZeroDivisionError"):
        call_program(programs("1/0"), {})


@pytest.mark.parametrize("body", ["pass", "print('no json')", "print('[1]')"])
def test_a_program_without_a_result_has_failed(body: str, programs: Callable[[str], str]) -> None:
    with pytest.raises(CommandFailedError, match="printed no result"):
        call_program(programs(body), {})


def test_a_result_may_hold_a_field_named_error(programs: Callable[[str], str]) -> None:
    assert call_program(programs("print(json.dumps({'error': 0.1}))"), {}) == {"error": 0.1}


def test_exit_code_2_without_the_agreed_message_is_a_crash(programs: Callable[[str], str]) -> None:
    with pytest.raises(CommandFailedError, match="exit code 2"):
        call_program(programs("sys.exit(2)"), {})


def test_a_secret_reaches_the_program_by_its_environment_only(
    programs: Callable[[str], str], connect: Callable[..., None]
) -> None:
    connect("site_key", conn_type="generic", password="s3cret")
    name = programs("print(json.dumps({'key': os.environ['KEY'], 'argv': sys.argv[1:]}))")
    assert call_program(name, {}, secrets={"KEY": "site_key"}) == {"key": "s3cret", "argv": []}


def test_a_connection_without_its_secret_is_named(connect: Callable[..., None]) -> None:
    connect("site_key", conn_type="generic")
    with pytest.raises(ConfigurationError, match="site_key has no password"):
        call_program("a_program", {}, secrets={"KEY": "site_key"})


LOGS = """Container: container_1 on h
LogType:stderr
LogContents:
log4j:WARN nothing

End of LogType:stderr
Container: container_2 on h
LogType:stderr
LogContents:
reading
Traceback (most recent call last):
  File "m.py", line 1
ValueError: slice 7 is missing

End of LogType:stderr
"""


def test_a_traceback_is_picked_out_of_the_container_logs() -> None:
    assert yarn_logs.pick(LOGS) == [
        "Traceback (most recent call last):",
        '  File "m.py", line 1',
        "ValueError: slice 7 is missing",
    ]


def test_without_a_traceback_the_lines_that_name_an_error_are_picked() -> None:
    logs = "LogContents:\nINFO fine\nERROR ApplicationMaster: exited with 3\n\nEnd of LogType:stderr\n"
    assert yarn_logs.pick(logs) == ["ERROR ApplicationMaster: exited with 3"]


def test_unreadable_container_logs_do_not_hide_the_first_failure(tmp_path: Path) -> None:
    (line,) = yarn_logs.failure_lines(HadoopCli(str(tmp_path)), "application_1_1", sleep=lambda _: None)
    assert line.startswith("(the containers' logs could not be read: there is no `yarn`")


def test_container_logs_that_yarn_still_gathers_are_asked_for_again(
    program: MakeProgram, tmp_path: Path
) -> None:
    (tmp_path / "logs").write_text(LOGS)
    path = program(
        "yarn", f"echo >> {tmp_path}/asked; [ $(wc -l < {tmp_path}/asked) = 3 ] && cat {tmp_path}/logs"
    )
    naps: list[float] = []
    lines = yarn_logs.failure_lines(HadoopCli(str(path.parent)), "application_1_1", sleep=naps.append)
    assert (lines[-1], len(naps)) == ("ValueError: slice 7 is missing", 3)
