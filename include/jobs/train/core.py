"""The statistics of training, without Spark, HDFS or MLflow: arrays in, numbers out.

Model: logistic regression on standardised features; a missing feature gets the median of the training
patients (no indicator column: with tens of patients it would add as many columns as values). Nothing is
fitted on a patient who is scored: the strength C is selected by log loss inside the training folds only, by
leaving each of them out in turn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

STRENGTHS = (0.001, 0.01, 0.1, 1.0, 10.0)  # C of the logistic regression, strongest regularisation first
ALL_PATIENTS = -1  # "held-out fold" of the final model
LOSS_DIGITS = 9
DIGITS = 12  # scores are rounded, so that the same data give the same bytes on any machine


class Selected(NamedTuple):
    """A selected C (`strength`) and its mean log loss over the folds it was selected on."""

    strength: float
    loss: float


@dataclass(frozen=True)
class TrainingSet:
    """One row a patient: keys (n), features (n x f, NaN where missing), labels 0/1 (n), folds 0..k-1 (n)."""

    patients: tuple[str, ...]
    names: tuple[str, ...]
    x: Floats
    y: Ints
    fold: Ints

    @property
    def folds(self) -> int:
        """How many folds there are."""
        return int(self.fold.max()) + 1


def check(data: TrainingSet, folds: int) -> None:
    """Demand patient-disjoint folds, each with both classes; ValueError names the first breach."""
    n = len(data.patients)
    if len(set(data.patients)) != n:
        raise ValueError(
            f"{n} rows belong to {len(set(data.patients))} patients: folds would share a patient"
        )
    if data.x.shape != (n, len(data.names)) or data.y.shape != (n,) or data.fold.shape != (n,):
        raise ValueError(
            f"{n} patients, features {data.x.shape}, labels {data.y.shape}, folds {data.fold.shape}"
        )
    if set(data.fold.tolist()) != set(range(folds)):
        raise ValueError(f"folds are {sorted(set(data.fold.tolist()))}, not 0 to {folds - 1}")
    for fold in range(folds):
        if len(set(data.y[data.fold == fold].tolist())) != 2:  # noqa: PLR2004 - two classes
            raise ValueError(f"fold {fold} has patients of one class only")


def pipeline(strength: float) -> Pipeline:
    """Return the unfitted model for one C."""
    return Pipeline(
        [
            ("impute", SimpleImputer(strategy="median", keep_empty_features=True)),
            ("scale", StandardScaler()),
            ("classify", LogisticRegression(C=strength, max_iter=5000, random_state=0)),
        ]
    )


def inner_loss(data: TrainingSet, held_out: int, strength: float) -> float:
    """Return the mean log loss of one C over the folds but `held_out`, each left out of the fit in turn."""
    training = data.fold != held_out
    losses = []
    for inner in sorted(set(data.fold[training].tolist())):
        fit, score = training & (data.fold != inner), data.fold == inner
        model = pipeline(strength).fit(data.x[fit], data.y[fit])
        losses.append(log_loss(data.y[score], model.predict_proba(data.x[score])[:, 1], labels=[0, 1]))
    return float(np.mean(losses))


def select(losses: Mapping[float, float]) -> Selected:
    """Return the C with the least loss; of equals the most regularised."""
    loss, strength = min((round(loss, LOSS_DIGITS), strength) for strength, loss in losses.items())
    return Selected(strength, loss)


def held_out_scores(data: TrainingSet, held_out: int, strength: float) -> Floats:
    """Return the scores of one fold by a model that was fitted on all others."""
    fit, score = data.fold != held_out, data.fold == held_out
    model = pipeline(strength).fit(data.x[fit], data.y[fit])
    scores: Floats = model.predict_proba(data.x[score])[:, 1].astype(np.float64)
    return np.round(scores, DIGITS)


def threshold(y: Ints) -> float:
    """Return the score from which a patient counts as positive: the share of positives trained on.

    A calibrated score above it says more than the prevalence alone; 0.5 would call few patients positive
    where the outcome is rare.
    """
    return float(np.mean(y))


def predictions(data: TrainingSet, scores: Floats) -> Ints:
    """Return 0 or 1 by the threshold of the patients each fold was trained on."""
    limits = np.array([threshold(data.y[data.fold != fold]) for fold in range(data.folds)])
    return (scores >= limits[data.fold]).astype(np.int64)
