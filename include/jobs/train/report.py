"""What a training leaves for others to read: rows of predictions, and MLflow's parameters and metrics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jobs.train.core import ALL_PATIENTS, Floats, Ints, TrainingSet, threshold

_FROM_MANIFEST = ("patient_key", "series_key", "scan_date_", "modality", "region")


def prediction_rows(
    manifest: Mapping[str, Any], data: TrainingSet, scores: Floats, predicted: Ints
) -> list[dict[str, Any]]:
    """Return the rows of model_predictions: one a patient, scored by the fold that held the patient out."""
    planned = {
        row["patient_key"]: {**row, "scan_date_": date["scan_date"]}
        for date in manifest["scan_dates"]
        for row in date["rows"]
    }
    return [
        {name: planned[patient][name] for name in _FROM_MANIFEST}
        | {"fold": int(fold), "score": float(score), "predicted": int(positive)}
        for patient, fold, score, positive in zip(data.patients, data.fold, scores, predicted, strict=True)
    ]


def parameters(
    manifest: Mapping[str, Any], strengths: Mapping[int, float], data: TrainingSet
) -> dict[str, Any]:
    """Return the parameters of the run: what was asked for, what was selected, and how much there was."""
    settings = manifest["settings"]
    by_fold = {f"C_fold_{fold}": strength for fold, strength in strengths.items() if fold != ALL_PATIENTS}
    return {
        "C": strengths[ALL_PATIENTS],
        **by_fold,
        "folds": settings["folds"],
        "outcome": settings["outcome"],
        "modality": manifest["modality"],
        "region": settings["region"] or "largest",
        "settings_hash": manifest["settings_hash"],
        "patients": len(data.patients),
        "positives": int(data.y.sum()),
        "features": len(data.names),
        "threshold": threshold(data.y),
        "imputation": "median",
    }


def flat_metrics(metrics: Mapping[str, Any]) -> dict[str, float]:
    """Return one number a name: the mean over folds, `_stddev`, `_pooled`, and one `_fold_<n>` each."""
    flat: dict[str, float] = dict(metrics["mean"])
    for part in ("stddev", "pooled"):
        flat.update({f"{name}_{part}": value for name, value in metrics[part].items()})
    for fold, values in metrics["folds"].items():
        flat.update({f"{name}_fold_{fold}": value for name, value in values.items()})
    return flat
