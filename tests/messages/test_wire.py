"""Messages as text, as arguments and as an environment, and what of these is refused."""

from __future__ import annotations

from typing import Any

import pytest

from messages import (
    catalogue,
    deidentify,
    features,
    index,
    ingest,
    ledger,
    message,
    model,
    preprocess,
    quarantine,
    train,
)
from messages.environment import (
    DeidentifyEnvironment,
    MapperEnvironment,
    read_environment,
    variables_of,
)
from messages.errors import MessageError
from messages.message import Message, Refusal
from messages.train import Train, Trained
from messages.wire import answer, from_arguments, parsed, read, text_of, to_arguments
from nightscan.stages.export import export
from nightscan.stages.intake import features as stage_features
from nightscan.stages.intake import ingest as stage_ingest
from nightscan.stages.intake import preprocess as stage_preprocess
from nightscan.stages.release import evaluate, plan
from nightscan.stages.release import train as stage_train
from nightscan.stages.site import runtime
from tests.messages.samples import fields_of, mistyped, required_of, sample

MODULES: list[Any] = [
    deidentify, features, index, ingest, ledger, message, model, preprocess, quarantine, train,
    export, stage_features, stage_ingest, stage_preprocess, evaluate, plan, stage_train, runtime,
]  # fmt: skip
BASES = {"Message", "Result", "Call", "Request"}
MODELS = sorted(
    {
        kind
        for module in MODULES
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Message) and kind.__name__ not in BASES
    },
    key=lambda kind: kind.__name__,
)
every_model = pytest.mark.parametrize("kind", MODELS, ids=lambda kind: kind.__name__)


def test_there_are_models_of_all_rooms() -> None:
    assert len(MODELS) > 50
    assert {call.result() for call in catalogue.CALLS} < set(MODELS)


@every_model
def test_a_message_is_the_same_after_its_way_as_text(kind: type[Message]) -> None:
    made = sample(kind)
    assert read(kind, text_of(made, "m"), "m") == made
    with pytest.raises(AttributeError):
        setattr(made, kind.__struct_fields__[0], 1)


@every_model
def test_an_unknown_a_missing_or_a_mistyped_field_is_refused_by_name(kind: type[Message]) -> None:
    fields = fields_of(kind)
    with pytest.raises(MessageError, match=r"^m: .*unknown field `fieldx`.*docs/programs.md"):
        parsed(kind, fields | {"fieldx": 1}, "m")
    for name in required_of(kind):
        with pytest.raises(MessageError, match=f"missing required field `{name}`"):
            parsed(kind, {k: v for k, v in fields.items() if k != name}, "m")
    for name, value in fields.items():
        with pytest.raises(MessageError, match=rf"`\$\.{name}"):
            parsed(kind, fields | {name: mistyped(value)}, "m")


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "7"])
def test_what_is_no_object_is_no_message(text: str) -> None:
    with pytest.raises(MessageError, match=r"^m: "):
        read(Trained, text, "m")


def test_a_number_that_is_none_is_null_in_json_and_refused_where_a_number_must_be() -> None:
    request = sample(model.Publish, metrics={"auc": float("nan")})
    assert read(model.Publish, text_of(request, "m"), "m").metrics == {"auc": None}
    with pytest.raises(MessageError, match=r"`\$\.floor"):
        text_of(sample(model.Publish, floor={"auc": float("nan")}), "m")


def test_a_program_leaves_its_result_or_its_refusal() -> None:
    result = sample(Trained)
    assert answer(Trained, text_of(result, "r"), "m") == result
    refusal = Refusal(error="no", remedy="yes")
    assert answer(Trained, text_of(refusal, "r"), "m") == refusal
    for wrong in ("{}", "x", '{"error": "no"}', '{"error": "no", "remedy": "yes", "more": 1}'):
        with pytest.raises(MessageError):
            answer(Trained, wrong, "m")


@pytest.mark.parametrize(
    ("change", "fact"),
    [
        (lambda given: given[2:], "missing required field `hdfs`"),
        (lambda given: [*given, "--colour", "red"], "unknown field `colour`"),
        (lambda given: ["five" if text == "1" else text for text in given], r"`\$\.folds`"),
        (lambda given: given[:-1], "--name value"),
        (lambda given: ["x", *given[1:]], "--name value"),
    ],
)
def test_arguments_are_as_strict(change: Any, fact: str) -> None:
    given = to_arguments(sample(Train), "m")
    with pytest.raises(MessageError, match=fact):
        from_arguments(Train, change(given), "m")


GIVEN = {"hdfs": "hdfs://n:1", "root": "/r", "scan_date": "2025-03-03", "build": "b" * 16}


@pytest.mark.parametrize("memory_mb", [None, 1024])
def test_a_mapper_reads_what_a_stage_sets(memory_mb: int | None) -> None:
    given = DeidentifyEnvironment(**GIVEN, memory_mb=memory_mb, key_id="k")
    variables = variables_of(given)
    assert variables["NIGHTSCAN_MEMORY_MB"] == ("unlimited" if memory_mb is None else "1024")
    assert read_environment(DeidentifyEnvironment, {**variables, "NIGHTSCAN_HOME": "/elsewhere"}) == given
    assert set(variables_of(MapperEnvironment(**GIVEN, memory_mb=1))) == set(variables) - {"NIGHTSCAN_KEY_ID"}


@pytest.mark.parametrize("name", ["HDFS", "ROOT", "SCAN_DATE", "BUILD", "MEMORY_MB", "KEY_ID"])
def test_a_variable_that_is_missing_misspelt_or_empty_is_named(name: str) -> None:
    whole = variables_of(DeidentifyEnvironment(**GIVEN, memory_mb=1, key_id="k"))
    gone = {key: value for key, value in whole.items() if key != f"NIGHTSCAN_{name}"}
    for variables in (gone, gone | {f"NIGHTSCAN_{name}": ""}, gone | {f"NIGHTSCAN_{name}S": "1"}):
        with pytest.raises(MessageError, match=f"jobs.deidentify.mapper: NIGHTSCAN_{name} is missing"):
            read_environment(DeidentifyEnvironment, variables)


@pytest.mark.parametrize("change", [{"memory_mb": 0}, {"scan_date": "3 March"}, {"build": ""}])
def test_a_stage_sets_no_variable_that_its_mapper_would_refuse(change: dict[str, Any]) -> None:
    given = MapperEnvironment(**{**GIVEN, "memory_mb": 1, **change})
    with pytest.raises(MessageError, match=f"NIGHTSCAN_{next(iter(change)).upper()} is "):
        variables_of(given)


@pytest.mark.parametrize("date", ["2025-99-99", "2025-03-00", "2025-03-03\n", "٢٠٢٥-٠٣-٠٣", "20250303", ""])
def test_a_date_that_is_none_is_refused_by_its_field(date: str) -> None:
    fields = fields_of(ingest.PlanIngest) | {"scan_date": date}
    with pytest.raises(MessageError, match="scan_date"):
        parsed(ingest.PlanIngest, fields, "the request")
