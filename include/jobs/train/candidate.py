"""A trained version as a folder: model files, training manifest, card, and MANIFEST.json with every hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from jobs.base.store import Store
from lake.places import Places

FORMAT = 1
MANIFEST = "MANIFEST.json"
TRAINING_MANIFEST = "training_manifest.json"

_CARD = """\
# {model_name} {version}

Predicts `{outcome}` from image features of modality {modality}, region: {which_region}.
Research use only: not a medical device.

- Patients used: {patients}, positive: {positives}, simulated: {counts[patients_simulated]}.
- Not used: {counts[patients_pending]} patients with a pending outcome, {counts[patients_unlabelled]} without
  a label, {counts[patients_labelled_not_used]} labelled ones without a usable row
  ({counts[patients_other_settings]} of them measured with other settings only).
- Rows: {rule}.
- Method: {features} features, median imputation, standardisation, logistic regression (C = {strength:g});
  {folds} patient-disjoint folds, C selected inside the training folds; positive from a score of
  {threshold:.3f} (share of positives among the patients trained on).
- Features measured with settings {settings_hash}: `{feature_settings}`.
- MLflow: run {run_id}, version {model_number}; YARN: {application_id}.
- How good it is: table model_metrics, rows of model_version {version}.
- Training digest: {digest}; training_manifest.json leads to the hash of every file.
"""


def write_candidate(
    store: Store,
    root: str,
    manifest: Mapping[str, Any],
    result: Mapping[str, Any],
    model: Mapping[str, bytes],
) -> str:
    """Replace the candidate's folder and return its path; one without MANIFEST.json is unfinished.

    :param manifest: the training manifest
    :param result: what train reports (MLflow's ids, application id)
    :param model: the files of the MLflow model by relative path
    """
    folder = Places(root).candidate(manifest["model_name"], manifest["version"])
    files = {f"model/{path}": data for path, data in model.items()}
    files[TRAINING_MANIFEST] = _text(manifest)
    files["README.md"] = card(manifest, result).encode()
    store.delete(folder)
    store.write_many({f"{folder}/{path}": data for path, data in files.items()})
    listing = {
        "format": FORMAT,
        "model_name": manifest["model_name"],
        "version": manifest["version"],
        "training_digest": manifest["digest"],
        "files": {
            path: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
            for path, data in sorted(files.items())
        },
        **{key: result[key] for key in ("run_id", "model_uri", "model_number", "application_id")},
    }
    store.swap(f"{folder}/{MANIFEST}", _text(listing))
    return folder


def card(manifest: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    """Return the model card in Markdown."""
    settings = manifest["settings"]
    return _CARD.format(
        **{**manifest, **result, **settings, "modality": manifest["modality"]},
        which_region=settings["region"] or "the largest of the volume",
    )


def _text(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, indent=1, sort_keys=True) + "\n").encode()
