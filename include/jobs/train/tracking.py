"""What MLflow keeps of a training: one run and one registered version, however often it is tried."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import mlflow
import mlflow.sklearn
import pandas as pd
from mlflow.models import infer_signature
from sklearn.pipeline import Pipeline

VERSION_TAG = "nightscan.model_version"
RESULT_TAG = "nightscan.result_digest"  # other numbers for the same version are another run
REQUIREMENTS = ("numpy", "pandas", "scikit-learn")


@dataclass(frozen=True)
class Tracked:
    """MLflow's ids of a training and the files of its model by relative path."""

    run_id: str
    model_uri: str
    model_number: str
    files: dict[str, bytes]


def track(
    url: str,
    experiment: str,
    model_name: str,
    *,
    tags: Mapping[str, str],
    params: Mapping[str, Any],
    metrics: Mapping[str, float],
    model: Pipeline,
    example: pd.DataFrame,
) -> Tracked:
    """Log a run with its model and register it; the same numbers are logged once.

    :param url: MLflow's tracking server
    :param tags: must hold `VERSION_TAG`
    :param example: a few rows of features, kept as the model's input example (no keys, no dates)
    """
    mlflow.set_tracking_uri(url)
    mlflow.set_registry_uri(url)
    mlflow.set_experiment(experiment)
    client = mlflow.MlflowClient()
    numbers = json.dumps([dict(params), dict(metrics)], sort_keys=True)
    identity = {
        VERSION_TAG: tags[VERSION_TAG],
        RESULT_TAG: hashlib.sha256(numbers.encode()).hexdigest(),
    }
    registered = _registered(client, model_name, identity)
    if registered is None:
        with _run(client, experiment, identity) as run_id:
            mlflow.set_tags(dict(tags))
            mlflow.log_params(dict(params))
            mlflow.log_metrics(dict(metrics))
            logged = _log_model(model, example)
            created = mlflow.register_model(logged, model_name, tags=identity)
            registered = run_id, str(created.version)
    run_id, number = registered
    model_uri = f"models:/{model_name}/{number}"
    return Tracked(run_id, model_uri, number, _download(model_uri))


@contextmanager
def _run(client: Any, experiment: str, identity: Mapping[str, str]) -> Iterator[str]:
    """Resume the run of this identity that a failed attempt left, or start one."""
    found = client.search_runs(
        [client.get_experiment_by_name(experiment).experiment_id],
        filter_string=_having(identity),
        max_results=1,
    )
    with mlflow.start_run(
        run_id=found[0].info.run_id if found else None,
        run_name=None if found else identity[VERSION_TAG],
        tags=dict(identity),
    ) as run:
        yield run.info.run_id


def _registered(client: Any, model_name: str, identity: Mapping[str, str]) -> tuple[str, str] | None:
    found = client.search_model_versions(f"name = '{model_name}' and {_having(identity)}")
    ready = [one for one in found if one.status == "READY"]
    return (str(ready[0].run_id), str(ready[0].version)) if ready else None


def _having(identity: Mapping[str, str]) -> str:
    return " and ".join(f"tags.`{tag}` = '{value}'" for tag, value in sorted(identity.items()))


def _log_model(model: Pipeline, example: pd.DataFrame) -> str:
    info = mlflow.sklearn.log_model(
        model,
        name="model",
        signature=infer_signature(example, model.predict_proba(example)),
        input_example=example,
        pip_requirements=_pinned(REQUIREMENTS),
        pyfunc_predict_fn="predict_proba",
        serialization_format=mlflow.sklearn.SERIALIZATION_FORMAT_CLOUDPICKLE,
    )
    return str(info.model_uri)


def _download(model_uri: str) -> dict[str, bytes]:
    with TemporaryDirectory() as folder:
        base = Path(mlflow.artifacts.download_artifacts(model_uri, dst_path=folder))
        return {
            str(path.relative_to(base)): path.read_bytes()
            for path in sorted(base.rglob("*"))
            if path.is_file()
        }


def _pinned(names: tuple[str, ...]) -> list[str]:
    return [f"{name}=={version(name)}" for name in names]
