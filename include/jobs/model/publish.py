"""Deploys a trained version if it passes the gate: verify every file, rename, swap the pointer CURRENT.

The gate: every metric of `floor` reaches its value, and with `tolerance` none is worse than the deployed
version's by more than that (metrics where more is better, that is). A refusal leaves CURRENT untouched and is
recorded, so that the same data are not released again every night. With `mlflow` the alias `current` of the
registered model follows the pointer. A version that is current already is verified and left as it is; an
older one is deployed again (roll-back).
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from jobs.base.errors import JobInputError
from jobs.base.protocol import end, progress, run
from jobs.base.store import Store, open_store
from jobs.model import state as release_state
from jobs.model.gate import refusal
from jobs.model.mlflow_server import set_alias
from jobs.model.names import checked_name
from jobs.train.candidate import MANIFEST, TRAINING_MANIFEST
from lake.places import Places
from messages.model import Publish, Published


def publish_model(request: Publish) -> Published:
    """Judge, verify and deploy one version; safe to repeat after a crash at any point."""
    store, root = open_store(request.hdfs), request.root
    name = checked_name("model_name", request.model_name)
    version = checked_name("version", request.version)
    published = Places(root).model(name, version)
    candidate = Places(root).candidate(name, version)
    folder = published if store.exists(published) else candidate
    verify(store, folder)
    current = release_state.current_version(store, root, name)
    if current == version:
        _set_alias(request, name)
        attempt = release_state.read_attempt(store, root, name, version)
        return _result(
            reason="already current", path=published, previous=attempt.previous if attempt else None
        )
    before = release_state.read_attempt(store, root, name, current) if current else None
    why_not = refusal(request.metrics, request.floor, request.tolerance, before)
    attempt = release_state.Attempt(
        **release_state.from_manifest(json.loads(store.read(f"{folder}/{TRAINING_MANIFEST}"))),
        deployed=why_not is None,
        reason=why_not or "passed the gate",
        previous=current,
        metrics=dict(request.metrics),
    )
    # The record comes before the pointer: a current version without one could not be compared with.
    release_state.write_attempt(store, root, name, attempt)
    if why_not is None:
        if folder == candidate:
            store.rename(candidate, published)
        store.swap(Places(root).current(name), f"{version}\n".encode())
        _set_alias(request, name)
    return _result(reason=attempt.reason, path=None if why_not else published, previous=current)


def _result(*, reason: str, path: str | None, previous: str | None) -> Published:
    progress(f"{path or 'not deployed'}: {reason}")
    return Published(deployed=path is not None, reason=reason, path=path, previous=previous)


def verify(store: Store, folder: str) -> dict[str, Any]:
    """Compare every file of a version with its MANIFEST.json and return that."""
    try:
        manifest: dict[str, Any] = json.loads(store.read(f"{folder}/{MANIFEST}"))
    except FileNotFoundError as error:
        raise JobInputError(f"{folder} has no {MANIFEST}", "train the version again") from error
    found = {path.removeprefix(f"{folder}/") for path in _files(store, folder)} - {MANIFEST}
    odd = sorted(found ^ manifest["files"].keys())
    if odd:
        raise JobInputError(f"{folder}: {odd[0]} is missing or not in {MANIFEST}", "train the version again")
    contents = store.read_many(f"{folder}/{path}" for path in manifest["files"])
    for path, facts in manifest["files"].items():
        data = contents[f"{folder}/{path}"]
        if hashlib.sha256(data).hexdigest() != facts["sha256"]:
            raise JobInputError(
                f"{folder}/{path} does not have the hash that {MANIFEST} gives", "train the version again"
            )
    return manifest


def _files(store: Store, folder: str) -> list[str]:
    found = []
    for entry in store.list(folder):
        found += _files(store, entry.path) if entry.is_dir else [entry.path]
    return found


def _set_alias(request: Publish, name: str) -> None:
    url, number = request.mlflow, request.model_number
    if url is None:
        return
    if number is None:
        raise JobInputError(
            "the request names MLflow but no model_number", "pass the number that train reports"
        )
    set_alias(url, name, number)


def main() -> int:
    """Run as a program."""
    return run(Publish, publish_model)


if __name__ == "__main__":
    end(main())
