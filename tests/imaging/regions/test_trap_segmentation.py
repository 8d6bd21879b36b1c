"""Trap "not an image volume": liver.dcm (a segmentation) is a region of its CT, never a volume."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest

from imaging.dicom_reading.header import read_header
from imaging.dicom_reading.source_file import SourceFile
from imaging.reasons import Reason
from imaging.records import Header, Refusal, Role
from imaging.regions.rasterise import rasterise
from imaging.series.convert import convert_series
from imaging.series.plan import Links
from imaging.volume import Volume
from tests.imaging.factories import slice_bytes, stack, volume_of

PATIENT = "99000"
SERIES = "1.2.392.200103.20080913.113635.1.2009.6.22.21.43.10.23430.1"
FRAME = "1.2.392.200103.20080913.113635.3.2009.6.22.21.44.34.23882.1"


@pytest.fixture(scope="module")
def liver(store_files: Path) -> bytes:
    return (store_files / "liver.dcm").read_bytes()


def ct_slices(**changes: object) -> list[bytes]:
    """Three slices of 512 x 512 where the segmentation says that its CT lies."""
    values = {
        "SeriesInstanceUID": SERIES,
        "FrameOfReferenceUID": FRAME,
        "PatientID": PATIENT,
        "PixelSpacing": [0.810547, 0.810547],
        "stored": np.zeros((512, 512), np.int16),
    }
    places = [[-235.2, -226.8, z] for z in (-128.69, -127.69, -126.69)]
    return [
        slice_bytes(index, ImagePositionPatient=place, **{**values, **changes})
        for index, place in enumerate(places)
    ]


@pytest.fixture(scope="module")
def ct() -> Volume:
    return volume_of(ct_slices())


def header(data: bytes) -> Header:
    found = read_header(data)
    assert isinstance(found, Header)
    return found


def test_it_is_a_region_and_gives_no_volume(liver):
    assert header(liver).role is Role.REGION
    result = convert_series([SourceFile.from_bytes("liver", liver)])
    assert result.volume is None
    assert result.refusal is not None


def test_it_is_linked_by_its_uids_to_the_series_it_names(liver):
    other = header(slice_bytes(0, PatientID=PATIENT, FrameOfReferenceUID=FRAME, SeriesInstanceUID="1.2.9"))
    assert Links.of([other, header(ct_slices()[0])]).drawn_on(header(liver)) == SERIES
    lost = Links.of([other]).drawn_on(header(liver))
    assert isinstance(lost, Refusal)
    assert lost.reason is Reason.REGION_WITHOUT_IMAGE


def test_its_mask_on_that_grid_is_what_pydicom_unpacks(liver, ct, store_files):
    found = rasterise(liver, ct)
    assert isinstance(found, list)
    (result,) = found
    frames = pydicom.dcmread(store_files / "liver.dcm").pixel_array
    np.testing.assert_array_equal(result.mask, frames.transpose(2, 1, 0))
    assert (result.slug, result.kind, result.voxels) == ("liver", "SEG", int(frames.sum()))
    assert result.voxels > 1000
    assert result.volume_ml == pytest.approx(result.voxels * 0.810547**2 / 1000)


def test_on_another_series_or_another_grid_it_is_refused(liver, ct):
    assert rasterise(liver, volume_of(stack())) == Refusal(
        Reason.REGION_WITHOUT_IMAGE, {"series_referenced": 1}
    )
    moved = ct.affine.copy()
    moved[2, 3] += 0.5
    found = rasterise(liver, replace(ct, affine=moved))
    assert isinstance(found, Refusal)
    assert (found.reason, found.evidence["grid_error_voxels"]) == (
        Reason.REGION_OFF_GRID,
        pytest.approx(0.5),
    )
