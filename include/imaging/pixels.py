"""Stored pixel values of one image: native encodings by numpy, RLE by pydicom; PS3.5 section 8."""

from __future__ import annotations

from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.pixels.decoders.base import get_decoder
from pydicom.uid import RLELossless

from imaging.dicom import PARSE_ERRORS, integer, text
from imaging.reasons import Reason
from imaging.records import Refusal

Stored = NDArray[np.integer[Any]]
DEPTHS = (8, 16, 32)
OVERLAY_GROUPS = range(0x6000, 0x6020, 2)
OVERLAY_POSITIONS = tuple(group << 16 | 0x0102 for group in OVERLAY_GROUPS)
PIXEL_KEYWORDS = (
    "SamplesPerPixel",
    "PhotometricInterpretation",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
    "FloatPixelData",
    "DoubleFloatPixelData",
)


def stored_values(dataset: pydicom.FileDataset) -> Stored | Refusal:
    """Return the stored values, shape (rows, columns), a signed or unsigned integer type; or a Refusal."""
    refusal = _unsupported(dataset)
    if refusal is not None:
        return refusal
    rows, columns = integer(dataset, "Rows") or 0, integer(dataset, "Columns") or 0
    allocated = integer(dataset, "BitsAllocated") or 0
    signed = integer(dataset, "PixelRepresentation") or 0
    bits = integer(dataset, "BitsStored") or allocated
    if rows <= 0 or columns <= 0 or allocated not in DEPTHS or signed not in {0, 1} or bits > allocated:
        numbers = {"rows": rows, "columns": columns, "bits_allocated": allocated, "bits_stored": bits}
        return Refusal(Reason.PIXEL_DECODE_FAILED, numbers)
    if dataset.file_meta.get("TransferSyntaxUID") == RLELossless:
        raw = _decode_rle(dataset)
    else:
        raw = _native(dataset, rows, columns, allocated)
    if isinstance(raw, Refusal):
        return raw
    high = integer(dataset, "HighBit")
    top = bits - 1 if high is None else high
    if top < bits - 1 or top >= allocated:
        return Refusal(Reason.PIXEL_DECODE_FAILED, {"high_bit": top, "bits_stored": bits})
    return _significant_bits(raw, top, bits, signed=bool(signed), overlay=_has_embedded_overlay(dataset))


def _unsupported(dataset: pydicom.FileDataset) -> Refusal | None:
    syntax = dataset.file_meta.get("TransferSyntaxUID")
    if "PixelData" not in dataset or not dataset["PixelData"].value:
        floats = "FloatPixelData" in dataset or "DoubleFloatPixelData" in dataset
        return Refusal(Reason.NO_PIXEL_DATA, {"float_pixel_data": floats})
    if syntax is not None and syntax.is_transfer_syntax and syntax.is_compressed and syntax != RLELossless:
        if syntax.is_encapsulated:
            return Refusal(Reason.UNSUPPORTED_TRANSFER_SYNTAX, {"syntax": syntax.name})
    elif syntax is not None and not syntax.is_transfer_syntax:
        return Refusal(Reason.UNSUPPORTED_TRANSFER_SYNTAX, {"syntax": str(syntax)})
    samples, photometric = integer(dataset, "SamplesPerPixel"), text(dataset, "PhotometricInterpretation")
    if samples not in {None, 1} or photometric not in {"MONOCHROME1", "MONOCHROME2", ""}:
        return Refusal(Reason.UNSUPPORTED_PHOTOMETRIC, {"samples": samples, "photometric": photometric})
    return None


def _native(dataset: pydicom.FileDataset, rows: int, columns: int, allocated: int) -> Stored | Refusal:
    data = dataset["PixelData"].value
    expected = rows * columns * allocated // 8
    if len(data) < expected:
        return Refusal(Reason.TRUNCATED_PIXEL_DATA, {"bytes_expected": expected, "bytes_found": len(data)})
    if len(data) >= 2 * expected and len(data) > expected + 1:
        return Refusal(Reason.PIXEL_DECODE_FAILED, {"bytes_expected": expected, "bytes_found": len(data)})
    little = dataset.original_encoding[1] is not False
    if allocated == DEPTHS[0] and not little:
        return Refusal(Reason.PIXEL_DECODE_FAILED, {"bits_allocated": allocated, "byte_order": "big"})
    dtype = np.dtype(f"{'<' if little else '>'}u{allocated // 8}")
    values = np.frombuffer(data, dtype, count=rows * columns).reshape(rows, columns)
    return values.astype(dtype.newbyteorder("="), copy=False)


def _decode_rle(dataset: pydicom.FileDataset) -> Stored | Refusal:
    try:
        values, _ = get_decoder(RLELossless).as_array(dataset, raw=True)
    except (*PARSE_ERRORS, RuntimeError) as error:
        return Refusal(Reason.PIXEL_DECODE_FAILED, {"error": type(error).__name__, "syntax": "RLE Lossless"})
    return values.view(np.dtype(f"u{values.dtype.itemsize}"))


def _has_embedded_overlay(dataset: pydicom.FileDataset) -> bool:
    """Whether an overlay lies in the unused bits of the pixels (PS3.5 8.1.2, retired)."""
    return any(dataset[tag].value for tag in OVERLAY_POSITIONS if tag in dataset)


def _significant_bits(raw: Stored, top: int, bits: int, *, signed: bool, overlay: bool) -> Stored | Refusal:
    """Cut the stored bits out of unsigned cells; refuse when bits outside them are set without an overlay."""
    depth = raw.dtype.itemsize * 8
    signed_type = np.dtype(f"i{raw.dtype.itemsize}")
    if bits == depth:
        return raw.view(signed_type) if signed else raw
    shifted = raw << raw.dtype.type(depth - 1 - top)
    values: Stored = (shifted.view(signed_type) if signed else shifted) >> (depth - bits)
    if overlay:
        return values
    whole = raw.view(signed_type) if signed else raw
    # Cells must be the value itself: zero or sign filled above, nothing below.
    if top != bits - 1 or not np.array_equal(whole, values):
        zero_filled = raw & raw.dtype.type((1 << bits) - 1)
        if top != bits - 1 or not np.array_equal(zero_filled, raw):
            count = int(np.count_nonzero(whole != values))
            return Refusal(Reason.UNUSED_BITS_SET, {"bits_stored": bits, "high_bit": top, "pixels": count})
    return values
