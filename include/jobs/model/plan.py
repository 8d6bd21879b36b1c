"""Decides whether a release is due, from state alone, and writes the training manifest of the one that is.

Request: {"hdfs", "root", "outcome", "model_name", "modality": name or null, "region": name or null,
"run_key", "started_at": ISO 8601, "force": bool, "folds": 5, "when_few": "fail" or "skip",
"feature_settings": {modality or "default": {"settings_hash", "settings": canonical JSON}}}. A release is due
when the features of any scan date, the labels or the settings differ from those of the last release
that reached its gate, deployed or not (a release of this very run does not count, so a cleared run plans
the same again), or when `force` is set. Too few patients is bad input, or with "skip" a release that is not
due yet.
It learns from rows of today's settings only; rows of others are counted.
Result: {"needed", "why", "new_dates", "changed_dates", "removed_dates"} and, when needed, {"version",
"digest", "manifest": path, "modality", "settings_hash", "folds", "counts", "measure_again": what to do about
rows of other settings, or ""}.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from jobs.base.protocol import JobInputError, need, progress, run
from jobs.base.store import Store, open_store
from jobs.model import folds as release_folds
from jobs.model import manifest as release_manifest
from jobs.model.names import checked_name
from jobs.model.rows import DEFAULT, Labels, choose, measure_again
from jobs.model.state import Attempt, last_attempt
from lake.places import Places


def plan_release(request: Mapping[str, Any]) -> dict[str, Any]:
    """Compare the state with the last release and plan the next one, if due."""
    need(request, "hdfs", "root", "outcome", "model_name", "run_key", "started_at", "feature_settings")
    store = open_store(request["hdfs"])
    root, name = request["root"], checked_name("model name", request["model_name"])
    dates = release_manifest.features_digests(store, root)
    if not dates:
        why = f"there are no features below {Places(root).features_folder()}"
        if request.get("when_few") == "skip":
            return {"needed": False, "why": why, "new_dates": [], "changed_dates": [], "removed_dates": []}
        raise JobInputError(why, "run scan_intake for a scan date")
    labels_path = Places(root).labels(request["outcome"])
    labels, labels_sha256 = _labels(store, labels_path)
    settings = {
        "outcome": request["outcome"],
        "labels_sha256": labels_sha256,
        "modality": request.get("modality") or None,
        "region": request.get("region") or None,
        "folds": int(request.get("folds") or 5),
        "settings_hashes": {
            modality: answer["settings_hash"] for modality, answer in request["feature_settings"].items()
        },
    }
    last = last_attempt(store, root, name, not_of_run=request["run_key"])
    decision = _decide(dates, settings, last, force=bool(request.get("force")))
    progress(decision["why"])
    if not decision["needed"]:
        return decision
    identity = {key: request[key] for key in ("model_name", "run_key", "started_at")}
    try:
        manifest = _manifest(
            store=store,
            root=root,
            dates=dates,
            labels=labels,
            labels_path=labels_path,
            settings=settings,
            last=last,
            identity=identity,
            feature_settings=request["feature_settings"],
        )
    except release_folds.TooFewPatientsError as error:
        if request.get("when_few") != "skip":
            raise
        return {**decision, "needed": False, "why": f"{error.error}; {error.remedy}"}
    again = manifest.pop("measure_again")
    target = Places(root).training_manifest(manifest["version"])
    store.swap(target, json.dumps(manifest, indent=1, sort_keys=True).encode())
    progress(f"training manifest of {manifest['counts']['patients_used']} patients written to {target}")
    planned = {key: manifest[key] for key in ("version", "digest", "modality", "settings_hash", "counts")}
    more = {"manifest": target, "folds": settings["folds"], "measure_again": again}
    return {**decision, **planned, **more}


def _labels(store: Store, path: str) -> tuple[Labels, str]:
    try:
        data = store.read(path)
    except FileNotFoundError as error:
        raise JobInputError(f"there are no labels at {path}", "load the labels file first") from error
    table = pq.read_table(pa.BufferReader(data))
    labels = dict(zip(table["patient_key"].to_pylist(), table["label"].to_pylist(), strict=True))
    return labels, hashlib.sha256(data).hexdigest()


def _decide(
    dates: Mapping[str, bytes], settings: Mapping[str, Any], last: Attempt | None, *, force: bool
) -> dict[str, Any]:
    before = last.features if last else {}
    now = {date: hashlib.sha256(data).hexdigest() for date, data in dates.items()}
    new = sorted(now.keys() - before.keys())
    changed = sorted(date for date in now.keys() & before.keys() if now[date] != before[date])
    removed = sorted(before.keys() - now.keys())
    differing = sorted(key for key in settings if last and last.settings.get(key) != settings[key])
    reasons = [
        f"{len(found)} scan dates {word}"
        for word, found in (("new", new), ("changed", changed), ("removed", removed))
        if found
    ]
    reasons += [f"changed: {', '.join(differing)}"] if differing else []
    reasons += ["asked for by hand"] if force else []
    since = f"since {last.version}" if last else "no release before"
    return {
        "needed": bool(reasons),
        "why": f"{'; '.join(reasons) or 'nothing changed'} ({since})",
        "new_dates": new,
        "changed_dates": changed,
        "removed_dates": removed,
    }


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
    feature_settings: Mapping[str, Mapping[str, str]],
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
        feature_settings=answer["settings"],
    )
    return {**manifest, "measure_again": again}


if __name__ == "__main__":
    sys.exit(run(plan_release))
