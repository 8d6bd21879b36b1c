"""Frames of a segmentation one at a time: unpacked whole, 100 segments of 1 bit would fill the memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imaging.dicom_reading.source import Source, integer, little_endian, pixel_bytes, transfer_syntax
from imaging.dicom_reading.uids import is_encapsulated, is_transfer_syntax, uid_name
from imaging.pixels.stored import pixel_volume, stored_frames
from imaging.reasons import Reason
from imaging.records import JsonValue, Refusal

Frame = NDArray[Any]
FrameReader = Callable[[int], Frame]
PACKED = 1  # BitsAllocated of bits packed eight to a byte, frames without a gap between them (PS3.5 8.1.1)
MOST_DECODED = 1 << 28  # bytes: 1,024 frames of 512 x 512 and 8 bits
DEPTHS: dict[int, np.dtype[Any]] = {8: np.dtype("<u1"), 16: np.dtype("<u2")}


def frame_reader(dataset: Source, frames: int) -> FrameReader | Refusal:
    """Return a function from frame number (from 0) to its values, shape (rows, columns); or a Refusal."""
    data = pixel_bytes(dataset)
    if not data:
        return Refusal(Reason.NO_PIXEL_DATA)
    syntax = transfer_syntax(dataset)
    if not is_transfer_syntax(syntax):
        return Refusal(Reason.UNSUPPORTED_TRANSFER_SYNTAX, {"syntax": uid_name(syntax)})
    return _decoded(dataset) if is_encapsulated(syntax) else _native(dataset, data, frames)


def _native(dataset: Source, data: bytes | memoryview, frames: int) -> FrameReader | Refusal:
    """Read uncompressed frames where they lie; the photometric interpretation says nothing about labels."""
    rows, columns = integer(dataset, "Rows") or 0, integer(dataset, "Columns") or 0
    bits = integer(dataset, "BitsAllocated") or 0
    plain = integer(dataset, "SamplesPerPixel") in {None, 1} and not integer(dataset, "PixelRepresentation")
    if min(rows, columns) <= 0 or (bits != PACKED and bits not in DEPTHS) or not plain:
        evidence: dict[str, JsonValue] = {"rows": rows, "columns": columns, "bits_allocated": bits}
        return Refusal(Reason.PIXEL_DECODE_FAILED, evidence)
    if not little_endian(dataset):
        return Refusal(Reason.PIXEL_DECODE_FAILED, {"bits_allocated": bits, "byte_order": "big"})
    expected = (rows * columns * frames * bits + 7) // 8
    if len(data) < expected or len(data) > expected + 1:
        reason = Reason.TRUNCATED_PIXEL_DATA if len(data) < expected else Reason.PIXEL_DECODE_FAILED
        return Refusal(reason, {"bytes_expected": expected, "bytes_found": len(data)})
    size = rows * columns

    def packed(index: int) -> Frame:
        first = index * size
        held = np.frombuffer(data, np.uint8, (first + size + 7) // 8 - first // 8, first // 8)
        return np.unpackbits(held, bitorder="little")[first % 8 :][:size].reshape(rows, columns)

    def whole(index: int) -> Frame:
        held = np.frombuffer(data, np.uint8, size * bits // 8, index * size * bits // 8)
        return held.view(DEPTHS[bits]).reshape(rows, columns)

    return packed if bits == PACKED else whole


def _decoded(dataset: Source) -> FrameReader | Refusal:
    """Decode compressed frames, all at once; too many of them are refused."""
    size = pixel_volume(dataset)
    if size > MOST_DECODED:
        return Refusal(Reason.VOLUME_TOO_LARGE, {"bytes_decoded": size, "bytes_allowed": MOST_DECODED})
    found = stored_frames(dataset)
    return found if isinstance(found, Refusal) else found.__getitem__
