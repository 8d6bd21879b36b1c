"""Every program has one model of its request and takes it; both sides refuse what the model does not have."""

from __future__ import annotations

import importlib
import json
import typing
from pathlib import Path
from typing import Any

import pytest

from messages import catalogue
from messages.environment import PROGRAMS
from messages.message import Request
from messages.train import Train
from messages.wire import as_json
from nightscan.errors import MessageRefusedError
from nightscan.operators import program as airflow_side
from nightscan.operators.program import run_program
from tests.messages.samples import ask, fields_of, main_of, mistyped, required_of, sample

JOBS = Path(__file__).resolve().parents[2] / "include" / "jobs"
STARTED = {call.program for call in catalogue.CALLS} | set(PROGRAMS.values())

every_request = pytest.mark.parametrize("kind", catalogue.REQUESTS, ids=lambda kind: kind.program)
every_call = pytest.mark.parametrize("kind", catalogue.CALLS, ids=lambda kind: kind.program)


def test_every_program_has_exactly_one_model_and_every_model_names_a_program() -> None:
    programs = {
        ".".join(path.relative_to(JOBS.parent).with_suffix("").parts)
        for path in JOBS.rglob("*.py")
        if '\nif __name__ == "__main__":' in path.read_text()
    }
    assert programs == STARTED
    assert len(STARTED) == len(catalogue.CALLS) + len(PROGRAMS)


@every_request
def test_a_program_takes_the_model_that_names_it_and_gives_its_result(kind: type[Request[Any]]) -> None:
    module = importlib.import_module(kind.program)
    *_, work = module.main.__code__.co_names
    hints = typing.get_type_hints(getattr(module, work))
    assert hints == {"request": kind, "return": kind.result()}
    result = sample(kind.result())
    assert ask(sample(kind), result) == result


@every_request
def test_a_program_refuses_a_field_that_is_unknown_missing_or_mistyped_by_its_name(
    kind: type[Request[Any]],
) -> None:
    fields = fields_of(kind)
    for name, value in fields.items():
        without = {k: v for k, v in fields.items() if k != name}
        given = {f"`$.{name}": fields | {name: mistyped(value)}, f"field `{name}x`": fields | {f"{name}x": 1}}
        if name in required_of(kind):
            given[f"missing required field `{name}`"] = without
        for fact, request in given.items():
            code, said = main_of(kind.program, json.dumps(request))
            assert (code, said["error"].startswith(f"the request of {kind.program}: ")) == (2, True)
            assert fact in said["error"]


class Job:
    """What Airflow starts programs by; it answers with `answer`."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer
        self.asked: list[tuple[str, Any, Any]] = []

    def __call__(self, program: str, arguments: Any, *, secrets: Any) -> dict[str, Any]:
        self.asked.append((program, arguments, secrets))
        return self.answer


@every_request
def test_airflow_sends_the_request_with_its_key_and_gets_the_result(
    kind: type[Request[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Job(fields_of(kind.result()))
    monkeypatch.setattr(airflow_side, "call_program", job)
    assert run_program(sample(kind)) == sample(kind.result())
    ((program, asked, secrets),) = job.asked
    assert (program, asked) == (kind.program, as_json(sample(kind), "sample"))
    assert (secrets is not None) == kind.keyed


@every_request
def test_airflow_refuses_a_mistyped_request_before_it_is_sent(
    kind: type[Request[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Job({})
    monkeypatch.setattr(airflow_side, "call_program", job)
    for name, value in fields_of(kind).items():
        request = kind(**fields_of(kind) | {name: mistyped(value)})
        with pytest.raises(MessageRefusedError, match=rf"the request of {kind.program}: .*`\$\.{name}"):
            run_program(request)
    assert job.asked == []


@every_request
def test_airflow_refuses_a_result_that_is_not_the_models(
    kind: type[Request[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = fields_of(kind.result())
    for name, value in fields.items():
        without = {k: v for k, v in fields.items() if k != name}
        for answer in (without, fields | {name: mistyped(value)}, fields | {f"{name}x": value}):
            monkeypatch.setattr(airflow_side, "call_program", Job(answer))
            with pytest.raises(MessageRefusedError, match=f"the result of {kind.program}: .*{name}"):
                run_program(sample(kind))


@every_call
def test_what_a_stage_misspells_or_forgets_is_no_request(kind: type[Request[Any]]) -> None:
    fields = {name: getattr(sample(kind), name) for name in kind.__struct_fields__}
    for name in fields:
        with pytest.raises(TypeError, match=f"{name}x"):
            kind(**fields, **{f"{name}x": 1})
    for name in required_of(kind):
        with pytest.raises(TypeError, match=name):
            kind(**{key: value for key, value in fields.items() if key != name})


CHECKS = {
    "jobs.features.commit": {"settings_hashes", "index_digest"},
    "jobs.deidentify.commit": {"key_id"},
    "jobs.preprocess.plan": {"memory_mb"},
    "jobs.model.plan": {"feature_settings", "when_few", "force"},
    "jobs.model.publish": {"floor", "tolerance", "mlflow", "model_number"},
}


@pytest.mark.parametrize("program", sorted(CHECKS))
def test_a_field_that_switches_a_check_is_never_left_out(program: str) -> None:
    (kind,) = (call for call in catalogue.REQUESTS if call.program == program)
    fields = fields_of(kind)
    for name in CHECKS[program]:
        code, said = main_of(program, json.dumps({k: v for k, v in fields.items() if k != name}))
        assert (code, f"missing required field `{name}`" in said["error"]) == (2, True)


def test_no_list_of_hashes_is_not_the_same_as_an_empty_one() -> None:
    (kind,) = (call for call in catalogue.REQUESTS if call.program == "jobs.features.commit")
    code, said = main_of(kind.program, json.dumps(fields_of(kind) | {"settings_hashes": {}}))
    assert (code, "`$.settings_hashes`" in said["error"]) == (2, True)


def test_a_training_asks_by_arguments() -> None:
    from messages.wire import from_arguments, to_arguments

    request = sample(Train, folds=5)
    given = to_arguments(request, "train")
    assert from_arguments(Train, given, "train") == request
    assert given[given.index("--folds") + 1] == "5"
