"""A data set read whole and written again: the same elements as pydicom finds, and the same bytes."""

from __future__ import annotations

import io
import struct
import zlib

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate

from imaging.dicom_reading.strict import deflated
from imaging.dicom_reading.strict.data_set import DataElement, WholeFile, read_whole
from imaging.dicom_reading.strict.encodings import BIG_ENDIAN, EXPLICIT, IMPLICIT, Encoding
from imaging.dicom_reading.strict.heads import OddError
from imaging.dicom_reading.strict.writing import element, encapsulated, file_start, sequence
from imaging.dicom_reading.tags import vr_of
from tests.imaging.dicom_reading.strict.test_elements import BIG, DEFLATED, RLE, nested
from tests.imaging.dicom_reading.strict.test_elements import EXPLICIT as EXPLICIT_UID
from tests.imaging.dicom_reading.strict.test_elements import IMPLICIT as IMPLICIT_UID
from tests.imaging.factories import encode, slice_dataset

SYNTAXES = {IMPLICIT: IMPLICIT_UID, EXPLICIT: EXPLICIT_UID, BIG_ENDIAN: BIG}
PRIVATE, INNER, NAME = 0x00091010, 0x00081155, 0x00100010


def whole(data: bytes) -> WholeFile:
    return read_whole(data, lambda tag: (vr_of(tag) or "UN")[:2])


def tags(elements: list[DataElement]) -> list[int]:
    """All tags in the order of the file, those of items after their sequence's."""
    found = []
    for each in elements:
        found += [each.tag, *(tag for item in each.items or () for tag in tags(item))]
    return found


def written(source: WholeFile, elements: list[DataElement]) -> bytes:
    """The elements written anew, their sequences with lengths."""
    made = b""
    for each in elements:
        if each.items is None:
            made += element(source.encoding, each.tag, each.vr, source.data[each.value : each.stop])
        else:
            made += sequence(source.encoding, each.tag, [written(source, item) for item in each.items])
    return made


def of(encoding: Encoding, *elements: bytes) -> bytes:
    return file_start((0x00020010, "UI", SYNTAXES[encoding].encode())) + b"".join(elements)


@pytest.mark.parametrize("syntax", [IMPLICIT_UID, EXPLICIT_UID, BIG, DEFLATED])
@pytest.mark.parametrize("is_open", [True, False])
def test_all_elements_are_found_and_fill_the_data_set(syntax, is_open):
    data = encode(nested(is_open=is_open), syntax)
    found = whole(data)
    assert tags(found.elements) == [each.tag for each in pydicom.dcmread(io.BytesIO(data)).iterall()]
    assert [each.end for each in found.elements[:-1]] == [each.start for each in found.elements[1:]]
    assert (found.elements[0].start, found.elements[-1].end) == (found.start, len(found.data))
    assert [tag for tag, _, _ in found.meta][:2] == [0x00020000, 0x00020001]


@pytest.mark.parametrize("syntax", [IMPLICIT_UID, EXPLICIT_UID, BIG])
def test_what_is_written_is_what_was_read(syntax):
    data = encode(nested(is_open=False), syntax)
    found = whole(data)
    assert written(found, found.elements) == data[found.start :]
    opened = whole(encode(nested(is_open=True), syntax))
    assert written(opened, opened.elements) == data[found.start :]


def test_a_compressed_frame_is_written_as_pydicom_writes_it_and_read_as_one_value():
    made = slice_dataset(0)
    made.PixelData = encapsulate([b"\xff\xd8\xff"], has_bot=False)
    data = encode(made, RLE)
    pixels = whole(data).elements[-1]
    assert data[pixels.start : pixels.end] == encapsulated(b"\xff\xd8\xff")
    assert data[pixels.value : pixels.stop] == made.PixelData


@pytest.mark.parametrize("encoding", [IMPLICIT, EXPLICIT, BIG_ENDIAN])
def test_an_unknown_value_of_undefined_length_holds_items_without_vr_whatever_the_file(encoding):
    item = element(IMPLICIT, INNER, "UI", b"1.2.3.4")
    items = struct.pack("<HHI", 0xFFFE, 0xE000, len(item)) + item + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
    head = element(encoding, PRIVATE, "UN", b"")[:-4] + struct.pack(f"{encoding.order}I", 0xFFFFFFFF)
    found = whole(of(encoding, head + items, element(encoding, NAME, "PN", b"A^B ")))
    assert tags(found.elements) == [PRIVATE, INNER, NAME]


@pytest.mark.parametrize("begins_with_item", [True, False])
def test_without_a_name_for_its_vr_a_value_is_judged_by_how_it_begins(begins_with_item):
    item = element(IMPLICIT, INNER, "UI", b"1.2.3.4")
    made = sequence(IMPLICIT, PRIVATE, [item])
    data = of(IMPLICIT, made if begins_with_item else element(IMPLICIT, PRIVATE, "UN", item))
    assert tags(read_whole(data, lambda _: "").elements) == [PRIVATE, *[INNER] * begins_with_item]
    assert tags(read_whole(data, lambda _: "UN").elements) == [PRIVATE]


LONG = element(EXPLICIT, 0x00420011, "OB", b"%PDF")
SEQUENCE = sequence(EXPLICIT, 0x00081140, [element(EXPLICIT, INNER, "UI", b"1.2.3.4")])
ODD = {
    "a value passes the end": LONG[:-2],
    "the header ends early": LONG[:-6],
    "an unknown VR": LONG.replace(b"OB", b"XX"),
    "reserved bytes": LONG.replace(b"OB\0\0", b"OB\0\1"),
    "bytes after the last element": LONG + b"\1",
    "no item where one must be": SEQUENCE.replace(b"\xfe\xff\x00\xe0", b"\xfe\xff\x01\xe0"),
    "an item passes the end": SEQUENCE[:12] + b"\xfe\xff\x00\xe0\xff" + SEQUENCE[17:],
    "undefined length with VR OB": LONG[:8] + b"\xff" * 4 + LONG[12:],
    "a sequence is not closed": SEQUENCE[:8] + b"\xff" * 4 + SEQUENCE[12:],
    "an item is not closed": SEQUENCE[:16] + b"\xff" * 4 + SEQUENCE[20:],
    "compressed pixels are not closed": encapsulated(b"\xff\xd8")[:-8],
}


@pytest.mark.parametrize("problem", list(ODD))
def test_odd_bytes_are_refused_by_name(problem):
    expected = "an unknown VR" if problem == "reserved bytes" else problem
    with pytest.raises(OddError) as caught:
        whole(of(EXPLICIT, ODD[problem]))
    assert caught.value.problem == expected
    assert caught.value.at >= len(of(EXPLICIT))


def test_sequences_nested_too_deep_are_refused():
    made = b""
    for _ in range(60):
        made = sequence(EXPLICIT, 0x00081140, [made])
    with pytest.raises(OddError, match="nested too deep"):
        whole(of(EXPLICIT, made))


@pytest.mark.parametrize("broken", [True, False])
def test_deflated_data_that_are_broken_or_too_large_are_refused(monkeypatch, broken):
    monkeypatch.setattr(deflated, "MOST_INFLATED", 1 << 12)
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(element(EXPLICIT, 0x00420011, "OB", bytes(1 << 13))) + packer.flush()
    data = file_start((0x00020010, "UI", DEFLATED.encode())) + (packed[:-2] if broken else packed)
    with pytest.raises(OddError, match="broken or too large"):
        whole(data)


def test_a_value_longer_than_its_vr_can_state_is_not_written():
    with pytest.raises(OddError, match="65536 bytes does not fit"):
        element(EXPLICIT, NAME, "PN", b"A" * 65536)
    assert len(element(IMPLICIT, NAME, "PN", b"A" * 65536)) == 65536 + 8


def test_a_sequence_in_an_icon_keeps_its_own_pixels():
    icon = Dataset()
    icon.Rows = 1
    icon.PixelData = b"\1\2"
    icon["PixelData"].VR = "OB"
    data = encode(slice_dataset(0, IconImageSequence=[icon]))
    found = {each.tag: each for each in whole(data).elements}
    assert [each.tag for each in found[0x00880200].items[0]] == [0x00280010, 0x7FE00010]
