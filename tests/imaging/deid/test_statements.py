"""The statements on de-identification of dicom-traps, one by one, each by a test that names it."""

from __future__ import annotations

import datetime as dt
import zlib
from pathlib import Path

import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from imaging.deid.pseudonyms import KeyMissingError, Pseudonyms
from imaging.deid.reasons import DeidReason
from tests.imaging.deid.cases import (
    OTHER_KEY,
    again,
    cleaned,
    identified,
    identified_bytes,
    private_elements,
    refusal,
    released,
    worker,
)
from tests.imaging.factories import encode, slice_bytes

IMPLICIT, BIG, DEFLATED = "1.2.840.10008.1.2", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"


def day(value: object) -> dt.date:
    return dt.datetime.strptime(str(value)[:8], "%Y%m%d").replace(tzinfo=dt.UTC).date()


def test_of_179_private_elements_none_is_left():
    path = get_testdata_file("CT_small.dcm")
    assert private_elements(pydicom.dcmread(path)) == 179
    assert private_elements(again(released(Path(path).read_bytes()))) == 0


def test_private_elements_in_nested_sequences_go_too():
    made = identified()
    made.SourceImageSequence[0].private_block(0x0021, "ACME", create=True).add_new(1, "LO", "Gudrun")
    assert private_elements(again(released(encode(made)))) == 0


def test_a_safe_listed_private_element_stays_with_its_creator_and_no_other(tmp_path):
    table = tmp_path / "safe.tsv"
    table.write_text("group\tcreator\telement\tvr\tcomment\n0019\tACME INSIDE\t02\tIS\tcount\n")
    found = cleaned(worker(safe_private=table))
    assert found.private_block(0x0019, "ACME INSIDE")[0x02].value == 7
    assert private_elements(found) == 2
    codes = {item.CodeValue for item in found.DeidentificationMethodCodeSequence}
    assert "113111" in codes


def test_a_safe_listed_element_that_holds_items_of_unknown_kind_goes(tmp_path):
    table = tmp_path / "safe.tsv"
    table.write_text("group\tcreator\telement\tvr\tcomment\n0019\tACME INSIDE\t03\tLO\ttext\n")
    made = identified()
    made.private_block(0x0019, "ACME INSIDE").add_new(0x03, "UN", b"\xfe\xff\0\xe0\0\0\0\0")
    made[0x00191003].is_undefined_length = True
    assert private_elements(again(released(encode(made), worker(safe_private=table)))) == 0


def test_dates_shift_per_patient_by_one_keyed_number_of_days_and_intervals_stay():
    found = cleaned()
    study, series, moment = found.StudyDate, found.SeriesDate, found.AcquisitionDateTime
    assert (day(series) - day(study)).days == 2
    assert day(moment) == day(study)
    assert (day(found.SourceImageSequence[0].StudyDate) - day(study)).days == 1
    assert 31 <= (dt.date(2024, 3, 1) - day(study)).days <= 3650
    assert day(cleaned(PatientID="another").StudyDate) != day(study)
    assert day(cleaned(worker(OTHER_KEY)).StudyDate) != day(study)


def test_the_time_of_day_and_the_offset_of_a_moment_stay():
    found = cleaned()
    assert found.StudyTime == "101112"
    assert str(found.AcquisitionDateTime)[8:] == "101112.5+0100"


@pytest.mark.parametrize("value", ["202403", "2024", "20240230", "yesterday", "20240301-20240302"])
def test_a_partial_or_illegal_date_is_emptied_and_never_comes_back(value):
    text = value.encode() + b" " * (len(value) % 2)
    whole = identified_bytes()
    data = whole.replace(b"DA\x08\x0020240303", b"DA" + len(text).to_bytes(2, "little") + text)
    assert data != whole
    found = again(released(data))
    assert found["SeriesDate"].value == ""
    assert str(day(found.StudyDate)) != "2024-03-01"


def test_uids_are_mapped_by_a_keyed_hash_and_valid():
    found, other = cleaned(), cleaned(worker(OTHER_KEY))
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "FrameOfReferenceUID"):
        assert found[keyword].value.startswith("2.25.")
        assert found[keyword].value.is_valid
        assert len(found[keyword].value) <= 64
        assert found[keyword].value != other[keyword].value
    assert found.StudyInstanceUID != found.SeriesInstanceUID


def test_the_same_uid_is_mapped_alike_in_nested_sequences_and_in_other_files():
    found = cleaned()
    assert found.SourceImageSequence[0].ReferencedSOPInstanceUID == found.SOPInstanceUID
    assert cleaned(SOPInstanceUID="1.9.8.7").StudyInstanceUID == found.StudyInstanceUID


def test_the_meta_information_names_the_instance_of_the_data_set():
    found = cleaned()
    assert found.file_meta.MediaStorageSOPInstanceUID == found.SOPInstanceUID


def test_uids_of_the_standard_stay():
    found = cleaned(FrameOfReferenceUID="1.2.840.10008.1.4.1.1")
    assert found.FrameOfReferenceUID == "1.2.840.10008.1.4.1.1"
    assert found.SOPClassUID == "1.2.840.10008.5.1.4.1.1.2"
    assert found.SourceImageSequence[0].ReferencedSOPClassUID == found.SOPClassUID


@pytest.mark.parametrize(("one", "two"), [("1", "2"), ("1", "01"), ("a" * 64, "a" * 63), ("7", "7 7")])
def test_patient_ids_of_any_length_stay_distinct(one, two):
    first, second = cleaned(PatientID=one).PatientID, cleaned(PatientID=two).PatientID
    assert first
    assert first != second


def test_spaces_around_a_patient_id_mean_nothing():
    assert cleaned(PatientID=" P1 ").PatientID == cleaned(PatientID="P1").PatientID


def test_an_age_over_89_becomes_090y():
    assert cleaned(PatientAge="093Y").PatientAge == "090Y"
    assert cleaned(PatientAge="090Y").PatientAge == "090Y"
    assert cleaned(PatientAge="089Y").PatientAge == "089Y"
    assert cleaned(PatientAge="006M").PatientAge == "006M"


def test_the_flags_the_method_and_its_codes_are_set():
    found = cleaned()
    assert found.PatientIdentityRemoved == "YES"
    assert found.DeidentificationMethod == "nightscan deid 1, PS3.15 Basic Profile 2026c"
    assert found.LongitudinalTemporalInformationModified == "MODIFIED"
    codes = [
        (i.CodingSchemeDesignator, i.CodeValue, i.CodeMeaning)
        for i in found.DeidentificationMethodCodeSequence
    ]
    assert codes == [
        ("DCM", "113100", "Basic Application Confidentiality Profile"),
        ("DCM", "113105", "Clean Descriptors Option"),
        ("DCM", "113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
        ("DCM", "113108", "Retain Patient Characteristics Option"),
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.6.1"}, DeidReason.ULTRASOUND),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"}, DeidReason.SECONDARY_CAPTURE),
        ({"BurnedInAnnotation": "YES"}, DeidReason.BURNED_IN_ANNOTATION),
        ({"ImageType": ["DERIVED", "SECONDARY", "SCREEN SAVE"]}, DeidReason.SECONDARY_CAPTURE),
    ],
)
def test_burned_in_risk_goes_to_quarantine(change, reason):
    assert refusal(identified_bytes(**change)).reason is reason


def test_pixels_declared_free_of_annotation_pass():
    assert cleaned(BurnedInAnnotation="NO").BurnedInAnnotation == "NO"


def test_names_and_numbers_of_people_are_gone():
    found = cleaned()
    assert found.PatientName == f"Patient^{found.PatientID[:12]}"
    assert found.ReferringPhysicianName == ""
    assert found.AccessionNumber == ""
    assert found.PatientBirthDate == ""
    assert found.InstitutionName == "DEIDENTIFIED"
    assert found.DeviceSerialNumber == "DEIDENTIFIED"
    assert found.PatientSex == "F"
    assert found.Manufacturer == "ACME"


def test_descriptors_keep_only_known_words():
    found = cleaned()
    assert found.StudyDescription == "CT chest"
    assert found.SeriesDescription == "Thorax 5.0 mm"
    assert "SeriesDescription" not in cleaned(SeriesDescription="Gudrun Okonkwo")


def test_a_name_anywhere_is_emptied_though_the_table_does_not_list_it():
    assert cleaned(EvaluatorName="Okonkwo^A").EvaluatorName == ""


def test_what_the_dictionary_does_not_know_is_removed():
    made = identified()
    made.add_new(0x00091001, "LO", "x")
    made.add_new(0x00189FFE, "LO", "Gudrun")
    made.Laterality = "GUDRUN"
    with_vr = b"\x20\0\x60\0CS\x06\0GUDRUN"
    without = b"\x20\0\x60\0UN\0\0\x06\0\0\0GUDRUN"
    data = encode(made)
    assert with_vr in data
    found = again(released(data.replace(with_vr, without)))
    assert {0x00189FFE, 0x00200060}.isdisjoint(found.keys())


def test_a_value_whose_vr_cannot_be_that_of_its_attribute_is_emptied():
    data = encode(identified(PositionReferenceIndicator="Zwicky"))
    as_text, as_numbers = b"\x20\0\x40\x10LO", b"\x20\0\x40\x10US"
    assert data.count(as_text) == 1
    result = released(data.replace(as_text, as_numbers))
    assert b"Zwicky" not in result
    assert as_numbers + b"\0\0" in result


def test_text_of_a_device_that_holds_the_institution_is_emptied():
    assert cleaned(Manufacturer="ST BARBARA CLINIC workshop").Manufacturer == ""


def test_flags_of_an_earlier_de_identification_are_replaced():
    data = identified_bytes(PatientIdentityRemoved="NO", DeidentificationMethod="by Okonkwo")
    result = released(data)
    assert result.count(b"\x12\0\x62\0CS") == 1
    assert again(result).DeidentificationMethod.startswith("nightscan")


def test_overlays_and_curves_are_removed():
    made = identified()
    made.add_new(0x60000010, "US", 2)
    made.add_new(0x60003000, "OW", b"\1\2")
    made.add_new(0x60004000, "LT", "Gudrun")
    made.add_new(0x50003000, "OW", b"\1\2")
    assert not [item for item in again(released(encode(made))) if item.tag.group in {0x6000, 0x5000}]


def test_the_meaning_of_a_local_code_is_cleaned_and_that_of_a_standard_code_kept():
    codes = []
    for scheme, meaning in (("SCT", "Entire thorax"), ("99CLINIC", "Thorax for Gudrun")):
        code = Dataset()
        code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "1", scheme, meaning
        codes.append(code)
    found = cleaned(AnatomicRegionSequence=Sequence(codes)).AnatomicRegionSequence
    assert [item.CodeMeaning for item in found] == ["Entire thorax", "Thorax for"]


def test_nothing_of_the_sending_application_is_left_in_the_meta_information():
    data = bytearray(identified_bytes())
    data[:5] = b"SMITH"
    made = pydicom.dcmread(pydicom.filebase.DicomBytesIO(bytes(data)))
    made.file_meta.SourceApplicationEntityTitle = "CTSCANNER1"
    made.file_meta.PrivateInformationCreatorUID = "1.2.3"
    made.file_meta.PrivateInformation = b"Gudrun"
    result = released(encode(made))
    found = again(result)
    assert not any(result[:128])
    assert {item.tag.element for item in found.file_meta} == {0, 1, 2, 3, 0x10, 0x12, 0x13}


@pytest.mark.parametrize("syntax", [IMPLICIT, BIG])
def test_every_encoding_gives_the_same_values(syntax):
    plain = cleaned(PixelData=b"\0" * 60)
    made = identified(PixelData=b"\0" * 60)
    found = again(released(encode(made, syntax)))
    assert found.file_meta.TransferSyntaxUID == syntax
    assert {e.tag: e.value for e in found if e.keyword != "DeidentificationMethodCodeSequence"} == {
        e.tag: e.value for e in plain if e.keyword != "DeidentificationMethodCodeSequence"
    }


def test_a_deflated_file_stays_deflated():
    data = identified_bytes()
    at = data.index(b"\x08\x00\x05\x00CS")
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packer.compress(data[at:]) + packer.flush()
    meta = pydicom.dcmread(pydicom.filebase.DicomBytesIO(data)).file_meta
    meta.TransferSyntaxUID = DEFLATED
    head = pydicom.filebase.DicomBytesIO()
    pydicom.filewriter.write_file_meta_info(head, meta)
    found = again(released(b"\0" * 128 + b"DICM" + head.getvalue() + body + b"\0" * (len(body) % 2)))
    assert found.file_meta.TransferSyntaxUID == DEFLATED
    assert found.StudyDescription == "CT chest"


def test_pixel_data_stay_byte_for_byte():
    data = identified_bytes()
    assert cleaned().PixelData == again(data).PixelData


def test_a_missing_key_is_an_error_that_says_what_to_set():
    with pytest.raises(KeyMissingError, match="set NIGHTSCAN_PATIENT_KEY"):
        Pseudonyms(b"")


def test_without_the_options_dates_and_characteristics_and_text_go():
    found = cleaned(worker(modified_dates=False, patient_characteristics=False, clean_descriptors=False))
    assert found.StudyDate == ""
    assert found.LongitudinalTemporalInformationModified == "REMOVED"
    assert {"PatientAge", "SeriesDescription"}.isdisjoint(found.dir())
    assert len(found.DeidentificationMethodCodeSequence) == 1


def test_a_file_without_patient_is_kept_back():
    assert refusal(slice_bytes(0, PatientID="")).reason is DeidReason.MISSING_IDENTIFIER
