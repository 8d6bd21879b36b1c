"""What a training leaves for others to read: rows of predictions, and MLflow's parameters and metrics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jobs.train.core import ALL_PATIENTS, Floats, Ints, Selected, TrainingSet, threshold

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
    manifest: Mapping[str, Any], selected: Mapping[int, Selected], data: TrainingSet
) -> dict[str, Any]:
    """Return the parameters of the run: what was asked for, what was selected, and how much there was."""
    settings = manifest["settings"]
    by_fold = {f"C_fold_{fold}": one.strength for fold, one in selected.items() if fold != ALL_PATIENTS}
    return {
        "C": selected[ALL_PATIENTS].strength,
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


def selection_losses(selected: Mapping[int, Selected]) -> dict[str, float]:
    """Return the log loss that each C was selected by: of the final model, and one `_fold_<n>` each."""
    losses = {fold: one.loss for fold, one in selected.items() if fold != ALL_PATIENTS}
    by_fold = {f"selection_log_loss_fold_{fold}": loss for fold, loss in losses.items()}
    return {"selection_log_loss": selected[ALL_PATIENTS].loss, **by_fold}
