"""A converted folder with defaults, as ``convert`` lays it out; made wrong in one respect at a time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from imaging.output.nifti import nifti_gz_bytes

KEY = "0123456789abcdef"
SPACING = (2.0, 3.0, 5.0)
INPUTS = [hashlib.sha256(name).hexdigest() for name in (b"one", b"two", b"three", b"four")]
# As most scans lie: columns to the left, rows to the back, slices to the head.
STRAIGHT = np.array([[-2.0, 0, 0, 10], [0, -3.0, 0, 20], [0, 0, 5.0, -30], [0, 0, 0, 1]])


def voxels(shape: tuple[int, ...] = (6, 5, 4), dtype: str = "int16") -> np.ndarray:
    return np.arange(np.prod(shape)).reshape(shape).astype(dtype)


def box(shape: tuple[int, ...] = (6, 5, 4)) -> np.ndarray:
    mask = np.zeros(shape, np.uint8)
    mask[1:4, 1:3, 1:3] = 1
    return mask


def certificate(slices: int = 4, **changes: Any) -> dict[str, Any]:
    made = {
        "slices": slices,
        "spacing_median": SPACING[2],
        "spacing_residual_max": 0.001,
        "shift_residual_max": 0.002,
        "corner_error_max": 0.003,
        "orthogonality_max": 0.0,
        "orientation_residual_max": 0.0,
        "handedness": 1,
    }
    return {**made, **changes}


def record(array: np.ndarray, affine: np.ndarray, **changes: Any) -> dict[str, Any]:
    columns, rows, slices = array.shape[:3]
    made = {
        "columns": columns,
        "rows": rows,
        "slices": slices,
        "volumes": array.shape[3] if array.ndim > 3 else 1,
        "spacing": [float(value) for value in np.linalg.norm(affine[:3, :3], axis=0)],
        "affine": affine.tolist(),
        "units": "HU",
        "units_source": "HU",
        "dtype": array.dtype.name,
        "modality": "CT",
        "files": len(INPUTS),
        "files_digest": hashlib.sha256("\n".join(sorted(INPUTS)).encode()).hexdigest(),
        "padding_value": None,
        "padding_voxels": 0,
        "geometry": certificate(slices, handedness=1 if np.linalg.det(affine[:3, :3]) > 0 else -1),
    }
    return {**made, **changes}


def write_volume(
    out: Path,
    array: np.ndarray | None = None,
    affine: np.ndarray = STRAIGHT,
    masks: Mapping[str, np.ndarray] | None = None,
    key: str = KEY,
    **changes: Any,
) -> Path:
    """Write a volume, its masks and its sidecar; ``changes`` go into the record, 'regions' replaces them."""
    out.mkdir(parents=True, exist_ok=True)
    array = voxels() if array is None else array
    masks = {"gtv": box(array.shape[:3])} if masks is None else masks
    ml = abs(float(np.linalg.det(affine[:3, :3]))) / 1000
    regions = [
        {"region": slug, "reason": None, "voxels": int(mask.sum()), "volume_ml": int(mask.sum()) * ml}
        for slug, mask in masks.items()
    ]
    own = {"regions": changes.pop("regions", regions), "inputs": INPUTS}
    story = {**changes.pop("sidecar", {}), "nightscan": {"volume": record(array, affine, **changes), **own}}
    (out / f"{key}.json").write_text(json.dumps(story))
    for slug, mask in masks.items():
        (out / f"{key}.{slug}.mask.nii.gz").write_bytes(nifti_gz_bytes(mask, affine))
    path = out / f"{key}.nii.gz"
    path.write_bytes(nifti_gz_bytes(array, affine))
    return path


def used(name: str, key: str = KEY, outcome: str = "volume") -> dict[str, Any]:
    return entry(name, outcome=outcome, volume=key)


def refused(name: str, reason: str, level: str = "file", **evidence: Any) -> dict[str, Any]:
    return entry(name, outcome="refused", reason=reason, level=level, evidence=evidence)


def entry(name: str, **changes: Any) -> dict[str, Any]:
    made = {"name": name, "sha256": "0" * 64, "volume": None, "level": "file", "reason": None, "evidence": {}}
    return {**made, **changes}


def write_records(out: Path, *entries: Mapping[str, Any]) -> Path:
    out.mkdir(parents=True, exist_ok=True)
    path = out / "records.json"
    path.write_text(json.dumps(list(entries)))
    return path
