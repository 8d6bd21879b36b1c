"""Stored pixel values of an image, of any number of frames and any encoding in use; PS3.5 section 8."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imaging.dicom_reading.source import (
    Source,
    has,
    integer,
    is_cut,
    parse_errors,
    pixel_bytes,
    raw_bytes,
    text,
    transfer_syntax,
)
from imaging.dicom_reading.strict.elements import Elements
from imaging.dicom_reading.uids import is_encapsulated, is_transfer_syntax, uid_name
from imaging.pixels.cells import Stored, cells_of, significant_bits
from imaging.pixels.codecs import DECODABLE, decode_frame
from imaging.pixels.codestreams import BadCodestreamError
from imaging.pixels.layout import BINARY, PixelLayout, frame_count, read_layout
from imaging.pixels.native import binary_cells, native_cells
from imaging.reasons import Reason
from imaging.records import JsonValue, Refusal

Values = NDArray[np.integer[Any] | np.floating[Any]]
OVERLAY_GROUPS = range(0x6000, 0x6020, 2)
OVERLAY_POSITIONS = tuple(group << 16 | 0x0102 for group in OVERLAY_GROUPS)
FLOATS = {"FloatPixelData": 32, "DoubleFloatPixelData": 64}
OFFSETS = ("ExtendedOffsetTable", "ExtendedOffsetTableLengths")
PIXEL_KEYWORDS = (
    "SamplesPerPixel",
    "PhotometricInterpretation",
    "NumberOfFrames",
    "Rows",
    "Columns",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
    *OFFSETS,
    *FLOATS,
)


def stored_values(source: Source) -> Values | Refusal:
    """Return the stored values of an image of one frame, (rows, columns); else as ``stored_frames``."""
    frames = frame_count(source)
    if frames != 1:
        return Refusal(Reason.PIXEL_DECODE_FAILED, {"frames": frames, "frames_expected": 1})
    found = stored_frames(source)
    return found if isinstance(found, Refusal) else found[0]


def stored_frames(source: Source) -> Values | Refusal:
    """Return the stored values of all frames, (frames, rows, columns); a view of the file where possible.

    Binary images (1 bit) give uint8 zeros and ones, Float Pixel Data float32 or float64. Never raises for bad
    data: NO_PIXEL_DATA, UNSUPPORTED_TRANSFER_SYNTAX, UNSUPPORTED_PHOTOMETRIC, TRUNCATED_PIXEL_DATA,
    PIXEL_DECODE_FAILED, UNUSED_BITS_SET. Compressed data can state any size: see ``pixel_volume`` first.
    """
    floating = next((keyword for keyword in FLOATS if has(source, keyword)), None)
    layout = _unsupported(source, floating) or read_layout(source, FLOATS[floating] if floating else 0)
    if isinstance(layout, Refusal):
        return layout
    if floating is not None:
        return native_cells(_float_bytes(source, floating), layout, "f", source)
    if layout.allocated == BINARY:
        return _binary(source, layout)
    if transfer_syntax(source) in DECODABLE:
        raw = _decoded(source, layout)
    else:
        raw = native_cells(pixel_bytes(source) or b"", layout, "u", source)
    if isinstance(raw, Refusal):
        return raw
    overlay = any(text(source, tag) not in {"", "0"} for tag in OVERLAY_POSITIONS if has(source, tag))
    return significant_bits(raw, layout.top, layout.bits, signed=layout.signed, overlay=overlay)


def pixel_volume(source: Source) -> int:
    """Return the bytes that ``stored_frames`` gives, by the header alone; 0 when it says nothing usable."""
    frames = frame_count(source) or 0
    sides = [integer(source, keyword) or 0 for keyword in ("Rows", "Columns", "BitsAllocated")]
    return max(0, frames * sides[0] * sides[1] * max(1, sides[2] // 8))


def _unsupported(source: Source, floating: str | None) -> Refusal | None:
    pixels = pixel_bytes(source)
    if is_cut(source):
        return Refusal(Reason.TRUNCATED_PIXEL_DATA, {"bytes_found": len(pixels or b"")})
    if floating is None and not pixels:
        return Refusal(Reason.NO_PIXEL_DATA)
    syntax = transfer_syntax(source)
    known = not syntax or is_transfer_syntax(syntax)
    wrapped = is_encapsulated(syntax)
    if not known or (wrapped and (syntax not in DECODABLE or floating is not None)):
        return Refusal(Reason.UNSUPPORTED_TRANSFER_SYNTAX, {"syntax": uid_name(syntax)})
    samples, photometric = integer(source, "SamplesPerPixel"), text(source, "PhotometricInterpretation")
    if samples not in {None, 1} or photometric not in {"MONOCHROME1", "MONOCHROME2", ""}:
        return Refusal(Reason.UNSUPPORTED_PHOTOMETRIC, {"samples": samples, "photometric": photometric})
    return None


def _float_bytes(source: Source, keyword: str) -> bytes:
    found = raw_bytes(source, keyword)
    if found is None and not isinstance(source, Elements):
        found = source[keyword].value
    return found or b""


def _binary(source: Source, layout: PixelLayout) -> Values | Refusal:
    syntax = transfer_syntax(source)
    if syntax in DECODABLE:
        return Refusal(Reason.PIXEL_DECODE_FAILED, {"bits_allocated": 1, "syntax": uid_name(syntax)})
    return binary_cells(pixel_bytes(source) or b"", layout, source)


def _decoded(source: Source, layout: PixelLayout) -> Stored | Refusal:
    """Decode the frames of encapsulated pixel data one by one into unsigned cells."""
    syntax, done = transfer_syntax(source), 0
    evidence: dict[str, JsonValue] = {"syntax": uid_name(syntax), "frames": layout.frames}
    cells: Stored | None = None
    try:
        for data in _encoded_frames(source, layout.frames):
            if done == layout.frames:
                return Refusal(Reason.PIXEL_DECODE_FAILED, {**evidence, "why": "more frames than stated"})
            frame, stream = decode_frame(syntax, data, layout.rows, layout.columns, layout.allocated)
            one = cells_of(frame, layout.allocated, layout.bits, stream, signed=layout.signed)
            if cells is None:
                cells = one[None] if layout.frames == 1 else np.empty(layout.shape, one.dtype)
            if layout.frames > 1:
                cells[done] = one
            done += 1
    except BadCodestreamError as error:
        return Refusal(Reason.PIXEL_DECODE_FAILED, {**evidence, "frame": done, "why": str(error)})
    except parse_errors() as error:
        return Refusal(Reason.PIXEL_DECODE_FAILED, {**evidence, "frame": done, "error": type(error).__name__})
    if cells is None or done < layout.frames:
        return Refusal(Reason.TRUNCATED_PIXEL_DATA, {**evidence, "frames_found": done})
    return cells


def _encoded_frames(source: Source, frames: int) -> Iterator[bytes]:
    from pydicom.encaps import generate_frames  # noqa: PLC0415 - uncompressed images need no pydicom

    tables = [raw_bytes(source, keyword) for keyword in OFFSETS]
    extended = (tables[0], tables[1]) if tables[0] and tables[1] else None
    stream = io.BytesIO(pixel_bytes(source) or b"")
    return generate_frames(stream, number_of_frames=frames, extended_offsets=extended)
