from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from jobs.base.errors import JobInputError
from jobs.model import state as release_state
from jobs.model.publish import publish_model
from jobs.train.candidate import write_candidate
from lake.places import Places
from messages.model import Publish
from messages.wire import as_json, parsed
from tests.jobs.model.conftest import Mlflow

ROOT = "/medical_data"
MODELS = f"{ROOT}/models/model"
RESULT = {
    "run_id": "run",
    "model_uri": "models:/model/1",
    "model_number": "1",
    "application_id": "application_1",
    "patients": 30,
    "positives": 10,
    "features": 3,
    "strength": 0.1,
    "threshold": 0.25,
}


def candidate(world: Any, day: int = 1) -> str:
    """Plan and write a candidate of one day; its version."""
    if not world.labels:
        world.cohort(30)
    plan = world.plan(started_at=f"2026-01-{day:02}T00:00:00Z", run_key=f"run-{day}", force=True)
    files = {"MLmodel": b"flavors", "data/model.pkl": f"model of day {day}".encode()}
    write_candidate(world.store, ROOT, world.manifest(plan["version"]), RESULT, files)
    return str(plan["version"])


def publish(world: Any, version: str, **changes: Any) -> dict[str, Any]:
    request = {
        "hdfs": world.url,
        "root": ROOT,
        "model_name": "model",
        "version": version,
        "floor": {"auc": 0.6},
        "tolerance": 0.05,
        "metrics": {"auc": 0.7, "brier": 0.2},
        "mlflow": None,
        "model_number": None,
    }
    return as_json(publish_model(parsed(Publish, request | changes, "request")), "result")


def current(world: Any) -> str | None:
    return release_state.current_version(world.store, ROOT, "model")


def test_a_candidate_that_passes_is_published_whole_and_current(world: Any) -> None:
    version = candidate(world)
    assert publish(world, version) == {
        "deployed": True,
        "reason": "passed the gate",
        "path": f"{MODELS}/{version}",
        "previous": None,
    }
    assert current(world) == version
    assert not world.store.exists(f"{MODELS}/_candidates/{version}")
    listing = json.loads(world.store.read(f"{MODELS}/{version}/MANIFEST.json"))
    assert listing["files"].keys() == {
        "README.md",
        "training_manifest.json",
        "model/MLmodel",
        "model/data/model.pkl",
    }
    for path, facts in listing["files"].items():
        content = world.store.read(f"{MODELS}/{version}/{path}")
        assert facts == {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    assert json.loads(world.store.read(f"{MODELS}/{version}/training_manifest.json")) == world.manifest(
        version
    )


def test_the_card_says_what_the_model_was_made_from(world: Any) -> None:
    version = candidate(world)
    card = world.store.read(f"{MODELS}/_candidates/{version}/README.md").decode()
    assert f"# model {version}" in card
    assert "Patients used: 30, positive: 10, simulated: 0." in card
    assert "C = 0.1" in card
    assert f"table model_metrics, rows of model_version {version}." in card


def test_publishing_again_changes_nothing_and_says_so(world: Any) -> None:
    first, second = candidate(world, 1), candidate(world, 2)
    publish(world, first)
    done = publish(world, second)
    before = world.store.read(Places(ROOT).attempt("model", second))
    again = publish(world, second, metrics={"auc": 0.1})
    assert again == done | {"reason": "already current"}
    assert again["previous"] == first
    assert world.store.read(Places(ROOT).attempt("model", second)) == before


@pytest.mark.parametrize(
    ("metrics", "reason"),
    [
        ({"auc": 0.59}, "auc 0.5900 is below the floor 0.6"),
        ({"auc": None}, "auc could not be computed"),
        ({"auc": float("nan")}, "auc could not be computed"),
    ],
)
def test_a_refused_candidate_leaves_the_pointer_and_says_why(
    world: Any, metrics: dict[str, Any], reason: str
) -> None:
    first, second = candidate(world, 1), candidate(world, 2)
    publish(world, first)
    refused = publish(world, second, metrics=metrics, tolerance=None)
    assert refused == {"deployed": False, "reason": reason, "path": None, "previous": first}
    assert current(world) == first
    assert world.store.exists(f"{MODELS}/_candidates/{second}/MANIFEST.json")


def test_a_floor_that_is_just_reached_is_enough(world: Any) -> None:
    assert publish(world, candidate(world), metrics={"auc": 0.6})["deployed"]


def test_a_version_much_worse_than_the_current_one_is_refused_and_one_a_little_worse_is_not(
    world: Any,
) -> None:
    publish(world, candidate(world, 1), metrics={"auc": 0.8})
    second = candidate(world, 2)
    refused = publish(world, second, metrics={"auc": 0.74})
    assert refused["reason"] == "auc 0.7400 is worse than the current version's 0.8000 by more than 0.05"
    assert publish(world, second, metrics={"auc": 0.76})["deployed"]


def test_without_a_tolerance_only_the_floor_counts(world: Any) -> None:
    publish(world, candidate(world, 1), metrics={"auc": 0.99})
    assert publish(world, candidate(world, 2), metrics={"auc": 0.61}, tolerance=None)["deployed"]


def test_a_refused_release_is_remembered_so_the_same_data_are_not_released_again(world: Any) -> None:
    publish(world, candidate(world), metrics={"auc": 0.1})
    assert not world.plan(run_key="next night")["needed"]


def test_an_older_version_can_be_deployed_again(world: Any) -> None:
    first, second = candidate(world, 1), candidate(world, 2)
    publish(world, first)
    publish(world, second)
    back = publish(world, first)
    assert (back["deployed"], back["previous"], current(world)) == (True, second, first)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda store, folder: store.write(f"{folder}/model/MLmodel", b"other"), "does not have the hash"),
        (
            lambda store, folder: store.delete(f"{folder}/model/data/model.pkl"),
            "data/model.pkl is missing or not",
        ),
        (lambda store, folder: store.write(f"{folder}/model/extra", b""), "model/extra is missing or not"),
        (lambda store, folder: store.delete(f"{folder}/MANIFEST.json"), "has no MANIFEST.json"),
    ],
)
def test_a_damaged_candidate_is_never_published(world: Any, damage: Any, message: str) -> None:
    version = candidate(world)
    damage(world.store, f"{MODELS}/_candidates/{version}")
    with pytest.raises(JobInputError, match=message):
        publish(world, version)
    assert current(world) is None
    assert not world.store.exists(f"{MODELS}/{version}")


class CrashError(Exception):
    """The program dies here."""


@pytest.mark.parametrize("call", ["rename", "swap"])
def test_a_crash_before_the_rename_or_the_pointer_is_mended_by_the_next_try(
    world: Any, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    version = candidate(world)
    store_class = type(world.store)
    real = getattr(store_class, call)

    def crash(self: Any, path: str, *rest: Any, **named: Any) -> None:
        if f"/_candidates/{version}" in path or path.endswith("CURRENT"):
            raise CrashError
        real(self, path, *rest, **named)

    with monkeypatch.context() as patch:
        patch.setattr(store_class, call, crash)
        with pytest.raises(CrashError):
            publish(world, version)
    assert current(world) is None
    assert publish(world, version)["deployed"]
    assert current(world) == version


def test_a_gate_for_a_metric_nobody_evaluated_is_bad_input(world: Any) -> None:
    with pytest.raises(JobInputError, match="'f1', evaluated are auc, brier"):
        publish(world, candidate(world), floor={"f1": 0.5})


def test_a_version_that_would_leave_the_folder_is_refused(world: Any) -> None:
    with pytest.raises(JobInputError, match="cannot be a folder's name"):
        publish(world, "../other")


def test_the_alias_follows_the_pointer_and_not_a_refusal(world: Any, mlflow: Mlflow) -> None:
    url, seen = mlflow
    version = candidate(world)
    publish(world, version, metrics={"auc": 0.1}, mlflow=url, model_number="3")
    assert seen == []
    publish(world, version, mlflow=url, model_number="3")
    call = ("/api/2.0/mlflow/registered-models/alias", {"name": "model", "alias": "current", "version": "3"})
    assert seen == [call]


def test_an_alias_that_cannot_be_set_fails_the_job_and_the_next_try_sets_it(
    world: Any, mlflow: Mlflow
) -> None:
    url, seen = mlflow
    version = candidate(world)
    with pytest.raises(RuntimeError, match="did not set alias current of model to version 9: 404"):
        publish(world, version, mlflow=url, model_number="9")
    assert publish(world, version, mlflow=url, model_number="4")["reason"] == "already current"
    assert seen[-1][1]["version"] == "4"
