"""What is read from the two files."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from radiomics_check.errors import CheckError
from radiomics_check.region import read_region


def test_both_files_are_read_with_their_spacing(region_files: tuple[Path, Path]):
    found = read_region(*region_files)
    assert (found.values.shape, found.values.dtype, found.spacing_mm) == ((4, 5, 6), np.float64, (1, 2, 3))
    assert int(found.inside.sum()) == 60


def test_scaled_values_are_scaled_in_double_precision(tmp_path: Path):
    nibabel: Any = importlib.import_module("nibabel")
    image = nibabel.Nifti1Image(np.arange(8, dtype=np.int16).reshape(2, 2, 2), np.eye(4))
    image.header.set_slope_inter(0.1, -3)
    image.to_filename(str(tmp_path / "image.nii"))
    slope = float(nibabel.load(str(tmp_path / "image.nii")).dataobj.slope)
    found = read_region(tmp_path / "image.nii", tmp_path / "image.nii")
    raw = np.round((found.values + 3) / slope)
    assert np.array_equal(found.values, raw * slope - 3)


def test_files_of_two_grids_are_refused(tmp_path: Path):
    nibabel: Any = importlib.import_module("nibabel")
    for side in (2, 3):
        volume = nibabel.Nifti1Image(np.ones((side, 2, 2), dtype=np.uint8), np.eye(4))
        volume.to_filename(str(tmp_path / f"{side}.nii"))
    with pytest.raises(CheckError, match="not one grid"):
        read_region(tmp_path / "2.nii", tmp_path / "3.nii")
