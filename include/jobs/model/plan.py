"""Decides whether a release is due, from state alone, and writes the training manifest of the one that is.

A release is due when the features of any scan date, the labels or the settings differ from those of the last
release that reached its gate, deployed or not (a release of this very run does not count, so a cleared run
plans the same again), or when `force` is set. Too few patients are refused, or with "skip" a release is not
due yet. It learns from rows of today's settings only; rows of others are counted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from jobs.base.errors import JobInputError
from jobs.base.protocol import end, progress, run
from jobs.base.store import Store, open_store
from jobs.model import folds as release_folds
from jobs.model import manifest as release_manifest
from jobs.model.names import checked_name
from jobs.model.rows import DEFAULT, Labels, choose, measure_again
from jobs.model.state import Attempt, last_attempt
from lake.places import Places
from messages.model import FeatureSettings, PlanRelease, Release, ReleasePlanned


def plan_release(request: PlanRelease) -> ReleasePlanned:
    """Compare the state with the last release and plan the next one, if due."""
    store, root = open_store(request.hdfs), request.root
    name = checked_name("model name", request.model_name)
    dates = release_manifest.features_digests(store, root)
    if not dates:
        why = f"there are no features below {Places(root).features_folder()}"
        if request.when_few == "skip":
            return _not_due(why, {})
        raise JobInputError(why, "run scan_intake for a scan date")
    labels_path = Places(root).labels(request.outcome)
    labels, labels_sha256 = _labels(store, labels_path)
    settings = {
        "outcome": request.outcome,
        "labels_sha256": labels_sha256,
        "modality": request.modality or None,
        "region": request.region or None,
        "folds": request.folds,
        "settings_hashes": {
            modality: answer.settings_hash for modality, answer in request.feature_settings.items()
        },
    }
    last = last_attempt(store, root, name, not_of_run=request.run_key)
    changes = _changes(dates, last)
    reasons = _reasons(changes, settings, last, force=request.force)
    why = f"{'; '.join(reasons) or 'nothing changed'} ({_since(last)})"
    progress(why)
    if not reasons:
        return _not_due(why, changes)
    try:
        manifest = _manifest(
            store=store,
            root=root,
            dates=dates,
            labels=labels,
            labels_path=labels_path,
            settings=settings,
            last=last,
            identity={key: getattr(request, key) for key in ("model_name", "run_key", "started_at")},
            feature_settings=request.feature_settings,
        )
    except release_folds.TooFewPatientsError as error:
        if request.when_few != "skip":
            raise
        return _not_due(f"{error.error}; {error.remedy}", changes)
    again = manifest.pop("measure_again")
    target = Places(root).training_manifest(manifest["version"])
    store.swap(target, json.dumps(manifest, indent=1, sort_keys=True).encode())
    progress(f"training manifest of {manifest['counts']['patients_used']} patients written to {target}")
    planned = {key: manifest[key] for key in ("version", "digest", "modality", "settings_hash", "counts")}
    release = Release(**planned, manifest=target, folds=request.folds, measure_again=again)
    return ReleasePlanned(why=why, **_dates(changes), release=release)


def _not_due(why: str, changes: Mapping[str, list[str]]) -> ReleasePlanned:
    return ReleasePlanned(why=why, **_dates(changes), release=None)


def _dates(changes: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {f"{kind}_dates": changes.get(kind, []) for kind in ("new", "changed", "removed")}


def _labels(store: Store, path: str) -> tuple[Labels, str]:
    try:
        data = store.read(path)
    except FileNotFoundError as error:
        raise JobInputError(f"there are no labels at {path}", "load the labels file first") from error
    table = pq.read_table(pa.BufferReader(data))
    labels = dict(zip(table["patient_key"].to_pylist(), table["label"].to_pylist(), strict=True))
    return labels, hashlib.sha256(data).hexdigest()


def _changes(dates: Mapping[str, bytes], last: Attempt | None) -> dict[str, list[str]]:
    before = last.features if last else {}
    now = {date: hashlib.sha256(data).hexdigest() for date, data in dates.items()}
    return {
        "new": sorted(now.keys() - before.keys()),
        "changed": sorted(date for date in now.keys() & before.keys() if now[date] != before[date]),
        "removed": sorted(before.keys() - now.keys()),
    }


def _reasons(
    changes: Mapping[str, list[str]], settings: Mapping[str, Any], last: Attempt | None, *, force: bool
) -> list[str]:
    """Return why a release is due; none when it is not."""
    reasons = [f"{len(found)} scan dates {kind}" for kind, found in changes.items() if found]
    differing = sorted(key for key in settings if last and last.settings.get(key) != settings[key])
    reasons += [f"changed: {', '.join(differing)}"] if differing else []
    return reasons + (["asked for by hand"] if force else [])


def _since(last: Attempt | None) -> str:
    return f"since {last.version}" if last else "no release before"


def _manifest(
    *,
    store: Store,
    root: str,
    dates: Mapping[str, bytes],
    labels: Labels,
    labels_path: str,
    settings: Mapping[str, Any],
    last: Attempt | None,
    identity: Mapping[str, Any],
    feature_settings: Mapping[str, FeatureSettings],
) -> dict[str, Any]:
    hashes, rows = settings["settings_hashes"], []
    for date, data in dates.items():
        features = pq.read_table(pa.BufferReader(data))
        rows += release_manifest.feature_rows(store, root, date, features)
    choice = choose(rows, labels, settings["modality"], settings["region"], hashes)
    again = measure_again([row for row in rows if row.modality == choice.modality], hashes)
    known = {row.patient_key: label for row in choice.used if (label := labels[row.patient_key]) is not None}
    try:
        release_folds.require_enough(known, settings["folds"])
    except release_folds.TooFewPatientsError as error:
        if not (others := choice.counts["patients_other_settings"]):
            raise
        fact = f"{error.error}; {others} more have features of other settings only"
        raise release_folds.TooFewPatientsError(fact, again) from error
    comparable = last is not None and last.settings.get("folds") == settings["folds"]
    folds = release_folds.deal(known, settings["folds"], last.folds if last and comparable else {})
    answer = feature_settings.get(choice.modality, feature_settings[DEFAULT])
    manifest = release_manifest.build(
        identity=identity,
        settings=settings,
        labels_path=labels_path,
        dates=dates,
        root=root,
        choice=choice,
        folds=folds,
        feature_settings=answer.settings,
    )
    return {**manifest, "measure_again": again}


def main() -> int:
    """Run as a program."""
    return run(PlanRelease, plan_release)


if __name__ == "__main__":
    end(main())
