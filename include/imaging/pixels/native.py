"""Pixel data that are not compressed: cells of whole bytes, or single bits; PS3.5 section 8.1."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imaging.dicom_reading.source import Source, little_endian
from imaging.pixels.layout import PixelLayout
from imaging.reasons import Reason
from imaging.records import Refusal


def native_cells(
    data: bytes | memoryview, layout: PixelLayout, kind: str, source: Source
) -> NDArray[Any] | Refusal:
    """View pixel data as cells (frames, rows, columns) of numpy's kind u or f, in native byte order."""
    little = little_endian(source)
    dtype, stored = _cell_types(f"{kind}{layout.allocated // 8}", little=little)
    count = layout.frames * layout.rows * layout.columns
    refusal = _wrong_length(count * dtype.itemsize, count // layout.frames * dtype.itemsize, len(data))
    if refusal is not None:
        return refusal
    if dtype.itemsize == 1 and not little:
        return Refusal(Reason.PIXEL_DECODE_FAILED, {"bits_allocated": layout.allocated, "byte_order": "big"})
    values: NDArray[Any] = np.frombuffer(data, stored, count)
    return values.astype(dtype, copy=False).reshape(layout.shape)


@cache
def _cell_types(name: str, *, little: bool) -> tuple[np.dtype[Any], np.dtype[Any]]:
    """Return the type of cells as numpy computes with them, and as they stand in the file."""
    dtype = np.dtype(name)
    return dtype, dtype.newbyteorder("<" if little else ">")


def binary_cells(
    data: bytes | memoryview, layout: PixelLayout, source: Source
) -> NDArray[np.uint8] | Refusal:
    """Unpack bits, lowest first, frames following each other without padding (PS3.5 8.1.1)."""
    if not little_endian(source) or layout.signed:
        return Refusal(Reason.PIXEL_DECODE_FAILED, {"bits_allocated": 1, "unsigned_little_endian": False})
    count = layout.frames * layout.rows * layout.columns
    refusal = _wrong_length(-(-count // 8), max(2, layout.rows * layout.columns // 8), len(data))
    if refusal is not None:
        return refusal
    packed = np.frombuffer(data, np.uint8)
    return np.unpackbits(packed, count=count, bitorder="little").reshape(layout.shape)


def _wrong_length(expected: int, one_frame: int, found: int) -> Refusal | None:
    """Refuse too few bytes, and so many that a frame more could be meant; padding between is left alone."""
    evidence = {"bytes_expected": expected, "bytes_found": found}
    if found < expected:
        return Refusal(Reason.TRUNCATED_PIXEL_DATA, evidence)
    if found >= expected + one_frame and found > expected + 1:
        return Refusal(Reason.PIXEL_DECODE_FAILED, evidence)
    return None
