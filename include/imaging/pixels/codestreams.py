"""What a compressed frame states about itself before it is decoded: matrix, precision, sign.

A decoder allocates and writes by these numbers, so they are compared with the header first: the wheels were
seen to write past their buffers when the two differ. ISO 10918-1 B.2 (JPEG), 14495-1 C (JPEG-LS), 15444-1 A
(JPEG 2000); PS3.5 annex G (RLE).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

JPEG_START = b"\xff\xd8"
JPEG_END = b"\xff\xd9"
PADDING = b"\0\xff"  # to an even length: zero by PS3.5 A.4, 0xFF as some writers have it
J2K_START = b"\xff\x4f\xff\x51"
JP2_SEARCH = 4096
JP2_PALETTE = b"pclr"
BASELINE, EXTENDED, LOSSLESS, JPEG_LS = 0xC0, 0xC1, 0xC3, 0xF7
FRAME_MARKERS = {*range(0xC0, 0xD0), JPEG_LS} - {0xC4, 0xC8, 0xCC}
BARE_MARKERS = {0x00, 0x01, *range(0xD0, 0xDA)}  # no length follows, or never before the frame header
FILL = 0xFF
FRAME_HEADER = struct.Struct(">BHHB")
J2K_SIZE = struct.Struct(">4sHH8I H")
RLE_HEADER = struct.Struct("<16I")


class BadCodestreamError(ValueError):
    """A frame that is not what its transfer syntax says, or contradicts the header."""


@dataclass(frozen=True)
class Codestream:
    """Size and values of one compressed frame: ``precision`` in bits, ``kind`` the JPEG frame marker or 0."""

    rows: int
    columns: int
    components: int
    precision: int
    signed: bool = False
    kind: int = 0


def read_jpeg(data: bytes) -> Codestream:
    """Return the frame header of a JPEG or JPEG-LS stream.

    :raises BadCodestreamError: when the stream has no frame header, or no start or end of image
    """
    if data[:2] != JPEG_START:
        raise BadCodestreamError("no start of image")
    if not data.rstrip(PADDING).endswith(JPEG_END):
        raise BadCodestreamError("no end of image")
    at = 2
    while at + 4 + FRAME_HEADER.size <= len(data):
        marker = data[at + 1]
        if data[at] != FILL or marker in BARE_MARKERS:
            break
        if marker == FILL:
            at += 1
            continue
        if marker in FRAME_MARKERS:
            precision, rows, columns, components = FRAME_HEADER.unpack_from(data, at + 4)
            return Codestream(rows, columns, components, precision, kind=marker)
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    raise BadCodestreamError("no frame header")


def bare_j2k(data: bytes) -> bytes:
    """Return a JPEG 2000 stream without the JP2 boxes that some writers leave around it, against PS3.5 A.4.4.

    :raises BadCodestreamError: when no stream is found, or its box holds a palette
    """
    if data.startswith(J2K_START):
        return data
    start = data.find(J2K_START, 0, JP2_SEARCH)
    if start < 0 or JP2_PALETTE in data[:start]:
        raise BadCodestreamError("no JPEG 2000 stream")
    return data[start:]


def read_j2k(data: bytes) -> Codestream:
    """Return the size segment of a bare JPEG 2000 or HTJ2K stream.

    :raises BadCodestreamError: when there is none, or components are subsampled
    """
    if len(data) < J2K_SIZE.size + 3:
        raise BadCodestreamError("no size segment")
    _, _, _, right, bottom, left, top, *_, components = J2K_SIZE.unpack_from(data)
    depth, across, down = data[J2K_SIZE.size : J2K_SIZE.size + 3]
    if (across, down) != (1, 1) or right <= left or bottom <= top:
        raise BadCodestreamError("sampled or empty image area")
    return Codestream(bottom - top, right - left, components, (depth & 0x7F) + 1, signed=bool(depth & 0x80))


def check_rle(data: bytes, bytes_per_cell: int) -> None:
    """Check that the RLE header gives one segment for each byte of a cell, in ascending order (PS3.5 G.5).

    :raises BadCodestreamError: when it does not
    """
    if len(data) < RLE_HEADER.size:
        raise BadCodestreamError("no RLE header")
    count, *offsets = RLE_HEADER.unpack_from(data)
    used = offsets[: min(count, len(offsets))]
    ends = [*used[1:], len(data)]
    if count != bytes_per_cell or used[0] != RLE_HEADER.size:
        raise BadCodestreamError("segments do not match the bits allocated")
    if any(end <= start for start, end in zip(used, ends, strict=True)):
        raise BadCodestreamError("segments overlap")
