"""Where reading ends: long sequences, what follows the last wanted element, and files that were cut."""

from __future__ import annotations

import struct

import pydicom
import pytest
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence

from imaging.dicom_reading.header import HEADER_TAGS, read_header
from imaging.dicom_reading.source import items, open_source, text
from imaging.dicom_reading.strict.elements import Elements, read_elements, read_elements_of_file
from imaging.dicom_reading.tags import tags_of
from imaging.pixels.stored import stored_frames
from imaging.reasons import Reason
from imaging.records import Header, Refusal
from imaging.series.wanted_tags import SLICE_TAGS
from imaging.slices.slice import Unusable
from tests.imaging.dicom_reading.strict.test_elements import BIG, EXPLICIT, IMPLICIT, RLE
from tests.imaging.factories import (
    convert,
    dataset,
    encode,
    slice_bytes,
    slice_dataset,
    square,
    stack,
    structure_dataset,
)
from tests.imaging.parity import TAGS, differences, header_by_pydicom
from tests.imaging.reading import read_slices

INSTANCE, CODE = b"\x08\x00\x55\x11", b"\x08\x00\x00\x01"
COUNT = 200
UIDS = tags_of(("ReferencedSOPInstanceUID",))


def opened(owner: pydicom.Dataset) -> pydicom.Dataset:
    """The same data set with every sequence and item of undefined length."""
    for element in owner:
        if element.VR == "SQ":
            element.is_undefined_length = True
            for item in element.value:
                item.is_undefined_length_sequence_item = True
                opened(item)
    return owner


def referring(count: int = COUNT, *, long: int | None = None) -> pydicom.Dataset:
    """A slice that refers to many images, all written alike but number ``long``."""
    images = [
        dataset(ReferencedSOPClassUID="1.2", ReferencedSOPInstanceUID=f"1.2.3.{100 + number}")
        for number in range(count)
    ]
    if long is not None:
        images[long].ReferencedSOPInstanceUID = "1.2.3.4.5.6.7"
    return opened(slice_dataset(0, ReferencedImageSequence=Sequence(images)))


@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT, BIG])
@pytest.mark.parametrize("long", [None, 3, COUNT - 20, COUNT - 1])
def test_a_long_sequence_of_like_items_is_read_as_pydicom_reads_it(syntax, long):
    data = encode(referring(long=long), syntax)
    assert [differences(data, pixels=pixels) for pixels in (True, False)] == [[], []]
    found = read_elements(data, tags_of(("ReferencedImageSequence",)), pixels=False)
    assert found is not None
    uids = [text(item, "ReferencedSOPInstanceUID") for item in items(found, "ReferencedImageSequence", UIDS)]
    assert len(uids) == len(set(uids)) == COUNT
    assert uids[-1] == ("1.2.3.4.5.6.7" if long == COUNT - 1 else f"1.2.3.{99 + COUNT}")


@pytest.mark.parametrize("place", [1, COUNT // 2, COUNT - 30, COUNT - 2, COUNT - 1])
@pytest.mark.parametrize("tag", [b"\x08\x00\x49\x11", b"\x08\x00\x50\x11"])
def test_an_odd_item_among_many_that_are_alike_is_noticed(place, tag):
    pieces = encode(referring(), IMPLICIT).split(INSTANCE)
    data = INSTANCE.join(pieces[: place + 1]) + tag + INSTANCE.join(pieces[place + 1 :])
    assert read_elements(data, TAGS, pixels=True) is None


def test_a_layout_is_not_learnt_from_items_that_were_passed_over():
    first = encode(referring(), IMPLICIT)
    for _ in range(3):
        assert differences(first, pixels=True) == []
    place = first.index(INSTANCE, first.index(INSTANCE, len(first) // 2) + 1)
    odd = first[:place] + b"\x08\x00\x49\x11" + first[place + 4 :]
    assert read_elements(odd, TAGS, pixels=True) is None


def test_items_that_hold_long_sequences_of_like_items_are_each_read_to_their_own_end():
    word = "ScheduledProtocolCodeSequence"
    outer = [
        dataset(**{word: Sequence([dataset(CodeValue=f"T-{1000 + number}") for number in range(60)])})
        for _ in range(9)
    ]
    data = encode(opened(slice_dataset(0, RequestAttributesSequence=Sequence(outer))), IMPLICIT)
    assert [differences(data, pixels=True) for _ in range(3)] == [[]] * 3
    read = read_elements(data, TAGS, pixels=True)
    assert read is not None
    found = items(read, "RequestAttributesSequence", tags_of((word,)))
    assert [isinstance(item, Elements) for item in found] == [True] * 9
    assert [len(items(item, word, ())) for item in found] == [60] * 9
    pieces = data.split(CODE)
    odd = CODE.join(pieces[:465]) + b"\xfe\xff\x0d\xe1" + CODE.join(pieces[465:])
    assert read_elements(odd, TAGS, pixels=True) is None


def contoured(**changes: object) -> bytes:
    made = structure_dataset({"GTV": [square(0, 1, 3), square(2.5, 1, 3)]}, **changes)
    return encode(opened(made), IMPLICIT)


def test_a_header_ends_before_an_open_sequence_that_follows_all_it_wants(tmp_path):
    data = contoured()
    path = tmp_path / "rs.dcm"
    at = data.index(b"\x06\x30\x39\x00")
    path.write_bytes(data[: at + 40])
    for source in (path, path.read_bytes(), data):
        assert read_header(source) == header_by_pydicom(data)
    assert isinstance(header_by_pydicom(data), Header)


def test_with_pixels_every_sequence_is_read_to_its_end():
    data = contoured()
    at = data.index(b"\x06\x30\x39\x00")
    assert read_elements(data, HEADER_TAGS, pixels=True) is not None
    assert read_elements(data[: at + 40], HEADER_TAGS, pixels=True) is None


def test_a_header_that_lacks_a_wanted_element_behind_an_open_sequence_does_not_end_there(tmp_path):
    path = tmp_path / "a.dcm"
    path.write_bytes(encode(referring(), IMPLICIT))
    found = read_elements_of_file(path, TAGS)
    assert found is not None
    assert text(found, "Rows") == "5"


def test_the_frames_of_a_region_stay_known_when_its_contours_are_of_undefined_length():
    data = contoured(frame="1.2.3.77")
    found = read_header(data)
    assert isinstance(found, Header)
    assert found.referenced_frames == ("1.2.3.77",)


def fragments(*, frames: int = 1) -> bytes:
    """An RLE image; its pixel data are the last element."""
    segment = struct.pack("<16I", 1, 64, *[0] * 14) + b"\x05abcdef\xff\xff"
    made = slice_dataset(0, PixelData=encapsulate([segment] * frames), NumberOfFrames=frames)
    made["PixelData"].is_undefined_length = True
    return encode(made, RLE)


def reason_of(data: bytes) -> Reason | None:
    """Why the pixels of a file cannot be had, told by the reader or by the decoder."""
    source = open_source(data, SLICE_TAGS, pixels=True)
    found = source if isinstance(source, Refusal) else stored_frames(source)
    return found.reason if isinstance(found, Refusal) else None


def test_a_compressed_image_cut_anywhere_in_its_pixels_is_truncated_and_keeps_its_header():
    data = fragments()
    start = data.index(b"\xe0\x7f\x10\x00") + 12
    cuts = range(start, len(data))
    assert {reason_of(data[:cut]) for cut in cuts} == {Reason.TRUNCATED_PIXEL_DATA}
    found = read_elements(data[: len(data) - 1], TAGS, pixels=True)
    assert isinstance(found, Elements)
    assert (found.cut, text(found, "Rows")) == (True, "5")


@pytest.mark.parametrize(
    "name", ["MR2_J2KR.dcm", "693_J2KR.dcm", "emri_small_RLE.dcm", "JPGLosslessP14SV1_1s_1f_8b.dcm"]
)
@pytest.mark.parametrize("share", [0.5, 0.9, 0.999])
def test_trap_truncated_compressed_files_are_named_as_such(name, share, pydicom_files, store_files):
    path = next(folder / name for folder in (pydicom_files, store_files) if (folder / name).exists())
    data = path.read_bytes()
    start = data.rindex(b"\xe0\x7f\x10\x00OB") + 12
    assert reason_of(data) is None
    assert reason_of(data[: start + int(share * (len(data) - start))]) is Reason.TRUNCATED_PIXEL_DATA


def test_a_cut_file_with_an_odd_header_is_truncated_too():
    data = fragments().replace(
        b"\x28\x00\x10\x00US\x02\x00\x05\x00", b"\x28\x00\x10\x00US\x04\x00\x05\x00\x05\x00"
    )
    assert read_elements(data, TAGS, pixels=True) is not None
    odd = data.replace(b"\x28\x00\x03\x01US", b"\x28\x00\x03\x01QQ")
    assert read_elements(odd, TAGS, pixels=True) is None
    found = open_source(odd[:-20], SLICE_TAGS, pixels=True)
    assert found == Refusal(Reason.TRUNCATED_PIXEL_DATA, {"header_readable": True})


def plain(**changes: object) -> tuple[bytes, int]:
    """A file without compression, and the offset of the head of its pixel data."""
    data = slice_bytes(0, **changes)
    return data, data.rindex(b"\xe0\x7f\x10\x00OW")


@pytest.mark.parametrize("extra", [b"\x07", b"\x01\x02\x03\x04\x05\x06\x07\x08\x09"])
def test_a_byte_too_many_before_the_pixels_is_not_read_as_a_shifted_image(extra):
    data, head = plain()
    for at in (head + 6, head + 8, head + 11):
        refusal = convert([data[:at] + extra + data[at:], *stack()[1:]]).refusal
        assert refusal is not None, at


def test_pixel_data_of_an_unknown_representation_are_refused():
    data, head = plain()
    found = read_slices(data[: head + 4] + b"_W" + data[head + 6 :])
    assert isinstance(found, Unusable)


def test_bytes_after_the_pixels_that_are_no_element_are_refused_and_zeros_are_not():
    data, _ = plain()
    found = read_slices(data + b"\xc8\x00\xc9\x00\xca\x00\xcb\x00")
    assert isinstance(found, Unusable)
    assert found.refusal.reason is Reason.PIXEL_DECODE_FAILED
    assert isinstance(read_slices(data + bytes(40)), tuple)
