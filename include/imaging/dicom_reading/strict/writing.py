"""Write data elements, sequences, encapsulated pixels and file meta information (PS3.5 7.1, 7.5, A.4)."""

from __future__ import annotations

import struct
from collections.abc import Iterable

from imaging.dicom_reading.strict.encodings import (
    EXPLICIT,
    ITEM,
    LONG_VRS,
    PIXEL_DATA,
    SEQUENCE_END,
    UNDEFINED_LENGTH,
    Encoding,
)
from imaging.dicom_reading.strict.file_meta import PREFIX, PREFIX_AT
from imaging.dicom_reading.strict.heads import OddError

LONGEST_SHORT = 0xFFFF
NULL_PADDED = frozenset({"UI", "OB", "UN"})


def element(encoding: Encoding, tag: int, vr: str, value: bytes) -> bytes:
    """Return an element; the value is padded to even length (PS3.5 6.2). OddError when it is too long."""
    if len(value) % 2:
        value += b"\0" if vr in NULL_PADDED else b" "
    return head(encoding, tag, vr, len(value)) + value


def head(encoding: Encoding, tag: int, vr: str, length: int) -> bytes:
    """Return tag, VR and length. :raises OddError: the length does not fit its VR."""
    if encoding.implicit:
        return _mark(encoding, tag, length)
    start = struct.pack(f"{encoding.order}HH", tag >> 16, tag & 0xFFFF) + vr.encode()
    if vr in LONG_VRS:
        return start + b"\0\0" + struct.pack(f"{encoding.order}I", length)
    if length > LONGEST_SHORT:
        raise OddError(f"a value of {length} bytes does not fit its VR")
    return start + struct.pack(f"{encoding.order}H", length)


def sequence(encoding: Encoding, tag: int, items: Iterable[bytes]) -> bytes:
    """Return a sequence and its items, all with their lengths."""
    body = b"".join([_mark(encoding, ITEM, len(item)) + item for item in items])
    return head(encoding, tag, "SQ", len(body)) + body


def encapsulated(frame: bytes) -> bytes:
    """Return Pixel Data of one compressed frame in one fragment, with an empty offset table."""
    frame += b"\0" * (len(frame) % 2)
    fragments = _mark(EXPLICIT, ITEM, 0) + _mark(EXPLICIT, ITEM, len(frame)) + frame
    return head(EXPLICIT, PIXEL_DATA, "OB", UNDEFINED_LENGTH) + fragments + _mark(EXPLICIT, SEQUENCE_END, 0)


def file_start(*meta: tuple[int, str, bytes]) -> bytes:
    """Return an empty preamble, the prefix and meta information of tag, VR and value (PS3.10 7.1)."""
    body = b"".join([element(EXPLICIT, *item) for item in meta])
    length = element(EXPLICIT, 0x00020000, "UL", struct.pack("<I", len(body)))
    return bytes(PREFIX_AT) + PREFIX + length + body


def _mark(encoding: Encoding, tag: int, length: int) -> bytes:
    """Write a tag and a length of 32 bits, as items, delimiters and elements without VR have them."""
    return struct.pack(f"{encoding.order}HHI", tag >> 16, tag & 0xFFFF, length)
