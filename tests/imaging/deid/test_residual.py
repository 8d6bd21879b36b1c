"""The residual check finds what a broken remover leaves, and nothing in what a whole one gives."""

from __future__ import annotations

import pytest
from pydicom.dataset import Dataset

from imaging.deid import remover
from imaging.deid.residual import Finding, findings
from imaging.deid.residual_scan import scan
from imaging.deid.rules import KEEP, rule_for
from imaging.dicom_reading.strict.heads import OddError
from tests.imaging.deid.cases import again, identified, identified_bytes, released, worker
from tests.imaging.factories import encode

NESTED_UID = 0x00081155
IMPLICIT, BIG = "1.2.840.10008.1.2", "1.2.840.10008.1.2.2"
BROKEN = {
    "PatientName": (0x00100010, "identifier"),
    "PatientID": (0x00100020, "identifier"),
    "PatientBirthDate": (0x00100030, "date"),
    "AccessionNumber": (0x00080050, "identifier"),
    "InstitutionName": (0x00080080, "identifier"),
    "ReferringPhysicianName": (0x00080090, "identifier"),
    "OperatorsName": (0x00081070, "identifier"),
    "DeviceSerialNumber": (0x00181000, "identifier"),
    "StudyDate": (0x00080020, "date"),
    "AcquisitionDateTime": (0x0008002A, "date"),
    "StudyDescription": (0x00081030, "identifier"),
    "SeriesInstanceUID": (0x0020000E, "uid"),
    "nested ReferencedSOPInstanceUID": (NESTED_UID, "uid"),
    "private element": (0x00191001, "private"),
}


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.1", IMPLICIT, BIG])
@pytest.mark.parametrize("name", list(BROKEN))
def test_one_action_left_out_is_found(monkeypatch, name, syntax):
    broken, kind = BROKEN[name]

    def one_left_out(tag, vr, options):
        return KEEP if tag == broken else rule_for(tag, vr, options)

    monkeypatch.setattr(remover, "rule_for", one_left_out)
    data = encode(identified(PixelData=b"\0" * 60), syntax)
    found = findings(data, released(data))
    assert Finding(f"{broken:08X}", kind) in found


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.1", IMPLICIT, BIG])
def test_a_whole_remover_leaves_nothing(syntax):
    data = encode(identified(PixelData=b"\0" * 60), syntax)
    assert findings(data, released(data)) == []


def test_a_private_element_passes_only_when_listed(tmp_path):
    table = tmp_path / "safe.tsv"
    table.write_text("group\tcreator\telement\tvr\tcomment\n0019\tACME INSIDE\t02\tIS\tcount\n")
    by = worker(safe_private=table)
    data = identified_bytes()
    assert findings(data, released(data, by), by.safe_private.entries) == []
    kinds = {item.kind for item in findings(data, released(data, by))}
    assert kinds == {"private"}


@pytest.mark.parametrize(
    ("change", "tag"),
    [
        ({"PatientIdentityRemoved": "NO"}, "00120062"),
        ({"DeidentificationMethod": None}, "00120063"),
        ({"DeidentificationMethodCodeSequence": []}, "00120064"),
        ({"LongitudinalTemporalInformationModified": None}, "00280303"),
    ],
)
def test_a_missing_flag_is_found(change, tag):
    data = identified_bytes()
    result = again(released(data))
    for keyword, value in change.items():
        if value is None:
            del result[keyword]
        else:
            setattr(result, keyword, value)
    assert Finding(tag, "mark") in findings(data, encode(result))


def test_a_preamble_that_holds_something_is_found():
    data = identified_bytes()
    assert Finding("00000000", "mark") in findings(data, b"Gudrun" + released(data)[6:])


def test_a_preamble_that_holds_something_is_found_in_a_deflated_file_too():
    data = encode(identified(), "1.2.840.10008.1.2.1.99")
    assert findings(data, released(data)) == []
    assert Finding("00000000", "mark") in findings(data, b"Gudrun" + released(data)[6:])


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_name_is_found_in_another_encoding_and_case(encoding):
    data = identified_bytes()
    leak = "for MÜLLER".replace("MÜLLER", "Müller").encode(encoding)
    result = _with(released(data), leak)
    assert Finding("00204000", "identifier") in findings(data, result)
    assert Finding("00204000", "identifier") in findings(data, _with(released(data), b"GUDRUN"))


@pytest.mark.parametrize("leak", [b"20240301", b"seen 1.2.3.4.1 before", b"on 2024030112"])
def test_a_date_or_a_uid_inside_a_text_is_found(leak):
    data = identified_bytes()
    assert findings(data, _with(released(data), leak))


def test_a_second_given_name_is_found_by_itself():
    data = identified_bytes(PatientName="Müller^Gudrun Anna")
    assert Finding("00204000", "identifier") in findings(data, _with(released(data), b"Anna"))


def test_the_birth_date_is_found_in_a_date_of_another_meaning():
    data = identified_bytes()
    result = again(released(data))
    result.SeriesDate = "19310105"
    assert Finding("00080021", "date") in findings(data, encode(result))


def test_a_frame_of_reference_of_the_standard_is_no_finding():
    data = identified_bytes(FrameOfReferenceUID="1.2.840.10008.1.4.1.1")
    assert findings(data, released(data)) == []


def test_a_short_word_inside_a_longer_one_is_no_finding():
    data = identified_bytes(PatientName="Chest^Otto", StudyDescription="", SeriesDescription="")
    assert findings(data, _with(released(data), b"lotto")) == []
    assert findings(data, _with(released(data), b"OTTO!"))


def test_an_identifier_behind_the_pixels_is_found():
    data = identified_bytes()
    result = released(data)
    value = b"MRN-0042-7".ljust(60, b"\0")
    assert Finding("7FE00010", "identifier") in findings(data, result[:-60] + value)


def test_a_result_that_cannot_be_followed_is_a_finding():
    data = identified_bytes()
    assert findings(data, released(data)[:-7]) == [Finding("00000000", "bytes")]
    with pytest.raises(OddError):
        scan(data[:-7])


def test_no_finding_holds_a_value():
    data = identified_bytes()
    text = repr(findings(data, data))
    assert not any(word in text for word in ("Gudrun", "MRN", "2024", "Okonkwo", "1.2.3"))


def _with(result: bytes, text: bytes) -> bytes:
    """Plant ImageComments in a released file, in its place in the order."""
    value = text + b" " * (len(text) % 2)
    element = b"\x20\0\x00\x40LT" + len(value).to_bytes(2, "little") + value
    at = result.index(b"\x28\0\x02\0US")
    return result[:at] + element + result[at:]


def test_sequences_of_undefined_length_are_followed():
    made = identified()
    made["SourceImageSequence"].is_undefined_length = True
    made.SourceImageSequence[0].is_undefined_length_sequence_item = True
    inner = Dataset()
    inner.PatientName = "Müller^Gudrun"
    made.SourceImageSequence[0].PurposeOfReferenceCodeSequence = [inner]
    data = encode(made)
    assert findings(data, released(data)) == []
    assert Finding("00100010", "identifier") in findings(data, data)


def test_what_stands_inside_a_private_sequence_is_found():
    made = identified()
    inner = Dataset()
    inner.Rows = 5
    made.private_block(0x0019, "ACME INSIDE", create=True).add_new(0x03, "SQ", [inner])
    assert Finding("00280010", "private") in findings(identified_bytes(), encode(made))
