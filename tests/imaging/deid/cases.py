"""A CT file full of identifiers, de-identified under one key, and read again."""

from __future__ import annotations

import io
from typing import Any

import pydicom
from pydicom.dataset import Dataset

from imaging.deid.options import Options
from imaging.deid.pseudonyms import Pseudonyms
from imaging.deid.reasons import DeidRefusal
from imaging.deid.remover import Cleaned, Deidentifier
from tests.imaging.factories import encode, slice_dataset

KEY = b"the secret of the site"
OTHER_KEY = b"the secret of another"
IDENTITY: dict[str, Any] = {
    "SpecificCharacterSet": "ISO_IR 192",
    "PatientName": "Müller^Gudrun",
    "PatientID": "MRN-0042-7",
    "PatientBirthDate": "19310105",
    "PatientAge": "093Y",
    "PatientSex": "F",
    "AccessionNumber": "ACC777123",
    "InstitutionName": "St Barbara Clinic",
    "ReferringPhysicianName": "Okonkwo^Adaeze",
    "OperatorsName": "Lindqvist^Per",
    "StudyDate": "20240301",
    "SeriesDate": "20240303",
    "AcquisitionDateTime": "20240301101112.5+0100",
    "StudyTime": "101112",
    "StudyDescription": "CT chest Gudrun Müller 20240301",
    "SeriesDescription": "Thorax 5.0 mm",
    "DeviceSerialNumber": "SN-889123",
    "Manufacturer": "ACME",
}


def worker(key: bytes = KEY, **options: Any) -> Deidentifier:
    return Deidentifier(Pseudonyms(key), Options(**options))


def identified(**changes: Any) -> Dataset:
    """A CT slice with identity; it refers to another image in a nested sequence and has private elements."""
    made = slice_dataset(0, **{**IDENTITY, **changes})
    inner = Dataset()
    inner.ReferencedSOPClassUID = made.SOPClassUID
    inner.ReferencedSOPInstanceUID = "1.2.3.4.1"
    inner.StudyDate = "20240302"
    made.SourceImageSequence = [inner]
    block = made.private_block(0x0019, "ACME INSIDE", create=True)
    block.add_new(0x01, "LO", "Gudrun Müller")
    block.add_new(0x02, "IS", "7")
    return made


def identified_bytes(**changes: Any) -> bytes:
    return encode(identified(**changes))


def released(data: bytes, by: Deidentifier | None = None) -> bytes:
    made = (by or worker()).clean(data)
    assert isinstance(made, Cleaned), made
    return made.data


def refusal(data: bytes, by: Deidentifier | None = None) -> DeidRefusal:
    made = (by or worker()).clean(data)
    assert isinstance(made, DeidRefusal)
    return made


def again(data: bytes) -> pydicom.FileDataset:
    return pydicom.dcmread(io.BytesIO(data))


def cleaned(by: Deidentifier | None = None, **changes: Any) -> pydicom.FileDataset:
    """De-identify the file of identity with changes, and read it."""
    return again(released(identified_bytes(**changes), by))


def private_elements(dataset: Dataset) -> int:
    return sum(element.tag.is_private for element in dataset.iterall())
