"""The strict reader: what it reads is what pydicom reads, and what is odd it leaves alone."""

from __future__ import annotations

import struct
import threading
import tracemalloc
import warnings
import zlib
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate

from imaging.dicom_reading.header import HEADER_TAGS, read_header
from imaging.dicom_reading.source import (
    as_dataset,
    has,
    items,
    numbers,
    open_source,
    pixel_bytes,
    quiet,
    raw_bytes,
    sequence,
    text,
)
from imaging.dicom_reading.strict import deflated
from imaging.dicom_reading.strict.elements import Elements, read_elements, read_elements_of_file
from imaging.dicom_reading.strict.values import NotAskedError
from imaging.dicom_reading.tags import tags_of
from imaging.reasons import Reason
from imaging.records import Header, Refusal
from tests.imaging.factories import encode, slice_bytes, slice_dataset, structure_dataset
from tests.imaging.parity import TAGS, differences, header_by_pydicom

IMPLICIT, EXPLICIT = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1"
BIG, DEFLATED, RLE = "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.5"


def nested(*, is_open: bool) -> Dataset:
    """A slice with sequences in a sequence, all of defined or all of undefined length."""
    inner = Dataset()
    inner.CodeValue = "T-1"
    outer = Dataset()
    outer.ScheduledProcedureStepID = "S1"
    outer.ScheduledProtocolCodeSequence = [inner]
    made = slice_dataset(0, RequestAttributesSequence=[outer, outer], Manufacturer="ACME")
    for owner, word in ((made, "RequestAttributesSequence"), (outer, "ScheduledProtocolCodeSequence")):
        owner[word].is_undefined_length = is_open
        for item in owner[word].value:
            item.is_undefined_length_sequence_item = is_open
    return made


def strict(data: bytes, *, pixels: bool = True) -> Elements:
    found = read_elements(data, TAGS, pixels=pixels)
    assert found is not None
    return found


@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT, BIG, DEFLATED])
@pytest.mark.parametrize("is_open", [True, False])
def test_every_plain_encoding_reads_as_pydicom_reads_it(syntax, is_open):
    data = encode(nested(is_open=is_open), syntax)
    assert [differences(data, pixels=pixels) for pixels in (True, False)] == [[], []]
    assert len(sequence(strict(data), "RequestAttributesSequence")) == 2


def test_the_installed_files_read_as_pydicom_reads_them_or_not_at_all(pydicom_files, store_files):
    paths = [
        path
        for folder in (pydicom_files, store_files)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    found = {
        path.name: differences(path.read_bytes(), pixels=pixels) for path in paths for pixels in (False, True)
    }
    assert {name: item for name, item in found.items() if item} == {}
    assert sum(item == [] for item in found.values()) > 90


@pytest.mark.parametrize("folder", ["sts/landing", "dcm_qa_nih/In"])
def test_shared_files_read_as_pydicom_reads_them_and_all_of_them_quickly(shared_data, folder):
    paths = [
        path for path in sorted((shared_data / folder).rglob("*")) if path.suffix != ".txt" and path.is_file()
    ]
    found = [differences(path.read_bytes(), pixels=True) for path in paths[::97]]
    assert found == [[]] * len(found)
    assert len(found) > 5
    assert [path for path in paths[::7] if read_elements_of_file(path, TAGS) is None] == []
    checked = [*paths[::41], *[path for path in paths if path.name == "RS.dcm"][::9]]
    assert [path for path in checked if read_header(path) != header_by_pydicom(path.read_bytes())] == []


def test_pixels_are_a_view_of_the_bytes_given():
    data = slice_bytes(0)
    view = pixel_bytes(strict(data))
    assert isinstance(view, memoryview)
    assert view.obj is data
    assert bytes(view) == data[-len(view) :]


def test_encapsulated_pixels_keep_their_items_and_leave_out_the_delimiter():
    framed = encapsulate([b"\x01\x02\xfe\xff\xdd\xe0\0\0\0\0"])
    made = slice_dataset(0, PixelData=framed)
    made["PixelData"].is_undefined_length = True
    data = encode(made, RLE)
    assert bytes(pixel_bytes(strict(data)) or b"") == framed
    assert differences(data, pixels=True) == []


def test_an_element_that_was_not_asked_for_is_an_error_and_not_an_absent_one():
    found = read_elements(slice_bytes(0), HEADER_TAGS, pixels=False)
    assert found is not None
    assert text(found, "Manufacturer") == ""
    with pytest.raises(NotAskedError):
        text(found, "PixelSpacing")


def test_a_private_element_is_read_by_its_tag():
    made = slice_dataset(0)
    made.private_block(0x0043, "GEMS_PARM_01", create=True).add_new(0x39, "IS", [1000, 8])
    tags = {*TAGS, 0x00431039}
    with quiet():
        for source in (read_elements(encode(made), tags, pixels=False), made):
            assert source is not None
            assert (text(source, 0x00431039), numbers(source, 0x00431039, 2)) == ("1000\\8", (1000.0, 8.0))
    found = read_elements(encode(made), tags, pixels=False)
    assert found is not None
    assert (has(found, 0x00431039), raw_bytes(found, 0x00431039)) == (True, b"1000\\8")


def test_several_binary_numbers_are_numbers_for_both_readers():
    made = slice_dataset(0, DiffusionGradientOrientation=[0.0, 0.6, 0.8])
    data = encode(made)
    with quiet():
        parsed = pydicom.dcmread(pydicom.filebase.DicomBytesIO(data))
    assert numbers(strict(data), "DiffusionGradientOrientation", 3) == (0.0, 0.6, 0.8)
    assert numbers(parsed, "DiffusionGradientOrientation", 3) == (0.0, 0.6, 0.8)


@pytest.mark.parametrize(
    ("character_set", "raw"),
    [
        ("ISO_IR 100", b"M\xfcller^A"),
        ("ISO_IR 192", "Müller".encode()),
        ("\\ISO 2022 IR 87", b"A\x1b$B;3ED\x1b(B "),
    ],
)
def test_texts_beyond_ascii_are_decoded_by_their_character_set(character_set, raw):
    data = slice_bytes(
        0, SpecificCharacterSet=character_set, InstitutionName="x" * len(raw), PatientID="x" * len(raw)
    )
    data = data.replace(b"x" * len(raw), raw)
    assert differences(data, pixels=True) == []
    assert "x" not in text(strict(data), "InstitutionName")


def test_a_padding_value_without_vr_has_the_sign_of_the_pixels():
    data = encode(slice_dataset(0, PixelPaddingValue=-2000), IMPLICIT)
    assert text(strict(data), "PixelPaddingValue") == "-2000"
    assert differences(data, pixels=False) == []


@pytest.mark.parametrize("size", [1 << 13, 1 << 16, 1 << 19])
def test_a_header_of_any_length_is_read_in_windows(tmp_path, size):
    made = slice_dataset(0, ImageComments="y" * 10)
    made.add_new(0x00091001, "OB", b"z" * size)
    with quiet():  # longer than the standard allows, as some are
        made.add_new(0x00204000, "LT", "y" * (size + 1))
    path = tmp_path / "a.dcm"
    path.write_bytes(encode(made, IMPLICIT))
    found = read_elements_of_file(path, TAGS)
    assert found is not None
    assert found.found == strict(path.read_bytes(), pixels=False).found
    assert len(text(found, "ImageComments")) == size + 1


def test_of_a_path_only_the_header_is_read(tmp_path, monkeypatch):
    path = tmp_path / "a.dcm"
    path.write_bytes(slice_bytes(0) + bytes(1 << 20))
    read: list[int] = []
    pread = __import__("os").pread
    monkeypatch.setattr(
        "imaging.dicom_reading.strict.elements.os.pread",
        lambda *given: read.append(given[1]) or pread(*given),
    )
    assert isinstance(read_header(path), Header)
    assert sum(read) <= 1 << 15


def change(data: bytes, old: bytes, new: bytes) -> bytes:
    assert data.count(old) == 1
    return data.replace(old, new)


ROWS = b"\x28\x00\x10\x00US\x02\x00"
ODD = {
    "an unknown VR": lambda data: change(data, ROWS, b"\x28\x00\x10\x00QQ\x02\x00"),
    "a repeated tag": lambda data: change(data, ROWS, ROWS + b"\x07\x00" + ROWS),
    "tags out of order": lambda data: change(data, ROWS, b"\x08\x00\x10\x00US\x02\x00"),
    "a length beyond the file": lambda data: change(data, b"OW\x00\x00\x3c\x00", b"OW\x00\x00\x3d\x00"),
    "reserved bytes in use": lambda data: change(data, b"OW\x00\x00\x3c\x00", b"OW\x01\x00\x3c\x00"),
    "a delimiter where none belongs": lambda data: change(data, ROWS, b"\xfe\xff\x0d\xe0\0\0\0\0" + ROWS),
    "a wrong group length": lambda data: data[:140] + bytes([data[140] - 2]) + data[141:],
    "a character set nobody knows": lambda data: change(data, b"ISO_IR 100", b"ISO_IR 999"),
    "no transfer syntax": lambda data: change(data, b"\x02\x00\x10\x00UI", b"\x02\x00\x11\x00UI"),
    "an open length of an ordinary value": lambda data: change(
        data, b"UT\x00\x00\x04\x00\x00\x00", b"UT\x00\x00\xff\xff\xff\xff"
    ),
    "bytes after the pixels": lambda data: data + b"\0" * 9,
}


@pytest.mark.parametrize("oddity", list(ODD))
def test_an_odd_file_is_left_to_pydicom(oddity):
    made = slice_dataset(0, SpecificCharacterSet="ISO_IR 100", LongCodeValue="abcd")
    made.add_new(0x00081190, "UT", "abcd")
    data = encode(made)
    assert read_elements(data, TAGS, pixels=True) is not None
    assert read_elements(ODD[oddity](data), TAGS, pixels=True) is None


ITEM = b"\xfe\xff\x00\xe0"
SEQUENCE = b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff"  # Referenced Image Sequence, of undefined length
SEQUENCE_END = b"\xfe\xff\xdd\xe0\0\0\0\0"
CLASS, INSTANCE = b"\x08\x00\x50\x11UI\x02\x001\0", b"\x08\x00\x55\x11UI\x02\x002\0"
ODD_ITEMS = {
    "elements out of order": (len(CLASS) * 2, INSTANCE + CLASS),
    "an element that ends after its item": (len(CLASS) - 2, CLASS),
    "a character set nobody knows": (18, b"\x08\x00\x05\x00CS\x0a\x00ISO_IR 999"),
    "a delimiter in an item of defined length": (8, b"\xfe\xff\x0d\xe0\0\0\0\0"),
}


def with_item(length: int, elements: bytes) -> bytes:
    """A file with one item, which says that it has ``length`` bytes, in an open sequence nobody asks for."""
    data = slice_bytes(0)
    at = data.index(b"\x10\x00\x20\x00LO")
    return data[:at] + SEQUENCE + ITEM + struct.pack("<I", length) + elements + SEQUENCE_END + data[at:]


@pytest.mark.parametrize("oddity", list(ODD_ITEMS))
def test_a_file_with_an_odd_item_is_left_to_pydicom(oddity):
    good = with_item(len(CLASS + INSTANCE), CLASS + INSTANCE)
    assert differences(good, pixels=True) == []
    assert read_elements(with_item(*ODD_ITEMS[oddity]), TAGS, pixels=True) is None


@pytest.mark.parametrize("pixels", [True, False])
def test_a_cut_file_is_left_to_pydicom_unless_it_is_cut_between_elements(pixels):
    data = encode(nested(is_open=True))
    answers = [differences(data[:cut], pixels=pixels) for cut in range(len(data))]
    assert [cut for cut, found in enumerate(answers) if found] == []
    assert answers.count([]) < 120


@pytest.mark.parametrize(
    ("data", "reason"), [(b"", Reason.EMPTY_FILE), (b"dear colleague" * 40, Reason.NOT_DICOM)]
)
def test_what_is_no_dicom_file_is_refused_by_its_reason(data, reason):
    found = open_source(data, TAGS, pixels=True)
    assert isinstance(found, Refusal)
    assert found.reason is reason


def test_a_deflated_bomb_is_refused_without_being_inflated(monkeypatch):
    monkeypatch.setattr(deflated, "MOST_INFLATED", 1 << 22)
    packer = zlib.compressobj(9, wbits=-15)
    value = b"\x08\x00\x70\x00LO\x00\x00" + struct.pack("<HHHHI", 9, 1, 0x424F, 0, 1 << 27)
    packed = packer.compress(value) + packer.compress(bytes(1 << 27)) + packer.flush()
    plain = encode(slice_dataset(0), DEFLATED)
    meta = plain[: 144 + struct.unpack_from("<I", plain, 140)[0]]
    tracemalloc.start()
    found = open_source(meta + packed, TAGS, pixels=False)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == Refusal(Reason.UNREADABLE_HEADER, {"error": "InflatedTooLargeError"})
    assert peak < 1 << 25


def test_files_of_like_and_unlike_layout_in_any_order_give_the_same_values():
    files = [
        encode(nested(is_open=number % 3 == 0), (EXPLICIT, IMPLICIT)[number % 2]).replace(b"ACME", b"EMCA")
        if number % 5
        else slice_bytes(number, Manufacturer="A" * (number % 7), SeriesDescription="s" * (number % 11))
        for number in range(90)
    ]
    assert [differences(data, pixels=number % 2 == 0) for number, data in enumerate(files)] == [[]] * len(
        files
    )


def test_several_threads_read_what_one_thread_reads():
    files = [slice_bytes(number, Manufacturer="A" * (number % 9)) for number in range(60)]
    files += [slice_bytes(number)[:300] for number in range(60)]
    expected = [read_header(data) for data in files]
    found: list[list[Header | Refusal]] = []
    threads = [
        threading.Thread(target=lambda: found.append([read_header(d) for d in files])) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4


def test_silence_lasts_until_the_last_thread_leaves_and_then_ends():
    before = list(warnings.filters)
    first, second = quiet(), quiet()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    warnings.warn("not heard", UserWarning, stacklevel=1)
    second.__exit__(None, None, None)
    assert warnings.filters == before
    with pytest.warns(UserWarning, match="heard"):
        warnings.warn("heard", UserWarning, stacklevel=1)


def test_the_dataset_of_a_structure_set_holds_its_sequences(tmp_path):
    path = Path(tmp_path / "rs")
    path.write_bytes(encode(structure_dataset({"GTV": []})))
    found = read_elements_of_file(path, TAGS)
    assert found is not None
    assert as_dataset(found).StructureSetROISequence[0].ROIName == "GTV"


@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT, BIG])
@pytest.mark.parametrize("is_open", [True, False])
def test_the_items_of_a_sequence_are_read_without_pydicom_and_alike(syntax, is_open):
    tags = tags_of(("ScheduledProcedureStepID", "ScheduledProtocolCodeSequence", "CodeValue"))
    found = items(strict(encode(nested(is_open=is_open), syntax)), "RequestAttributesSequence", tags)
    assert [isinstance(item, Elements) for item in found] == [True, True]
    assert [text(item, "ScheduledProcedureStepID") for item in found] == ["S1", "S1"]
    deeper = items(found[1], "ScheduledProtocolCodeSequence", tags)
    assert [text(item, "CodeValue") for item in deeper] == ["T-1"]
    assert list(items(found[0], "CodeValue", tags)) == []


def test_an_item_takes_the_character_set_of_its_file_unless_it_has_its_own():
    made = nested(is_open=False)
    made.SpecificCharacterSet = "ISO_IR 192"
    made.RequestAttributesSequence[0].ScheduledProcedureStepDescription = "Schädel"
    tags = tags_of(("ScheduledProcedureStepDescription",))
    found = items(strict(encode(made)), "RequestAttributesSequence", tags)
    assert text(found[0], "ScheduledProcedureStepDescription") == "Schädel"


def test_a_file_cut_in_a_value_nobody_asks_for_is_left_to_pydicom(tmp_path):
    made = slice_dataset(0)
    made.add_new(0x00091001, "OB", b"z" * (1 << 17))
    path = tmp_path / "cut.dcm"
    path.write_bytes(encode(made)[: 1 << 16])
    assert read_elements_of_file(path, TAGS) is None


def test_a_file_with_neither_prefix_nor_class_is_left_to_pydicom():
    data = slice_bytes(0)
    start = data.index(b"\x08\x00\x18\x00UI")
    assert read_elements(data[132:], TAGS, pixels=False) is not None
    assert read_elements(data[start:], TAGS, pixels=False) is None


def test_elements_that_stand_as_in_an_earlier_file_but_twice_are_left_to_pydicom():
    data = slice_bytes(0)
    start, end = 144 + struct.unpack_from("<I", data, 140)[0], data.index(b"\xe0\x7f\x10\x00")
    assert [differences(data, pixels=True) for _ in range(3)] == [[]] * 3
    assert read_elements(data[:end] + data[start:], TAGS, pixels=True) is None
