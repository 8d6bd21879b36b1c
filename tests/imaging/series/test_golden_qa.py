"""Against dcm2niix: the eight EPI series of dcm_qa_nih, 4-D from GE and mosaics from Siemens."""

from __future__ import annotations

import json
from pathlib import Path

import nibabel
import numpy as np
import pytest

from imaging.dicom_reading.source_file import SourceFile
from imaging.series.convert import convert_series
from imaging.volume import Volume

pytestmark = pytest.mark.golden

SERIES = {
    "20180918GE/mr_0004": "DCM2NIIX_regression_test_4",
    "20180918GE/mr_0005": "DCM2NIIX_regression_test_5",
    "20180918GE/mr_0006": "DCM2NIIX_regression_test_6",
    "20180918GE/mr_0007": "DCM2NIIX_regression_test_7",
    "20180918Si/mr_0003": "EPI_PE=AP_3",
    "20180918Si/mr_0004": "EPI_PE=PA_4",
    "20180918Si/mr_0005": "EPI_PE=RL_5",
    "20180918Si/mr_0006": "EPI_PE=LR_6",
}
AXIS = {"GE": "InstanceNumber", "Si": "AcquisitionNumber"}


def convert_folder(folder: Path) -> Volume:
    result = convert_series([SourceFile.from_path(path) for path in folder.glob("*.dcm")])
    assert result.volume is not None, result.refusal
    return result.volume


@pytest.mark.parametrize(("folder", "name"), list(SERIES.items()), ids=list(SERIES.values()))
def test_trap_4d_series_and_row_siemens_mosaic_voxels_and_affine_equal_the_reference(
    folder, name, shared_data
):
    volume = convert_folder(shared_data / "dcm_qa_nih" / "In" / folder)
    reference = nibabel.load(shared_data / "dcm_qa_nih" / "Ref" / f"{name}.nii")
    # Both sides to the same directions of the axes; flips and swaps of whole axes, nothing else.
    ours = nibabel.as_closest_canonical(nibabel.Nifti1Image(volume.array, volume.affine))
    theirs = nibabel.as_closest_canonical(reference)
    voxels = np.asanyarray(theirs.dataobj)
    assert volume.array.dtype == voxels.dtype == np.int16
    np.testing.assert_array_equal(np.asanyarray(ours.dataobj), voxels)
    np.testing.assert_allclose(ours.affine, theirs.affine, atol=1e-3)
    assert volume.fourth is not None
    assert volume.fourth.kind == AXIS[folder[8:10]]
    assert volume.time_step_s == pytest.approx(float(reference.header["pixdim"][4]), abs=1e-4)


@pytest.mark.parametrize(("folder", "name"), list(SERIES.items()), ids=list(SERIES.values()))
def test_the_sidecar_says_what_the_reference_says(folder, name, shared_data):
    sidecar = convert_folder(shared_data / "dcm_qa_nih" / "In" / folder).sidecar
    published = json.loads((shared_data / "dcm_qa_nih" / "Ref" / f"{name}.json").read_text())
    numbers = ["MagneticFieldStrength", "RepetitionTime", "EchoTime", "FlipAngle", "SliceThickness"]
    numbers += ["SpacingBetweenSlices"]
    ours = {key: sidecar[key] for key in numbers}
    assert ours == pytest.approx({key: published[key] for key in numbers}, abs=1e-4)
    words = ("Modality", "ManufacturersModelName", "MRAcquisitionType")
    assert {key: sidecar[key] for key in words} == {key: published[key] for key in words}
    if folder[8:10] == "Si":
        assert sidecar["SliceTiming"] == pytest.approx(published["SliceTiming"], abs=3e-3)  # jitter
        axis = published["PhaseEncodingDirection"]
        # The reference turns the rows about: the sense along j is the other one there.
        turned = {"j": "j-", "j-": "j"}.get(axis, axis)
        assert sidecar["PhaseEncodingDirection"] == turned
