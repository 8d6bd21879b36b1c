"""Projection X-ray: one image, no place in the patient, stored values as they are (MONOCHROME1 row)."""

from __future__ import annotations

import numpy as np
import pydicom
import pytest

from imaging.reasons import Reason
from tests.imaging.factories import pixels, refusal_of, slice_bytes, stack, volume_of

CR = "1.2.840.10008.5.1.4.1.1.1"
DX = "1.2.840.10008.5.1.4.1.1.1.1.1"
FLAT = {
    "SOPClassUID": DX,
    "Modality": "DX",
    "ImagePositionPatient": None,
    "ImageOrientationPatient": None,
    "RescaleSlope": None,
    "RescaleIntercept": None,
}


@pytest.mark.parametrize("name", ["CR1", "CR2", "CR3"])
def test_trap_monochrome1_keeps_stored_values(name, pydicom_files):
    path = next((pydicom_files / "dicomdirtests" / "77654033" / name).iterdir())
    source = pydicom.dcmread(path)
    volume = volume_of([path.read_bytes()])
    np.testing.assert_array_equal(volume.array[:, :, 0].T, source.pixel_array)
    assert volume.photometric == volume.record()["photometric"] == "MONOCHROME1"
    assert volume.array.shape == (16, 16, 1)
    assert (volume.modality, volume.spacing, volume.units) == ("CR", (0.1, 0.1, 1.0), "arbitrary")
    assert (volume.sidecar["RescaleSlope"], volume.spacing_source) == (0.684, "ImagerPixelSpacing")


def test_trap_monochrome1_and_monochrome2_give_the_same_volume():
    inverted = volume_of(stack(PhotometricInterpretation="MONOCHROME1"))
    np.testing.assert_array_equal(inverted.array, volume_of(stack()).array)


@pytest.mark.parametrize(
    ("changes", "spacing", "source"),
    [
        ({"PixelSpacing": [0.2, 0.1], "ImagerPixelSpacing": [9, 9]}, (0.1, 0.2), "PixelSpacing"),
        ({"PixelSpacing": None, "ImagerPixelSpacing": [0.2, 0.1]}, (0.1, 0.2), "ImagerPixelSpacing"),
        (
            {
                "PixelSpacing": None,
                "ImagerPixelSpacing": [0.3, 0.15],
                "EstimatedRadiographicMagnificationFactor": 1.5,
            },
            (0.1, 0.2),
            "ImagerPixelSpacing/EstimatedRadiographicMagnificationFactor",
        ),
    ],
)
def test_a_projection_has_the_spacing_in_the_patient_where_it_is_known(changes, spacing, source):
    volume = volume_of([slice_bytes(0, **{**FLAT, **changes})])
    assert volume.spacing[:2] == pytest.approx(spacing)
    np.testing.assert_allclose(volume.affine, np.diag([*spacing, 1.0, 1.0]))
    assert (volume.projection, volume.affine_code, volume.spacing_source) == (True, "none", source)
    record = volume.record()
    assert (record["projection"], record["spacing_source"], record["slices"]) == (True, source, 1)
    np.testing.assert_array_equal(volume.array[:, :, 0].T, pixels(0))


def test_a_volume_in_the_patient_has_the_scanner_s_space():
    volume = volume_of(stack())
    assert (volume.projection, volume.affine_code) == (False, "scanner")


def test_several_projections_in_one_series_are_refused():
    reason, evidence = refusal_of([slice_bytes(n, **FLAT) for n in range(3)])
    assert (reason, evidence) == (Reason.SEVERAL_PROJECTIONS, {"images": 3})


def test_a_projection_without_spacing_is_refused():
    reason, evidence = refusal_of([slice_bytes(0, **{**FLAT, "SOPClassUID": CR, "PixelSpacing": None})])
    assert (reason, evidence["absent"]) == (Reason.MISSING_GEOMETRY, ["PixelSpacing", "ImagerPixelSpacing"])


def test_a_projection_of_several_frames_is_refused():
    reason, _ = refusal_of([slice_bytes(0, NumberOfFrames=4, **FLAT)])
    assert reason is Reason.UNSUPPORTED_MULTIFRAME
