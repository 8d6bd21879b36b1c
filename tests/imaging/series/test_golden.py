"""Against the publisher: STS_001 to STS_006 as the IBSI distributes them, voxels, affines and masks."""

from __future__ import annotations

from pathlib import Path

import nibabel
import numpy as np
import pytest

from imaging.dicom_reading.header import read_header
from imaging.dicom_reading.source_file import SourceFile
from imaging.records import Header
from imaging.regions.rasterise import rasterise
from imaging.series.convert import convert_series
from imaging.volume import Volume

pytestmark = pytest.mark.golden

SCANS = [(f"STS_00{number}", "PET") for number in range(1, 7)]
SCANS += [(patient, modality) for patient in ("STS_001", "STS_002") for modality in ("CT", "MR_T1")]
STRUCTURES = "RS.dcm"


def series_folder(shared: Path, patient: str, modality: str) -> Path:
    return next((shared / "sts" / "landing").glob(f"*/{patient}/{modality}"))


def convert_scan(folder: Path) -> Volume:
    result = convert_series(
        [SourceFile.from_path(path) for path in folder.iterdir() if path.name != STRUCTURES]
    )
    assert result.volume is not None, result.refusal
    return result.volume


@pytest.mark.parametrize(("patient", "modality"), SCANS)
def test_trap_rtstruct_mask_and_volume_equal_the_publisher_s(patient, modality, shared_data):
    folder = series_folder(shared_data, patient, modality)
    reference = shared_data / "sts" / "reference_nifti" / patient
    volume = convert_scan(folder)
    image = nibabel.load(reference / f"{modality}_image.nii.gz")
    expected = np.asanyarray(image.dataobj)
    assert volume.array.shape == expected.shape
    if modality == "PET":
        # The publisher multiplied in single precision: one rounding of the last digit apart.
        np.testing.assert_allclose(volume.array, expected, rtol=2.0**-22)
        assert volume.units == "SUV"
    else:
        np.testing.assert_array_equal(volume.array.astype(np.float32), expected)
    np.testing.assert_allclose(volume.affine, image.affine, atol=5e-5)
    masks = rasterise((folder / STRUCTURES).read_bytes(), volume)
    assert isinstance(masks, list)
    assert [item.slug for item in masks] == [f"gtv-mass-{modality.lower().replace('_', '-')}"]
    drawn = masks[0].mask
    assert drawn is not None
    published = np.asanyarray(nibabel.load(reference / f"{modality}_mask.nii.gz").dataobj) > 0
    dice = 2 * np.count_nonzero(published & (drawn > 0)) / (published.sum() + drawn.sum())
    assert dice >= 0.98


@pytest.mark.slow
def test_all_51_pet_series_convert_and_their_tumours_are_of_plausible_size(shared_data):
    volumes = {}
    for structures in sorted((shared_data / "sts" / "landing").glob(f"*/*/PET/{STRUCTURES}")):
        patient = structures.parent.parent.name
        found = rasterise(structures.read_bytes(), convert_scan(structures.parent))
        assert isinstance(found, list)
        assert len(found) == 1
        volumes[patient] = found[0].volume_ml
    assert len(volumes) == 51
    assert min(volumes.values()) > 1.0
    assert max(volumes.values()) < 5000.0


def test_scan_dates_of_the_headers_are_those_of_the_folders(shared_data):
    landing = shared_data / "sts" / "landing"
    folders = sorted(path for path in landing.iterdir() if path.is_dir())
    dates = [read_header(next(folder.rglob("0*.dcm"))) for folder in folders]
    read = [found.date.isoformat() for found in dates if isinstance(found, Header) and found.date]
    assert read == [folder.name for folder in folders]
    assert len(read) == 50
