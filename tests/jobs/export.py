"""The export of a scan date on a local store: what plan, streaming job and commit do, as calls."""

from __future__ import annotations

import io
import json
from typing import Any

import pydicom

from jobs.base.store import Store
from jobs.deidentify.commit import commit_deidentify
from jobs.deidentify.mapper import deidentify
from jobs.deidentify.plan import plan_deidentify
from jobs.deidentify.worker import FileCleaner, worker_of
from lake.places import Places
from messages.wire import as_json

ROOT, DAY, CODE = "/medical_data", "2025-03-03", "0123456789abcdef"
KEY = b"a key for tests"
PLACES = Places(ROOT)


def changed(data: bytes, **values: Any) -> bytes:
    dataset = pydicom.dcmread(io.BytesIO(data))
    dataset.update(values)
    out = io.BytesIO()
    dataset.save_as(out)
    return out.getvalue()


def plan(store: Store, *, day: str = DAY, key: bytes = KEY, target_bytes: int = 10**9) -> dict[str, Any]:
    made = plan_deidentify(store, ROOT, day, key=key, code=CODE, target_bytes=target_bytes)
    return as_json(made, "plan")


def map_all(
    store: Store, made: dict[str, Any], *, key: bytes = KEY, memory_bytes: int | None = None
) -> list[dict[str, Any]]:
    """Do what the streaming job does: cut the manifest into tasks, map each, keep its output."""
    lines = store.read(made["manifest"]).decode().splitlines()
    folder = PLACES.deidentified(made["scan_date"], made["build"])
    records: list[dict[str, Any]] = []
    for task in range(made["tasks"]):
        taken = lines[task * made["lines_per_map"] : (task + 1) * made["lines_per_map"]]
        cleaner = FileCleaner(worker_of(key), memory_bytes)
        found = list(deidentify(taken, store, folder, f"attempt_{task}", cleaner))
        text = "".join(json.dumps(record) + "\t\n" for record in found)
        store.write(f"{made['output']}/part-{task:05d}", text.encode())
        records += found
    store.write(f"{made['output']}/_SUCCESS", b"")
    return records


def commit(store: Store, made: dict[str, Any], *, key: bytes = KEY) -> dict[str, Any]:
    named = {"build": made["build"], "key_id": made["key_id"]}
    return as_json(commit_deidentify(store, ROOT, made["scan_date"], key=key, **named), "commit")


def export(store: Store, **changes: Any) -> dict[str, Any]:
    made = plan(store, **changes)
    map_all(store, made)
    return commit(store, made)
