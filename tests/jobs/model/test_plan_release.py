from __future__ import annotations

import hashlib
from typing import Any

import pytest

from jobs.base.errors import JobInputError
from jobs.model import state as release_state
from jobs.model.folds import TooFewPatientsError

ROOT = "/medical_data"


def remember(world: Any, plan: dict[str, Any], run_key: str = "earlier", **changes: Any) -> None:
    """Record the planned release as one that another run brought to its gate."""
    fields = release_state.from_manifest(world.manifest(plan["version"])) | {"run_key": run_key} | changes
    attempt = release_state.Attempt(**fields, deployed=False, reason="", previous=None)
    release_state.write_attempt(world.store, ROOT, "model", attempt)


def test_the_first_release_names_every_scan_date_and_its_version_tells_time_and_content(world: Any) -> None:
    world.cohort(30)
    plan = world.plan()
    assert plan["needed"]
    assert plan["new_dates"] == ["2024-01-01", "2024-01-02", "2024-01-03"]
    assert plan["version"] == f"20260102T030506-{plan['digest'][:8]}"
    assert plan["modality"] == "PT"
    assert plan["counts"]["patients_used"] == 30


def test_planning_again_gives_the_same_manifest_and_another_run_only_another_time(world: Any) -> None:
    world.cohort(30)
    first = world.plan()
    content = world.store.read(first["manifest"])
    assert world.plan() == first
    assert world.store.read(first["manifest"]) == content
    later = world.plan(run_key="run-2", started_at="2026-01-03T00:00:00+00:00")
    assert (later["digest"], later["version"][:15]) == (first["digest"], "20260103T000000")


def test_the_manifest_leads_from_every_row_to_the_hashes_of_its_files(world: Any) -> None:
    world.cohort(30)
    manifest = world.manifest(world.plan()["version"])
    seen = set()
    for date in manifest["scan_dates"]:
        content = world.store.read(date["path"])
        assert hashlib.sha256(content).hexdigest() == date["sha256"]
        table = {row["series_key"]: row for row in world.store.read_table(date["path"]).to_pylist()}
        for planned in date["rows"]:
            actual = table[planned["series_key"]]
            names = ("patient_key", "modality", "region", "image_sha256", "mask_sha256")
            assert {name: planned[name] for name in names} == {name: actual[name] for name in names}
            assert 0 <= planned["fold"] < 3
            seen.add(planned["patient_key"])
    assert seen == set(world.labels)
    labels = world.store.read(manifest["labels_path"])
    assert manifest["settings"]["labels_sha256"] == hashlib.sha256(labels).hexdigest()
    assert manifest["features"] == ["firstorder_Energy", "firstorder_Mean", "shape_VoxelVolume"]


def test_nothing_is_due_when_nothing_changed_since_the_last_gate(world: Any) -> None:
    world.cohort(30)
    first = world.plan()
    remember(world, first)
    assert world.plan() == {
        "needed": False,
        "why": f"nothing changed (since {first['version']})",
        "new_dates": [],
        "changed_dates": [],
        "removed_dates": [],
    }


def test_by_hand_a_release_is_due_all_the_same(world: Any) -> None:
    world.cohort(30)
    remember(world, world.plan())
    plan = world.plan(force=True)
    assert (plan["needed"], plan["new_dates"]) == (True, [])
    assert plan["why"].startswith("asked for by hand")


def test_a_cleared_run_plans_its_own_release_again(world: Any) -> None:
    world.cohort(30)
    plan = world.plan()
    remember(world, plan, run_key="run-1")
    assert world.plan() == plan


def test_new_changed_and_removed_scan_dates_are_told_apart(world: Any) -> None:
    world.cohort(30)
    remember(world, world.plan())
    world.labels["late"] = 1
    world.put_features("2024-02-01", [world.row("late")])
    first = next(iter(world.labels))
    world.put_features("2024-01-01", [world.row(first, build="again")])
    world.store.delete(f"{ROOT}/image_features/scan_date=2024-01-02")
    plan = world.plan(when_few="skip")
    assert plan["new_dates"] == ["2024-02-01"]
    assert plan["changed_dates"] == ["2024-01-01"]
    assert plan["removed_dates"] == ["2024-01-02"]


@pytest.mark.parametrize("changes", [{"folds": 4}, {"modality": "PT"}, {"region": "tumour"}])
def test_other_settings_make_a_release_due(world: Any, changes: dict[str, Any]) -> None:
    world.cohort(40)
    remember(world, world.plan())
    plan = world.plan(**changes)
    assert plan["needed"]
    assert plan["why"].startswith(f"changed: {next(iter(changes))} ")


def now(hash_: str, **modalities: str) -> dict[str, dict[str, str]]:
    hashes = {"default": hash_, **modalities}
    return {name: {"settings_hash": one, "settings": f'{{"of": "{one}"}}'} for name, one in hashes.items()}


def test_other_feature_settings_make_a_release_due(world: Any) -> None:
    world.cohort(30)
    remember(world, world.plan())
    assert world.plan(feature_settings=now("s", CT="c"))["why"].startswith("changed: settings_hashes ")


def test_a_release_learns_from_one_settings_hash_and_its_manifest_says_which(world: Any) -> None:
    world.cohort(60)
    names = list(world.labels)
    world.put_features("2024-01-03", [world.row(name, settings_hash="new") for name in names])
    plan = world.plan(feature_settings=now("new", CT="c"))
    manifest = world.manifest(plan["version"])
    assert (manifest["settings_hash"], manifest["feature_settings"]) == ("new", '{"of": "new"}')
    assert [date["scan_date"] for date in manifest["scan_dates"] if date["rows"]] == ["2024-01-03"]
    assert (plan["counts"]["rows_other_settings"], plan["counts"]["patients_other_settings"]) == (40, 0)
    assert "--from-date 2024-01-01 --to-date 2024-01-02 " in plan["measure_again"]
    assert "measure_again" not in manifest


def test_without_rows_of_other_settings_there_is_nothing_to_measure_again(world: Any) -> None:
    world.cohort(30)
    assert world.plan()["measure_again"] == ""


@pytest.mark.parametrize("modality", [None, "PT"])
def test_too_few_rows_of_todays_settings_are_refused_with_the_dates_to_run_again(
    world: Any, modality: str | None
) -> None:
    world.cohort(30)
    with pytest.raises(TooFewPatientsError, match=r"other settings|of other settings only") as refused:
        world.plan(feature_settings=now("new"), modality=modality)
    assert (
        "--from-date 2024-01-01 --to-date 2024-01-03 --reprocess-behavior completed" in refused.value.remedy
    )
    plan = world.plan(feature_settings=now("new"), modality=modality, when_few="skip")
    assert not plan["needed"]
    assert "airflow backfill create" in plan["why"]


def test_other_labels_make_a_release_due(world: Any) -> None:
    world.cohort(30)
    remember(world, world.plan())
    world.labels[next(iter(world.labels))] = None
    world.put_labels()
    plan = world.plan()
    assert plan["why"].startswith("changed: labels_sha256")
    assert plan["counts"]["patients_pending"] == 1


def test_patients_keep_the_folds_of_the_last_release(world: Any) -> None:
    world.cohort(30)
    first = world.plan()
    before = release_state.from_manifest(world.manifest(first["version"]))["folds"]
    swapped = {patient: (fold + 1) % 3 for patient, fold in before.items()}
    remember(world, first, folds=swapped)
    after = release_state.from_manifest(world.manifest(world.plan(force=True)["version"]))["folds"]
    assert after == swapped


def test_folds_of_another_number_of_folds_are_not_kept(world: Any) -> None:
    world.cohort(60)
    first = world.plan(folds=5)
    remember(world, first)
    after = release_state.from_manifest(world.manifest(world.plan()["version"]))["folds"]
    assert set(after.values()) == {0, 1, 2}


def test_the_last_release_is_the_newest_not_the_last_written(world: Any) -> None:
    world.cohort(30)
    newest = world.plan(started_at="2026-05-01T00:00:00Z")
    remember(world, newest)
    remember(world, world.plan(started_at="2026-04-01T00:00:00Z", force=True))
    assert newest["version"] in world.plan()["why"]


def test_region_volumes_and_simulation_come_from_mri_scans(world: Any) -> None:
    world.cohort(30)
    patient = next(iter(world.labels))
    small, large = (world.row(patient, region=name) for name in ("a", "b"))
    world.put_features("2024-03-01", [small, large])
    world.put_scan("2024-03-01", small["series_key"], {"a": 1.0, "b": 2.0}, simulated=True)
    plan = world.plan()
    rows = next(d for d in world.manifest(plan["version"])["scan_dates"] if d["scan_date"] == "2024-03-01")[
        "rows"
    ]
    assert [row["region"] for row in rows] == ["b"]
    assert plan["counts"]["patients_simulated"] == 1


def test_a_feature_without_one_value_in_the_rows_used_is_left_out(world: Any) -> None:
    world.cohort(30)
    rows = [world.row(p, firstorder_Energy=float("nan"), shape_VoxelVolume=None) for p in world.labels]
    for day in range(3):
        world.put_features(f"2024-01-0{day + 1}", rows[day::3])
    assert world.manifest(world.plan()["version"])["features"] == ["firstorder_Mean"]


def test_too_few_patients_are_bad_input_by_hand_and_not_due_yet_otherwise(world: Any) -> None:
    world.cohort(9)
    with pytest.raises(TooFewPatientsError, match="too few patients for 3 folds"):
        world.plan()
    plan = world.plan(when_few="skip")
    assert not plan["needed"]
    assert plan["why"].startswith("too few patients for 3 folds: 3 with label 1")
    assert not world.store.exists(f"{ROOT}/_work")


def test_missing_features_and_missing_labels_are_named(world: Any) -> None:
    with pytest.raises(JobInputError, match="no features below /medical_data/image_features"):
        world.plan()
    world.cohort(30)
    with pytest.raises(JobInputError, match=r"no labels at .*outcome=relapse"):
        world.plan(outcome="relapse")


def test_a_start_without_a_time_zone_is_refused(world: Any) -> None:
    world.cohort(30)
    with pytest.raises(JobInputError, match="no time zone"):
        world.plan(started_at="2026-01-02T04:05:06")
