from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jobs.base.errors import JobInputError
from jobs.base.keys import SiteKey, build_id, files_digest, patient_key, site_key
from jobs.base.ledger import path_of
from jobs.base.protocol import run
from jobs.base.store import open_store
from messages.errors import MessageError
from messages.message import Counted, Request, Result, Text
from messages.wire import as_json
from tests.jobs.base.test_ledger import ROW


class Greeted(Result, frozen=True, kw_only=True):
    hello: str

    def counted(self) -> Counted:
        return Counted(volumes_out=7, quarantined=1)


class Greet(Request[Greeted], frozen=True, kw_only=True):
    program = "jobs.greet"

    name: Text


def greet(request: Greet) -> Greeted:
    if request.name == "bad":
        raise JobInputError("name is bad", "choose a good one")
    return Greeted(hello=request.name)


Speak = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def speak(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Speak:
    def run_on(text: str | None = None, **fields: Any) -> tuple[int, dict[str, Any]]:
        stdin = json.dumps({"hdfs": "file:///store", "root": "/r", **fields}) if text is None else text
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        code = run(Greet, greet)
        return code, json.loads(capsys.readouterr().out.splitlines()[-1])

    return run_on


def test_a_job_answers_with_one_json_line_and_its_exit_code(speak: Speak) -> None:
    assert speak(name="you") == (0, {"hello": "you"})
    assert speak(name="bad") == (2, {"error": "name is bad", "remedy": "choose a good one"})


@pytest.mark.parametrize(
    ("fields", "fact"),
    [
        ({}, "missing required field `name`"),
        ({"name": ""}, r"length >= 1 - at `$.name`"),
        ({"name": 1}, "Expected `str`, got `int` - at `$.name`"),
        ({"name": "you", "nmae": "me"}, "unknown field `nmae`"),
        ({"name": "you", "ledger": {"stage": 1}}, "missing required field `dag_id` - at `$.ledger`"),
    ],
)
def test_a_field_that_is_missing_mistyped_or_unknown_is_named(
    speak: Speak, fields: dict[str, Any], fact: str
) -> None:
    code, answer = speak(**fields)
    assert (code, answer["error"].startswith("the request of jobs.greet: ")) == (2, True)
    assert fact in answer["error"]
    assert "docs/programs.md" in answer["remedy"]


@pytest.mark.parametrize("text", ["[]", "hello", ""])
def test_what_is_no_json_object_is_refused(speak: Speak, text: str) -> None:
    code, answer = speak(text)
    assert (code, answer["error"].startswith("the request of jobs.greet: ")) == (2, True)


def test_the_row_that_a_request_carries_is_entered_with_what_the_program_counted(
    speak: Speak, tmp_path: Path
) -> None:
    assert speak(name="you", hdfs=f"file://{tmp_path}", ledger=as_json(ROW, "row"))[0] == 0
    (row,) = open_store(f"file://{tmp_path}").read_table(path_of("/r", ROW)).to_pylist()
    counts = {name: row[name] for name in ("files_in", "volumes_out", "regions_out", "quarantined")}
    assert counts == {"files_in": 150, "volumes_out": 7, "regions_out": None, "quarantined": 1}


def test_a_refused_request_leaves_no_row(speak: Speak, tmp_path: Path) -> None:
    assert speak(name="bad", hdfs=f"file://{tmp_path}", ledger=as_json(ROW, "row"))[0] == 2
    assert list(tmp_path.iterdir()) == []


def test_a_mistyped_result_leaves_no_row(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    request = {"hdfs": f"file://{tmp_path}", "root": "/r", "name": "x", "ledger": as_json(ROW, "row")}
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(request)))
    with pytest.raises(MessageError, match=r"the result of jobs\.greet: Expected `str`"):
        run(Greet, lambda _: Greeted(hello=1))  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_a_fault_of_the_program_is_not_taken_for_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    def divide(request: Greet) -> Greeted:
        return Greeted(hello=str(1 // 0))

    def mistype(request: Greet) -> Greeted:
        return Greeted(hello=1)  # type: ignore[arg-type]

    for execute, error in ((divide, ZeroDivisionError), (mistype, MessageError)):
        monkeypatch.setattr("sys.stdin", io.StringIO('{"hdfs": "file:///s", "root": "/r", "name": "x"}'))
        with pytest.raises(error):
            run(Greet, execute)


def test_keys_hang_on_the_secret_and_on_the_kind_of_identifier() -> None:
    key, other = SiteKey(b"one"), SiteKey(b"two")
    hashes = {key.patient("1"), key.study("1"), key.series("1"), key.frame("1"), other.patient("1")}
    assert len(hashes) == 5
    # HMAC-SHA256("one", "patient:1"), computed with openssl
    assert patient_key("one", "1") == key.patient("1") == "94e4c5181ecbc493"
    assert "one" not in repr(key)


def test_a_missing_site_key_says_where_it_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NIGHTSCAN_PATIENT_KEY", raising=False)
    with pytest.raises(JobInputError, match="nightscan_patient_key"):
        site_key()


def test_a_build_id_knows_files_code_and_settings_but_no_order() -> None:
    assert build_id(["b", "a", "a"], "code") == build_id(["a", "b"], "code")
    assert len({build_id(["a"], "c"), build_id(["b"], "c"), build_id(["a"], "d"), build_id(["a"])}) == 4
    assert files_digest([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
