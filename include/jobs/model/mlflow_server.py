"""Calls of MLflow's REST interface, for programs that do not load MLflow."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import requests

TIMEOUT_S = 30
ALIAS = "current"


def set_alias(url: str, name: str, number: str) -> None:
    """Let the alias `current` of a registered model mean version `number`."""
    body = {"name": name, "alias": ALIAS, "version": number}
    _post(url, "registered-models/alias", body, f"set alias {ALIAS} of {name} to version {number}")


def log_metrics(url: str, run_id: str, metrics: Mapping[str, float]) -> None:
    """Add metrics to a run; of a name logged before, the newest value is shown."""
    now = {"timestamp": int(time.time() * 1000), "step": 0}  # ms
    values = [{"key": name, "value": value, **now} for name, value in metrics.items()]
    _post(url, "runs/log-batch", {"run_id": run_id, "metrics": values}, f"log the metrics of run {run_id}")


def _post(url: str, call: str, body: Mapping[str, Any], what: str) -> None:
    answer = requests.post(f"{url.rstrip('/')}/api/2.0/mlflow/{call}", json=body, timeout=TIMEOUT_S)
    if not answer.ok:
        raise RuntimeError(f"MLflow at {url} did not {what}: {answer.status_code} {answer.text}")
