"""A region as files, a fake engine on PATH, and the committed list of features."""

from __future__ import annotations

import csv
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.radiomics.fakes import write_java

FEATURES = Path(__file__).parents[2] / "include" / "hive" / "features.tsv"


@pytest.fixture(scope="session")
def feature_table() -> list[dict[str, str]]:
    """Every feature of the engine, as `java -cp JAR com.hospital.ml.FeatureTable` prints it."""
    with FEATURES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture
def region_files(tmp_path: Path) -> tuple[Path, Path]:
    """A textured region of 60 voxels: values 0 to 119, one line along the first axis outside."""
    nibabel: Any = importlib.import_module("nibabel")
    values = np.random.default_rng(5).permutation(120).reshape(4, 5, 6).astype(np.float32)
    inside = np.zeros(values.shape, dtype=np.uint8)
    inside[:, 1:4, :5] = 1
    paths = tmp_path / "image.nii.gz", tmp_path / "mask.nii.gz"
    for path, array in zip(paths, (values, inside), strict=True):
        nibabel.Nifti1Image(array, np.diag([1.0, 2.0, 3.0, 1.0])).to_filename(str(path))
    return paths


@pytest.fixture
def fake_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Put a fake java on PATH; returns the path of a jar."""

    def make(answer: Any, **options: Any) -> Path:
        write_java(tmp_path / "bin", answer, **options)
        monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
        jar = tmp_path / "engine.jar"
        jar.touch()
        return jar

    return make
