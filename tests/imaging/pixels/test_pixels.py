"""Stored values out of cells: native encodings, many frames, single bits, floats, and every contradiction."""

from __future__ import annotations

import struct
import tracemalloc
from typing import Any

import numpy as np
import pytest
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGLossless,
)

from imaging.dicom_reading.source import open_source
from imaging.dicom_reading.tags import tags_of
from imaging.pixels.stored import (
    OVERLAY_POSITIONS,
    PIXEL_KEYWORDS,
    pixel_volume,
    stored_frames,
    stored_values,
)
from imaging.reasons import Reason
from imaging.records import Refusal
from tests.imaging.factories import encode as encode_file
from tests.imaging.factories import slice_dataset
from tests.imaging.jpeg_lossless import encode as encode_jpeg

TAGS = frozenset((*tags_of(PIXEL_KEYWORDS), *OVERLAY_POSITIONS))
RANDOM = np.random.default_rng(3)


def values_of(dataset, syntax: str = ExplicitVRLittleEndian) -> Any:
    source = open_source(encode_file(dataset, syntax), TAGS, pixels=True)
    assert not isinstance(source, Refusal), source
    return stored_frames(source)


def frames_dataset(stored: np.ndarray, **changes: Any):
    """A file of several frames (frames, rows, columns)."""
    values = {"NumberOfFrames": len(stored), "PixelData": stored.tobytes(), **changes}
    return slice_dataset(0, stored=stored[0], **values)


def jpeg_dataset(frames: list[bytes], stored: np.ndarray, **changes: Any):
    made = frames_dataset(stored, PixelData=encapsulate(frames), **changes)
    made["PixelData"].is_undefined_length = True
    return made


@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint16", "int16", "uint32", "int32"])
@pytest.mark.parametrize(
    "syntax", [ImplicitVRLittleEndian, ExplicitVRLittleEndian, DeflatedExplicitVRLittleEndian]
)
def test_native_values_of_every_depth_are_read_in_frame_order(syntax, dtype):
    limits = np.iinfo(dtype)
    stored = RANDOM.integers(limits.min, limits.max, (3, 4, 5), dtype=dtype, endpoint=True)
    found = values_of(frames_dataset(stored), syntax)
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, stored)


@pytest.mark.parametrize("dtype", ["uint16", "int32"])
def test_big_endian_values_come_in_the_byte_order_of_the_machine(dtype):
    stored = RANDOM.integers(0, 30000, (2, 4, 5)).astype(dtype)
    dataset = frames_dataset(stored, PixelData=stored.astype(stored.dtype.newbyteorder(">")).tobytes())
    found = values_of(dataset, ExplicitVRBigEndian)
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, stored)


def test_big_endian_bytes_are_refused_since_their_order_depends_on_the_writer():
    stored = np.zeros((1, 4, 4), np.uint8)
    assert values_of(frames_dataset(stored), ExplicitVRBigEndian).reason is Reason.PIXEL_DECODE_FAILED


@pytest.mark.parametrize(("keyword", "dtype"), [("FloatPixelData", "f4"), ("DoubleFloatPixelData", "f8")])
def test_float_pixel_data_are_read_as_floats(keyword, dtype):
    stored = RANDOM.normal(size=(2, 4, 5)).astype(dtype)
    bits = stored.itemsize * 8
    dataset = frames_dataset(stored, PixelData=None, BitsAllocated=bits, BitsStored=None, HighBit=None)
    setattr(dataset, keyword, stored.tobytes())
    found = values_of(dataset)
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, stored)
    setattr(dataset, keyword, stored.tobytes()[:-8])
    assert values_of(dataset).reason is Reason.TRUNCATED_PIXEL_DATA


@pytest.mark.parametrize(("frames", "rows", "columns"), [(1, 8, 8), (5, 3, 5), (7, 1, 1), (2, 9, 9)])
def test_single_bits_run_on_from_frame_to_frame_lowest_bit_first(frames, rows, columns):
    stored = RANDOM.integers(0, 2, (frames, rows, columns), dtype=np.uint8)
    packed = np.packbits(stored, axis=None, bitorder="little").tobytes()
    one_bit = {
        "BitsAllocated": 1,
        "BitsStored": 1,
        "HighBit": 0,
        "PixelData": packed + b"\0" * (len(packed) % 2),
    }
    np.testing.assert_array_equal(values_of(frames_dataset(stored, **one_bit)), stored)


def test_missing_bits_are_refused():
    one_bit = {"BitsAllocated": 1, "BitsStored": 1, "HighBit": 0, "PixelData": b"\0\0"}
    refusal = values_of(frames_dataset(np.zeros((2, 5, 5), np.uint8), **one_bit))
    assert (refusal.reason, refusal.evidence["bytes_expected"]) == (Reason.TRUNCATED_PIXEL_DATA, 7)


@pytest.mark.parametrize(
    ("taken", "reason"),
    [(-2, Reason.TRUNCATED_PIXEL_DATA), (0, None), (38, None), (40, Reason.PIXEL_DECODE_FAILED)],
)
def test_a_length_is_right_padded_or_refused(taken, reason):
    stored = RANDOM.integers(0, 9, (3, 4, 5)).astype(np.int16)
    data = (stored.tobytes() + bytes(100))[: stored.nbytes + taken]
    found = values_of(frames_dataset(stored, PixelData=data))
    assert (found.reason if isinstance(found, Refusal) else None) == reason


@pytest.mark.parametrize("frames", ["0", "-1", "x", "2.5"])
def test_an_impossible_number_of_frames_is_refused(frames):
    dataset = slice_dataset(0)
    dataset.add_new("NumberOfFrames", "LO", frames)
    assert stored_frames(prepared(dataset)).reason is Reason.PIXEL_DECODE_FAILED


def prepared(dataset):
    """Stand for a dataset that was read, without the way through a file."""
    encode_file(slice_dataset(0))
    dataset.file_meta = type(slice_dataset(0))()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.set_original_encoding(False, True)
    return dataset


def test_one_image_is_asked_for_and_a_file_of_two_is_refused():
    refusal = stored_values(prepared(frames_dataset(np.zeros((2, 4, 5), np.int16))))
    assert refusal == Refusal(Reason.PIXEL_DECODE_FAILED, {"frames": 2, "frames_expected": 1})
    assert stored_values(prepared(frames_dataset(np.zeros((1, 4, 5), np.int16)))).shape == (4, 5)


@pytest.mark.parametrize("fill", ["zero", "sign"])
def test_signed_values_of_twelve_bits_are_read_whatever_fills_the_cell(fill):
    stored = RANDOM.integers(-2048, 2048, (3, 4, 5)).astype(np.int16)
    stored[0, 0, 0] = -2048
    cells = stored if fill == "sign" else (stored.view(np.uint16) & 0xFFF).view(np.int16)
    found = values_of(frames_dataset(cells, BitsStored=12, HighBit=11))
    assert found.dtype == np.int16
    np.testing.assert_array_equal(found, stored)


def test_bits_above_the_value_are_refused_in_any_frame_unless_an_overlay_explains_them():
    stored = RANDOM.integers(0, 4096, (3, 4, 5)).astype(np.uint16)
    cells = stored.copy()
    cells[2] |= 0x1000
    dataset = frames_dataset(cells, BitsStored=12, HighBit=11)
    refusal = values_of(dataset)
    assert (refusal.reason, refusal.evidence["pixels"]) == (Reason.UNUSED_BITS_SET, 20)
    dataset.add_new(0x60000102, "US", 12)
    np.testing.assert_array_equal(values_of(dataset), stored)


@pytest.mark.parametrize("value", [-2049, -4096, 2048, 32767])
def test_signed_values_outside_their_twelve_bits_are_refused(value):
    stored = np.zeros((2, 4, 5), np.int16)
    stored[1, 2, 3] = value
    found = values_of(frames_dataset(stored, BitsStored=12, HighBit=11))
    if value == 2048:  # zero filled: the sign bit of -2048
        assert found[1, 2, 3] == -2048
    else:
        assert found.reason is Reason.UNUSED_BITS_SET


def test_values_that_lie_high_in_their_cells_are_refused_without_an_overlay():
    stored = RANDOM.integers(0, 4096, (1, 4, 5)).astype(np.uint16) << 4
    assert values_of(frames_dataset(stored, BitsStored=12, HighBit=15)).reason is Reason.UNUSED_BITS_SET


@pytest.mark.parametrize("changes", [{"BitsAllocated": 12}, {"BitsStored": 17}, {"HighBit": 16}, {"Rows": 0}])
def test_headers_that_contradict_themselves_are_refused(changes):
    assert values_of(slice_dataset(0, **changes)).reason is Reason.PIXEL_DECODE_FAILED


def test_native_frames_of_twelve_bits_are_a_view_of_the_file():
    stored = np.zeros((40, 256, 256), np.uint16)
    source = open_source(encode_file(frames_dataset(stored, BitsStored=12, HighBit=11)), TAGS, pixels=True)
    tracemalloc.start()
    found = stored_frames(source)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.shape == stored.shape
    assert peak < 100_000


def jpegs(stored: np.ndarray, bits: int = 12) -> list[bytes]:
    return [encode_jpeg(frame, bits) for frame in stored]


STORED = RANDOM.integers(0, 2048, (3, 8, 9)).astype(np.uint16)
TWELVE = {"BitsStored": 12, "HighBit": 11}


def test_compressed_frames_are_found_by_the_basic_offset_table_and_without_one():
    frames = jpegs(STORED)
    for bare in (False, True):
        made = jpeg_dataset(frames, STORED, **TWELVE)
        made.PixelData = encapsulate(frames, has_bot=not bare)
        np.testing.assert_array_equal(values_of(made, JPEGLossless), STORED)


def test_compressed_frames_of_several_fragments_are_joined():
    made = jpeg_dataset(jpegs(STORED), STORED, **TWELVE)
    made.PixelData = encapsulate(jpegs(STORED), fragments_per_frame=3)
    np.testing.assert_array_equal(values_of(made, JPEGLossless), STORED)


def test_compressed_frames_are_found_by_the_extended_offset_table():
    made = jpeg_dataset(jpegs(STORED), STORED, **TWELVE)
    made.PixelData, made.ExtendedOffsetTable, made.ExtendedOffsetTableLengths = encapsulate_extended(
        jpegs(STORED)
    )
    np.testing.assert_array_equal(values_of(made, JPEGLossless), STORED)
    made.ExtendedOffsetTable = struct.pack("<3Q", 0, 1 << 40, 1 << 41)
    assert values_of(made, JPEGLossless).reason is Reason.PIXEL_DECODE_FAILED


@pytest.mark.parametrize(
    ("count", "reason"), [(2, Reason.PIXEL_DECODE_FAILED), (4, Reason.TRUNCATED_PIXEL_DATA)]
)
def test_compressed_frames_are_as_many_as_the_header_says(count, reason):
    made = jpeg_dataset(jpegs(STORED), STORED, **TWELVE, NumberOfFrames=count)
    refusal = values_of(made, JPEGLossless)
    assert refusal.reason is reason
    assert refusal.evidence.get("why") == ("more frames than stated" if count < 3 else None)


def test_a_broken_frame_refuses_all_and_is_named_by_its_number():
    frames = jpegs(STORED)
    frames[1] = frames[1][:60] + b"\xff\xd9"
    refusal = values_of(jpeg_dataset(frames, STORED, **TWELVE), JPEGLossless)
    assert (refusal.reason, refusal.evidence["frame"]) == (Reason.PIXEL_DECODE_FAILED, 1)


def test_signs_that_a_jpeg_cannot_state_are_taken_from_the_header():
    signed = RANDOM.integers(-2048, 2048, (1, 8, 9)).astype(np.int16)
    made = jpeg_dataset(jpegs(signed.view(np.uint16) & 0xFFF), signed, **TWELVE)
    np.testing.assert_array_equal(values_of(made, JPEGLossless), signed)


def test_a_sign_that_nobody_can_know_is_refused():
    # Twelve bits without a sign under a header of sixteen with one: is 4095 itself, or -1?
    high = STORED.astype(np.int16) | 0x800
    made = jpeg_dataset(jpegs(high.view(np.uint16)), high)
    refusal = values_of(made, JPEGLossless)
    assert (refusal.reason, refusal.evidence["frame"]) == (Reason.PIXEL_DECODE_FAILED, 0)
    low = jpeg_dataset(jpegs(STORED), STORED.astype(np.int16))
    np.testing.assert_array_equal(values_of(low, JPEGLossless), STORED)


def test_the_size_is_known_from_the_header_before_anything_is_decoded():
    assert pixel_volume(prepared(frames_dataset(np.zeros((3, 4, 5), np.int16)))) == 120
    assert pixel_volume(prepared(slice_dataset(0, Rows=65535, Columns=65535))) == 65535 * 65535 * 2
    assert pixel_volume(prepared(slice_dataset(0, Rows=None))) == 0
