"""The sidecar: BIDS names and units, and nothing that could name a patient."""

from __future__ import annotations

from imaging.reasons import Reason
from tests.imaging.factories import MR, PET, dataset, refusal_of, slice_bytes, stack, volume_of

SECRETS = {
    "PatientName": "SECRET^NAME",
    "PatientBirthDate": "19610203",
    "PatientComments": "SECRET",
    "StudyDescription": "SECRET",
    "SeriesDescription": "SECRET",
    "ProtocolName": "SECRET",
    "InstitutionName": "SECRET",
    "StationName": "SECRET",
    "DeviceSerialNumber": "SECRET",
    "OperatorsName": "SECRET",
    "ImageComments": "SECRET",
    "AccessionNumber": "SECRET",
    "SeriesTime": "112233",
    "AcquisitionTime": "112233",
}


def test_mr_has_bids_names_and_seconds():
    volume = volume_of(
        stack(
            SOPClassUID=MR,
            Modality="MR",
            RescaleSlope=None,
            RescaleIntercept=None,
            Manufacturer="ACME",
            ManufacturerModelName="Scan-O-Mat 3",
            MagneticFieldStrength=3,
            RepetitionTime=2000,
            EchoTime=30,
            InversionTime=900,
            FlipAngle=60,
            SliceThickness=2.5,
            InPlanePhaseEncodingDirection="ROW",
            **SECRETS,
        )
    )
    assert volume.sidecar == {
        "Modality": "MR",
        "Manufacturer": "ACME",
        "ManufacturersModelName": "Scan-O-Mat 3",
        "InPlanePhaseEncodingDirectionDICOM": "ROW",
        "MagneticFieldStrength": 3.0,
        "RepetitionTime": 2.0,
        "EchoTime": 0.03,
        "InversionTime": 0.9,
        "FlipAngle": 60.0,
        "SliceThickness": 2.5,
    }


def test_ct_has_kernel_and_tube_voltage():
    volume = volume_of(stack(KVP=120, ConvolutionKernel="B30f", EchoTime=3, **SECRETS))
    assert volume.sidecar == {"Modality": "CT", "ConvolutionKernel": "B30f", "KVP": 120.0}


def test_pet_has_its_tracer_in_mbq():
    tracer = dataset(
        Radiopharmaceutical="SECRET",
        RadionuclideTotalDose=3.7e8,
        RadionuclideHalfLife=6588,
        RadionuclideCodeSequence=[dataset(CodeValue="C-111A1", CodingSchemeDesignator="SRT")],
    )
    values = {"SOPClassUID": PET, "Modality": "PT", "Units": "GML", "ActualFrameDuration": 180000}
    volume = volume_of(stack(RadiopharmaceuticalInformationSequence=[tracer], **values, **SECRETS))
    assert volume.sidecar == {
        "Modality": "PT",
        "FrameDuration": 180.0,
        "InjectedRadioactivity": 370.0,
        "InjectedRadioactivityUnits": "MBq",
        "TracerRadionuclide": "F18",
    }


def test_names_that_hold_a_number_like_an_identifier_or_a_date_are_left_out():
    volume = volume_of(stack(Manufacturer="ACME 20240301", ManufacturerModelName="<b>Model</b>"))
    assert volume.sidecar == {"Modality": "CT"}


def test_values_that_differ_between_first_and_last_slice_are_left_out():
    files = [slice_bytes(n, SliceThickness=2.5 + (n == 4), KVP=120) for n in range(5)]
    assert volume_of(files).sidecar == {"Modality": "CT", "KVP": 120.0}


def test_a_damaged_optional_element_refuses_the_series_by_name():
    files = [data.replace(b"\x18\x00\x60\x00DS", b"\x18\x00\x60\x00ZZ") for data in stack(KVP=120)]
    reason, evidence = refusal_of(files)
    assert (reason, evidence) == (Reason.UNREADABLE_HEADER, {"element": "KVP"})
