from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import pytest

from jobs.base.keys import SiteKey, build_id, files_digest, patient_key, site_key
from jobs.base.protocol import JobInputError, need, run


def speak(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], stdin: str
) -> tuple[int, dict[str, Any]]:
    def job(request: Mapping[str, Any]) -> dict[str, Any]:
        need(request, "name")
        if request["name"] == "bad":
            raise JobInputError("name is bad", "choose a good one")
        return {"hello": request["name"]}

    monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
    code = run(job)
    return code, json.loads(capsys.readouterr().out.splitlines()[-1])


@pytest.mark.parametrize(
    ("stdin", "code", "answer"),
    [
        ('{"name": "you"}', 0, {"hello": "you"}),
        ('{"name": "bad"}', 2, {"error": "name is bad", "remedy": "choose a good one"}),
        ("[]", 2, {"error": "stdin is not a JSON object", "remedy": "send one JSON object"}),
    ],
)
def test_a_job_answers_with_one_json_line_and_its_exit_code(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    stdin: str,
    code: int,
    answer: dict[str, str],
) -> None:
    assert speak(monkeypatch, capsys, stdin) == (code, answer)


def test_a_missing_field_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, answer = speak(monkeypatch, capsys, '{"name": ""}')
    assert (code, answer["error"]) == (2, "the request lacks name")


def test_a_fault_of_the_program_is_not_taken_for_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("{}"))
    with pytest.raises(ZeroDivisionError):
        run(lambda _: {"never": 1 // 0})


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
