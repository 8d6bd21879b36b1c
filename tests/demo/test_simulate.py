"""The simulated cohort: valid, marked, repeatable, and separable as stated."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pydicom
import pytest

from demo.simulate import SimulatedPatient, simulate_patient
from imaging.dicom_reading.header import identity_refusal, read_header
from imaging.records import Header, Role
from imaging.regions.rasterise import rasterise
from tests.imaging.factories import volume_of

DATE = dt.date(2024, 3, 1)


@pytest.fixture(scope="module")
def patient() -> SimulatedPatient:
    return simulate_patient(7, DATE)


def test_every_file_is_marked_as_simulated_and_bears_the_patient_and_the_date(patient):
    headers = [read_header(data) for data in patient.files.values()]
    assert len(headers) == 25
    for found in headers:
        assert isinstance(found, Header)
        assert (found.simulated, found.patient_id, found.date) == (True, "SIM-0007", DATE)
        assert identity_refusal(found) is None
    assert sorted({str(found.role) for found in headers if isinstance(found, Header)}) == ["image", "region"]


def test_the_series_converts_and_its_tumour_has_the_stated_heterogeneity(patient):
    files = {name: data for name, data in patient.files.items() if not name.endswith("RS.dcm")}
    volume = volume_of(files)
    assert (volume.array.shape, volume.units, volume.simulated) == ((48, 48, 24), "SUV", True)
    regions = rasterise(patient.files["PET/RS.dcm"], volume)
    assert isinstance(regions, list)
    mask = regions[0].mask
    assert mask is not None
    inside = volume.array[mask > 0].astype(np.float64)
    assert inside.std() / inside.mean() == pytest.approx(patient.properties["heterogeneity"], rel=1e-3)
    assert inside.mean() == pytest.approx(patient.properties["mean_suv"], rel=1e-3)


def test_the_same_number_gives_the_same_bytes_and_another_one_does_not(patient):
    assert simulate_patient(7, DATE).files == patient.files
    other = simulate_patient(8, DATE)
    assert not set(other.files.values()) & set(patient.files.values())


def test_another_date_gives_other_objects_with_the_same_outcome(patient):
    later = simulate_patient(7, dt.date(2025, 1, 9))
    assert later.label == patient.label
    uids = [{read_header(data).sop_uid for data in item.files.values()} for item in (later, patient)]
    assert not uids[0] & uids[1]


def test_identifiers_are_valid_and_unique(patient):
    parsed = [pydicom.dcmread(pydicom.filebase.DicomBytesIO(data)) for data in patient.files.values()]
    uids = [item.SOPInstanceUID for item in parsed]
    assert len(set(uids)) == len(uids)
    for item in parsed:
        assert re.fullmatch(r"2\.25\.(0|[1-9]\d{0,38})", item.SOPInstanceUID)
        assert item.file_meta.MediaStorageSOPInstanceUID == item.SOPInstanceUID
    slices = {item.SOPInstanceUID for item in parsed if item.Modality == "PT"}
    structures = next(item for item in parsed if item.Modality == "RTSTRUCT")
    series = (
        structures.ReferencedFrameOfReferenceSequence[0]
        .RTReferencedStudySequence[0]
        .RTReferencedSeriesSequence[0]
    )
    assert {item.ReferencedSOPInstanceUID for item in series.ContourImageSequence} == slices


def test_file_names_follow_neither_position_nor_chance(patient):
    first = pydicom.dcmread(pydicom.filebase.DicomBytesIO(patient.files["PET/IM0001.dcm"]))
    last = pydicom.dcmread(pydicom.filebase.DicomBytesIO(patient.files["PET/IM0024.dcm"]))
    assert first.ImagePositionPatient[2] > last.ImagePositionPatient[2]


def test_heterogeneity_separates_the_outcomes_of_a_cohort_of_45():
    cohort = [simulate_patient(number, DATE) for number in range(1, 46)]
    score = np.array([item.properties["heterogeneity"] for item in cohort])
    label = np.array([item.label for item in cohort])
    positives, negatives = score[label == 1], score[label == 0]
    area = (positives[:, None] > negatives[None]).mean()
    assert min(len(positives), len(negatives)) >= 12
    assert 0.8 <= area <= 0.95


def test_patients_are_counted_from_one():
    with pytest.raises(ValueError, match="below 1"):
        simulate_patient(0, DATE)


def test_the_region_is_linked_to_the_series(patient):
    headers = [read_header(data) for data in patient.files.values()]
    found = [item for item in headers if isinstance(item, Header)]
    image = next(item for item in found if item.role is Role.IMAGE)
    region = next(item for item in found if item.role is Role.REGION)
    assert region.referenced_series == (image.series_uid,)
