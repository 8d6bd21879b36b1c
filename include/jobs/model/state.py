"""What earlier releases left behind: one record for each that reached its gate, and the pointer CURRENT."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from jobs.base.store import Store
from lake.places import Places


@dataclass(frozen=True)
class Attempt:
    """A release that reached its gate, and what it was made from.

    `features` is scan date -> sha256 of its features file, `settings` what else decides the result, `folds`
    patient key -> fold, `metrics` what the gate judged.
    """

    version: str
    run_key: str
    deployed: bool
    reason: str
    previous: str | None
    features: dict[str, str]
    settings: dict[str, Any]
    folds: dict[str, int]
    metrics: dict[str, Any] = field(default_factory=dict)


def from_manifest(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of an Attempt that a training manifest decides."""
    dates = manifest["scan_dates"]
    return {
        "version": manifest["version"],
        "run_key": manifest["run_key"],
        "features": {date["scan_date"]: date["sha256"] for date in dates},
        "settings": dict(manifest["settings"]),
        "folds": {row["patient_key"]: row["fold"] for date in dates for row in date["rows"]},
    }


def read_attempt(store: Store, root: str, model_name: str, version: str) -> Attempt | None:
    """Read the record of one version, if there is one."""
    try:
        return Attempt(**json.loads(store.read(Places(root).attempt(model_name, version))))
    except FileNotFoundError:
        return None


def write_attempt(store: Store, root: str, model_name: str, attempt: Attempt) -> None:
    """Write or replace the record of one version."""
    text = json.dumps(asdict(attempt), sort_keys=True, indent=1)
    store.swap(Places(root).attempt(model_name, attempt.version), text.encode())


def last_attempt(store: Store, root: str, model_name: str, *, not_of_run: str) -> Attempt | None:
    """Read the newest record (versions begin with their time) that another run than `not_of_run` made."""
    entries = store.list(Places(root).attempts(model_name))
    for entry in sorted(entries, key=lambda entry: entry.name, reverse=True):
        if entry.name.endswith(".json") and not entry.name.startswith("_"):
            attempt = Attempt(**json.loads(store.read(entry.path)))
            if attempt.run_key != not_of_run:
                return attempt
    return None


def current_version(store: Store, root: str, model_name: str) -> str | None:
    """Read the deployed version, if there is one."""
    try:
        return store.read(Places(root).current(model_name)).decode().strip()
    except FileNotFoundError:
        return None
