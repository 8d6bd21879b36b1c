"""The index's reader: plain values out of good headers, a reason for everything else."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random

import pytest

from imaging.dicom_reading.header import read_header
from imaging.reasons import Reason
from imaging.records import Header, Refusal, Role
from imaging.series.plan import Links
from tests.imaging.factories import SERIES, encode, slice_bytes, slice_dataset, structure_bytes


def header(data: bytes) -> Header:
    found = read_header(data)
    assert isinstance(found, Header), found
    return found


def test_the_header_of_another_object_differs_in_nothing_else():
    first = header(slice_bytes(2))
    other = first.of_object("1.2.3.4.99", 7)
    assert other == dataclasses.replace(first, sop_uid="1.2.3.4.99", instance_number=7)
    assert first == header(slice_bytes(2))


def test_a_ct_slice_gives_its_plain_values():
    assert header(slice_bytes(2, Manufacturer="ACME", ImageType=["ORIGINAL", "PRIMARY"])) == Header(
        patient_id="P1",
        study_uid="1.2.3.1",
        series_uid="1.2.3.2",
        sop_uid="1.2.3.4.3",
        sop_class="1.2.840.10008.5.1.4.1.1.2",
        sop_class_name="CT Image Storage",
        transfer_syntax="1.2.840.10008.1.2.1",
        modality="CT",
        role=Role.IMAGE,
        date=dt.date(2024, 3, 1),
        rows=5,
        columns=6,
        frames=1,
        instance_number=3,
        frame_of_reference="1.2.3.3",
        manufacturer="ACME",
        image_type=("ORIGINAL", "PRIMARY"),
        simulated=False,
    )


def test_a_path_and_its_bytes_give_the_same_header(tmp_path):
    path = tmp_path / "any name"
    path.write_bytes(slice_bytes(0))
    assert read_header(path) == read_header(path.read_bytes())


def test_a_missing_file_is_an_error_of_the_caller_and_not_a_refusal(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_header(tmp_path / "absent.dcm")


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({"StudyDate": "20240229"}, dt.date(2024, 2, 29)),
        ({"StudyDate": "", "AcquisitionDate": "20240302"}, dt.date(2024, 3, 2)),
        ({"StudyDate": "20230229", "SeriesDate": "20240303"}, dt.date(2024, 3, 3)),
        ({"StudyDate": "1999.11.05"}, dt.date(1999, 11, 5)),
        ({"StudyDate": "unknown"}, None),
        ({"StudyDate": None}, None),
    ],
)
@pytest.mark.filterwarnings("ignore:Invalid value for VR DA")
def test_the_scan_date_is_the_first_valid_one_of_study_acquisition_and_series(dates, expected):
    assert header(slice_bytes(0, **dates)).date == expected


@pytest.mark.parametrize(
    "syntax", ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"]
)
def test_trap_transfer_syntaxes_all_native_encodings_read_alike(syntax):
    found = header(encode(slice_dataset(0), syntax))
    assert (found.patient_id, found.rows, found.transfer_syntax) == ("P1", 5, syntax)


def test_a_file_without_preamble_is_still_read():
    data = slice_bytes(0)
    assert header(data[132:]).sop_uid == "1.2.3.4.1"


def test_trap_a_text_file_named_dcm_and_an_empty_one_are_named(tmp_path):
    text = "Patient list\n" * 40
    assert read_header(text.encode()) == Refusal(Reason.NOT_DICOM, {"first_bytes": text[:4].encode().hex()})
    assert read_header(b"") == Refusal(Reason.EMPTY_FILE, {})


@pytest.mark.parametrize("name", ["liver.dcm", "rtdose.dcm", "reportsi.dcm"])
def test_trap_not_an_image_volume_gets_no_image_role(name, pydicom_files, store_files):
    path = next(folder / name for folder in (pydicom_files, store_files) if (folder / name).exists())
    found = read_header(path)
    assert isinstance(found, Header)
    assert found.role is (Role.REGION if name == "liver.dcm" else Role.OTHER)


def test_a_structure_set_names_the_series_and_frame_it_was_drawn_on():
    found = header(structure_bytes({}))
    assert (found.role, found.referenced_series, found.referenced_frames) == (
        Role.REGION,
        (SERIES,),
        ("1.2.3.3",),
    )


def test_a_region_is_linked_by_uid_and_never_to_another_patient():
    region = header(structure_bytes({}))
    image = header(slice_bytes(0))
    assert Links.of([image]).drawn_on(region) == SERIES
    other = Links.of([header(slice_bytes(0, PatientID="P2"))]).drawn_on(region)
    assert isinstance(other, Refusal)


def test_a_region_without_series_is_linked_by_its_frame_of_reference():
    region = header(structure_bytes({}, series=None))
    elsewhere = header(slice_bytes(0, FrameOfReferenceUID="1.9", SeriesInstanceUID="1.8"))
    assert Links.of([elsewhere, header(slice_bytes(0))]).drawn_on(region) == SERIES


def test_a_region_whose_series_is_absent_is_not_linked_to_another_of_the_same_frame():
    region = header(structure_bytes({}, series="1.77"))
    assert Links.of([header(slice_bytes(0))]).drawn_on(region) == Refusal(
        Reason.REGION_WITHOUT_IMAGE,
        {"series_referenced": 1, "frames_referenced": 1, "series_found": 0},
    )


def test_cut_and_flipped_headers_give_a_header_or_a_refusal_and_never_an_exception():
    dice = random.Random(3)
    good = slice_bytes(0)
    refused = 0
    for cut in range(0, len(good), 7):
        refused += isinstance(read_header(good[:cut]), Refusal)
    for _ in range(400):
        data = bytearray(good)
        for _ in range(dice.randint(1, 8)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        found = read_header(bytes(data))
        assert isinstance(found, Header | Refusal)
    assert refused > 50


def test_a_file_cut_inside_its_series_uid_is_not_taken_for_another_series():
    data = slice_bytes(0, SeriesInstanceUID="1.2.3.222")
    cut = read_header(data[: data.index(b"1.2.3.222") + 7])
    assert cut == Refusal(Reason.UNREADABLE_HEADER, {"tag": "0020000E", "bytes_stated": 10, "bytes_found": 7})


def test_a_damaged_sequence_is_refused_and_not_taken_for_an_input_error():
    data = bytearray(structure_bytes({}))
    at = data.index(b"SQ", data.index(b"\x06\x30\x10\x00"))
    data = data[: at + 12]
    data[at + 4 : at + 8] = b"\x02\x00\x00\x00"
    found = read_header(bytes(data) + b"\0\0")
    assert isinstance(found, Refusal)
    assert found.reason is Reason.UNREADABLE_HEADER


def test_every_file_installed_with_pydicom_is_read_or_refused(pydicom_files, store_files):
    paths = [path for folder in (pydicom_files, store_files) for path in sorted(folder.rglob("*.dcm"))]
    found = [read_header(path) for path in paths]
    read = [item for item in found if isinstance(item, Header)]
    refused = [item for item in found if isinstance(item, Refusal)]
    assert len(read) + len(refused) == len(paths)
    assert len(read) > 120
    assert {item.reason for item in refused} <= {Reason.UNREADABLE_HEADER, Reason.NOT_DICOM}
