"""Where the installed and the shared DICOM files lie."""

from __future__ import annotations

import os
from pathlib import Path

import pydicom
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def pydicom_files() -> Path:
    return Path(pydicom.__file__).parent / "data" / "test_files"


@pytest.fixture(scope="session")
def store_files() -> Path:
    data_store = pytest.importorskip("data_store", reason="pydicom-data is not installed")
    return Path(data_store.__file__).parent / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    folder = Path(os.environ.get("NIGHTSCAN_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "sts").is_dir():
        pytest.skip(f"no shared data at {folder}; set NIGHTSCAN_SHARED_DATA")
    return folder
