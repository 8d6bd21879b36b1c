from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from jobs.train.core import pipeline

# MLflow warns of itself, of its dependencies and of half of this file; none of it is ours to correct.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
# as many columns as there are features, with names as long as theirs
NAMES = ["a", *(f"ngldm_low_dependence_high_grey_level_emphasis_{n}" for n in range(481))]
FRAME = pd.DataFrame(np.random.default_rng(0).normal(size=(20, len(NAMES))), columns=NAMES)


@pytest.fixture
def tracking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database of MLflow's own in an empty folder, no server; none is called."""
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    monkeypatch.setenv("GIT_PYTHON_REFRESH", "quiet")
    # MLflow asks pyspark-client (of the Spark provider) for a live session; without a Spark distribution
    # beside it that package ends the interpreter. Any folder will do: no session is made.
    monkeypatch.setenv("SPARK_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    yield f"sqlite:///{tmp_path}/mlflow.db"
    os.environ.pop("MLFLOW_TRACKING_URI", None)


def log(url: str, auc: float = 0.7) -> Any:
    from jobs.train import tracking as train_tracking

    return train_tracking.track(
        url,
        "outcome",
        "model",
        tags={train_tracking.VERSION_TAG: "v1", "nightscan.run_tag": "r", "nightscan.settings": "s" * 4000},
        params={"C": 0.1},
        metrics={"auc": auc},
        model=pipeline(1.0).fit(FRAME, [0, 1] * 10),
        example=FRAME.head(2),
    )


def test_a_training_is_one_run_and_one_registered_version_however_often_it_is_tried(tracking: str) -> None:
    import mlflow

    first = log(tracking)
    assert log(tracking) == first
    client = mlflow.MlflowClient(tracking)
    versions = client.search_model_versions("name = 'model'")
    assert [(str(v.version), v.run_id, v.tags["nightscan.model_version"]) for v in versions] == [
        ("1", first.run_id, "v1")
    ]
    run = client.get_run(first.run_id)
    assert (run.data.params, run.data.metrics) == ({"C": "0.1"}, {"auc": 0.7})
    assert run.data.tags["nightscan.run_tag"] == "r"
    assert {"MLmodel", "input_example.json", "requirements.txt"} <= first.files.keys()
    assert b'"name": "a"' in first.files["MLmodel"]

    loaded = mlflow.sklearn.load_model(first.model_uri)
    expected = pipeline(1.0).fit(FRAME, [0, 1] * 10).predict_proba(FRAME)
    assert np.array_equal(loaded.predict_proba(FRAME), expected)

    other = log(tracking, auc=0.8)
    assert (other.model_number, other.run_id == first.run_id) == ("2", False)
