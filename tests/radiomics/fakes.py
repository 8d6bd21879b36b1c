"""An engine that prints what a test wants, and values of pyradiomics that fit it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from radiomics_check.correspondence import MATCHES, Match
from radiomics_check.engine import Measured

VOXELS = 10
CLASSES = ["shape", "local", "firstorder", "ih", "ivh", "glcm", "glrlm", "glszm", "gldzm", "ngtdm", "ngldm"]
SETTINGS: Mapping[str, Any] = {
    "min_voxels": 2,
    "interpolation": "none",
    "spacing_mm": [],
    "round_intensities": False,
    "resegment_range": [None, None],
    "resegment_sigma": None,
    "discretisation": {"method": "fbn", "bins": 32},
    "classes": CLASSES,
    "aggregations": ["3d_avg"],
}
THEIRS: Mapping[str, float] = {match.theirs: 10.0 + number for number, match in enumerate(MATCHES)}


def agreeing(match: Match) -> float:
    """What ours must be to agree with THEIRS."""
    value = THEIRS[match.theirs]
    return value if match.convert is None else match.convert(value, VOXELS)


def printed(
    features: Mapping[str, float | None] | None = None,
    reasons: Mapping[str, str] | None = None,
    **settings: Any,
) -> dict[str, Any]:
    """What the engine prints; agrees with THEIRS but for ``features``."""
    values = {match.column("3d_avg"): agreeing(match) for match in MATCHES if match.ours}
    return {
        "settings": {**SETTINGS, **settings},
        "settings_hash": "0123456789abcdef",
        "status": "OK",
        "reason": None,
        "null_reasons": dict(reasons or {}),
        "features": values | dict(features or {}),
        "voxels": VOXELS,
    }


def measured(
    features: Mapping[str, float | None] | None = None,
    reasons: Mapping[str, str] | None = None,
    **settings: Any,
) -> Measured:
    """The same as the check reads it."""
    made = printed(features, reasons, **settings)
    return Measured(made["settings"], made["features"], made["null_reasons"], made["voxels"])


def write_java(folder: Path, answer: Mapping[str, Any] | str, *, status: int = 0, error: str = "") -> None:
    """A program ``java`` that notes its arguments, prints the answer and ends with a status."""
    folder.mkdir(exist_ok=True)
    (folder / "answer").write_text(answer if isinstance(answer, str) else json.dumps(answer))
    java = folder / "java"
    java.write_text(
        f'#!/bin/sh\necho "$@" > "{folder}/arguments"\ncat "{folder}/answer"\n'
        f'echo "{error}" >&2\nexit {status}\n'
    )
    java.chmod(0o755)
