"""One compressed frame at a time: what the decoders give, and what is refused before they see it."""

from __future__ import annotations

import random
import struct
import subprocess
import sys

import numpy as np
import openjpeg
import pytest

from imaging.pixels.codecs import DECODABLE, RLE, ROOT, decode_frame
from imaging.pixels.codestreams import BadCodestreamError, read_jpeg
from tests.imaging.jpeg_lossless import encode

LOSSLESS_14, LOSSLESS_SV1, JPEG_2000 = (f"{ROOT}.4.{number}" for number in (57, 70, 90))
RANDOM = np.random.default_rng(7)


def image(bits: int, rows: int = 66, columns: int = 42) -> np.ndarray:
    """Smooth, with noise, and both ends of the range."""
    j, i = np.mgrid[:rows, :columns]
    top = (1 << bits) - 1
    values = (np.sin(i / 5) + np.cos(j / 7) + 2) / 4 * top * 0.9 + RANDOM.integers(0, 1 + top // 20, i.shape)
    values[0, 0], values[-1, -1] = 0, top
    return values.astype(np.uint8 if bits <= 8 else np.uint16)


def rle(values: np.ndarray) -> bytes:
    """Encode as PS3.5 annex G says, with literal runs alone: one segment a byte, most significant first."""
    planes = values.astype(values.dtype.newbyteorder(">")).view(np.uint8).reshape(-1, values.itemsize).T
    segments = []
    for plane in planes:
        raw = plane.tobytes()
        runs = [raw[at : at + 128] for at in range(0, len(raw), 128)]
        segment = b"".join(bytes([len(run) - 1]) + run for run in runs)
        segments.append(segment + b"\0" * (len(segment) % 2))
    offsets = [64 + sum(map(len, segments[:index])) for index in range(len(segments))]
    return struct.pack("<16I", len(segments), *offsets, *[0] * (15 - len(offsets))) + b"".join(segments)


@pytest.mark.parametrize("predictor", range(1, 8))
@pytest.mark.parametrize("bits", [8, 12, 16])
def test_jpeg_lossless_gives_back_every_value_with_every_predictor(bits, predictor):
    values = image(bits)
    data = encode(values, bits, predictor)
    found, stream = decode_frame(LOSSLESS_14, data, *values.shape, values.itemsize * 8)
    np.testing.assert_array_equal(found, values)
    assert (stream.precision, stream.signed) == (bits, False)


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("bits", [8, 12, 16])
def test_jpeg_2000_gives_back_every_value_and_its_sign(bits, signed):
    values = image(bits)
    if signed:
        values = (values.astype(np.int32) - (1 << bits - 1)).astype(f"i{values.itemsize}")
    data = openjpeg.encode(values, bits_stored=bits, photometric_interpretation=2)
    found, stream = decode_frame(JPEG_2000, data, *values.shape, values.itemsize * 8)
    np.testing.assert_array_equal(found, values)
    assert (found.dtype, stream.signed) == (values.dtype, signed)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.uint32])
def test_rle_gives_back_every_value(dtype):
    values = RANDOM.integers(0, np.iinfo(dtype).max, (66, 42), dtype=dtype, endpoint=True)
    found, _ = decode_frame(RLE, rle(values), 66, 42, values.itemsize * 8)
    np.testing.assert_array_equal(found, values)


@pytest.mark.parametrize(("rows", "columns"), [(67, 42), (66, 41), (42, 66)])
@pytest.mark.parametrize("syntax", [LOSSLESS_SV1, JPEG_2000])
def test_a_frame_of_another_size_than_the_header_never_reaches_a_decoder(syntax, rows, columns):
    values = image(12)
    data = (
        encode(values, 12)
        if syntax == LOSSLESS_SV1
        else openjpeg.encode(values, photometric_interpretation=2)
    )
    with pytest.raises(BadCodestreamError, match=f"66x42x1, the header says {rows}x{columns}"):
        decode_frame(syntax, bytes(data), rows, columns, 16)


def test_a_bomb_of_65535_squared_pixels_in_some_bytes_is_refused_by_its_own_header():
    data = bytearray(openjpeg.encode(image(12), photometric_interpretation=2))
    data[8:16] = struct.pack(">II", 65535, 65535)
    with pytest.raises(BadCodestreamError, match="65535x65535"):
        decode_frame(JPEG_2000, bytes(data), 66, 42, 16)


def test_a_stream_deeper_than_its_cells_is_refused():
    with pytest.raises(BadCodestreamError, match="12 bits in cells of 8"):
        decode_frame(LOSSLESS_SV1, encode(image(12), 12), 66, 42, 8)


def test_a_stream_of_another_process_than_its_transfer_syntax_is_refused():
    with pytest.raises(BadCodestreamError, match="frame marker C3"):
        decode_frame(f"{ROOT}.4.50", encode(image(8), 8), 66, 42, 8)


def test_a_jpeg_cut_at_any_byte_is_refused():
    data = encode(image(12), 12)
    refused = 0
    for cut in range(len(data) - 1):
        with pytest.raises(BadCodestreamError):
            decode_frame(LOSSLESS_SV1, data[:cut], 66, 42, 16)
        refused += 1
    assert refused > 1000


def test_a_jpeg_whose_values_end_early_is_refused_though_it_has_an_end_marker():
    data = encode(image(12), 12)
    with pytest.raises(BadCodestreamError, match="damaged"):
        decode_frame(LOSSLESS_SV1, data[: len(data) // 2] + b"\xff\xd9", 66, 42, 16)


@pytest.mark.parametrize("cut", [10, 64, 66, 200, -200])
def test_an_rle_frame_cut_anywhere_is_refused(cut):
    with pytest.raises(BadCodestreamError):
        decode_frame(RLE, rle(image(16))[:cut], 66, 42, 16)


def test_rle_segments_that_do_not_match_the_depth_are_refused():
    with pytest.raises(BadCodestreamError, match="bits allocated"):
        decode_frame(RLE, rle(image(8)), 66, 42, 16)


def test_a_jp2_file_around_the_stream_is_read_and_one_with_a_palette_is_not():
    values = image(12)
    data = bytes(openjpeg.encode(values, photometric_interpretation=2))
    boxes = b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(40)
    np.testing.assert_array_equal(decode_frame(JPEG_2000, boxes + data, 66, 42, 16)[0], values)
    with pytest.raises(BadCodestreamError, match="no JPEG 2000 stream"):
        decode_frame(JPEG_2000, boxes + b"pclr" + data, 66, 42, 16)


def test_fill_bytes_and_other_segments_before_the_frame_header_are_stepped_over():
    data = encode(image(12), 12)
    comment = b"\xff\xff\xfe\x00\x05abc"
    assert read_jpeg(data[:2] + comment + data[2:]) == read_jpeg(data)


def test_mutated_frames_are_decoded_or_refused_and_nothing_else():
    values = image(12)
    frames = {
        LOSSLESS_SV1: encode(values, 12),
        JPEG_2000: bytes(openjpeg.encode(values, photometric_interpretation=2)),
        RLE: rle(values),
    }
    chance, done = random.Random(11), 0
    for syntax, frame in frames.items():
        for _ in range(300):
            data = bytearray(frame)
            for _ in range(chance.randrange(1, 5)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            try:
                found, _ = decode_frame(
                    syntax, bytes(data[: chance.randrange(len(data)) or None]), 66, 42, 16
                )
                assert found.shape == (66, 42)
            except BadCodestreamError:
                pass
            done += 1
    assert done == 900


def test_no_decoder_is_imported_before_a_frame_needs_it():
    code = (
        # pydicom itself looks for some of them
        "import sys, pydicom; before = set(sys.modules); import imaging.pixels.stored;"
        "print(sorted({'dicomsdl', 'openjpeg', 'rle', 'isal'} & (set(sys.modules) - before)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_interpreter_that_has_decoded_a_jpeg_ends():
    code = (
        "from imaging.pixels.codecs import decode_frame; from tests.imaging.jpeg_lossless import encode;"
        "import numpy as np; v = np.zeros((4, 4), np.uint16);"
        f"print(decode_frame('{LOSSLESS_SV1}', encode(v, 12), 4, 4, 16)[0].sum())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "0"


def test_the_syntaxes_that_can_be_decoded_are_these():
    numbers = (50, 51, 57, 70, 80, 81, 90, 91, 201, 202, 203)
    assert {RLE, *(f"{ROOT}.4.{number}" for number in numbers)} == DECODABLE
