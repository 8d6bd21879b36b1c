"""Write and read NIfTI-1: deterministic bytes, one file, no scaling."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from imaging.volume import Affine


def nifti_gz_bytes(array: NDArray[Any], affine: Affine, description: str = "") -> bytes:
    """Return the .nii.gz of ``array`` (i, j, k[, t]); same input, same bytes."""
    raise NotImplementedError


def read_nifti(data: bytes) -> tuple[NDArray[Any], Affine]:
    """Read voxels and affine of a .nii or .nii.gz written by ``nifti_gz_bytes``; ValueError when it is none."""
    raise NotImplementedError
