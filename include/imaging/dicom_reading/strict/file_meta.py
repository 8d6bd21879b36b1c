"""The first bytes of a file: preamble, prefix and File Meta Information (PS3.10 section 7)."""

from __future__ import annotations

import struct

from imaging.dicom_reading.strict.encodings import EXPLICIT, TRANSFER_SYNTAX

PREFIX_AT = 128
PREFIX = b"DICM"
PREFIX_END = PREFIX_AT + len(PREFIX)
META_START = b"\x02\x00\x00\x00UL\x04\x00"  # (0002,0000), which gives the length of the rest
META_LENGTH = struct.Struct("<I").unpack_from
GROUP = 2
UNIQUE_IDENTIFIER = EXPLICIT.code("UI")


def has_prefix(data: bytes) -> bool:
    """Whether a file begins with a preamble and the letters DICM."""
    return data[PREFIX_AT:PREFIX_END] == PREFIX


def read_meta(data: bytes) -> tuple[str, int] | None:
    """Return the transfer syntax and the offset of the first element after the meta information.

    ('', 0) for a file that has neither prefix nor meta information; None when the meta information is cut,
    has no transfer syntax, or is not exactly as long as it says.
    """
    start = PREFIX_END if has_prefix(data) else 0
    if data[start : start + len(META_START)] != META_START:
        return None if start or data[:2] == META_START[:2] else ("", 0)
    try:
        end = start + 12 + META_LENGTH(data, start + 8)[0]
        return _walk(data, start + 12, end)
    except (struct.error, KeyError):
        return None


def _walk(data: bytes, at: int, end: int) -> tuple[str, int] | None:
    """Step through the elements after the group length; KeyError for an unknown VR."""
    head, kinds, last, syntax = EXPLICIT.head, EXPLICIT.kinds, 0, b""
    while at < end:
        # Unpacked here: to call ``heads`` for each element of each file took 1.7 % of an index.
        group, element, vr, length = head(data, at)
        if group != GROUP or element <= last:
            return None
        start = at + 8
        if kinds[vr]:
            if length:
                return None
            length = EXPLICIT.long(data, start)[0]
            start += 4
        at, last = start + length, element
        if group << 16 | element == TRANSFER_SYNTAX:
            if vr != UNIQUE_IDENTIFIER:
                return None
            syntax = data[start:at]
    if at != end or not syntax.isascii() or head(data, at)[0] <= GROUP:
        return None
    text = syntax.decode("ascii").rstrip(" \0")
    return (text, at) if text and "\\" not in text else None
