"""Read the headers of data elements and items (PS3.5 7.1, 7.5), and of encapsulated pixel data (A.4)."""

from __future__ import annotations

import struct
from collections.abc import Callable

from imaging.dicom_reading.strict.encodings import ITEM, SEQUENCE_END, UNDEFINED_LENGTH, Encoding

DELIMITER_GROUP = 0xFFFE  # no element has it
DELIMITER = 8  # bytes of an item's header, or a delimiter
# PS3.3 C.12.1.1.2, with the misspellings that pydicom knows too
CHARACTER_SETS = frozenset(
    {"", "GB18030", "GBK", "ISO 2022 58", "ISO 2022 GBK"}
    | {f"ISO_IR {number}" for number in (6, 13, 100, 101, 109, 110, 126, 127, 138, 144, 148, 166, 192)}
    | {f"ISO 2022 IR {number}" for number in (6, 13, 58, 87, 100, 101, 109, 110, 126, 127, 138, 144, 148)}
    | {f"ISO 2022 IR {number}" for number in (149, 159, 166)}
)


class OddError(Exception):
    """Something is not as the standard has it; ``at`` is the offset, where that is known."""

    def __init__(self, problem: str = "an odd element", at: int = 0) -> None:
        super().__init__(f"{problem} at byte {at}")
        self.problem, self.at = problem, at


class CutError(OddError):
    """The bytes end within a value that is well-formed so far."""


def head_reader(encoding: Encoding) -> Callable[[bytes, int, Encoding], tuple[int, int, int, int]]:
    """Return the function that gives tag, VR (0 without), offset of the value and its length.

    It raises OddError or KeyError for what is no element of this encoding, struct.error at the buffer's end.
    """
    return _implicit_head if encoding.implicit else _explicit_head


def _explicit_head(data: bytes, at: int, encoding: Encoding) -> tuple[int, int, int, int]:
    group, element, vr, length = encoding.head(data, at)
    if not encoding.kinds[vr]:
        return group << 16 | element, vr, at + 8, length
    if length:
        raise OddError
    return group << 16 | element, vr, at + 12, encoding.long(data, at + 8)[0]


def _implicit_head(data: bytes, at: int, encoding: Encoding) -> tuple[int, int, int, int]:
    group, element, length = encoding.head(data, at)
    if group == DELIMITER_GROUP:
        raise OddError
    return group << 16 | element, 0, at + 8, length


def delimiter(data: bytes, at: int, encoding: Encoding) -> tuple[int, int]:
    """Return the tag of an item or delimiter, and its length."""
    raw = encoding.long(data, at)[0]
    tag = (raw & 0xFFFF) << 16 | raw >> 16 if encoding.little else raw
    return tag, encoding.long(data, at + 4)[0]


def is_known_character_set(vr: int, value: bytes, encoding: Encoding) -> bool:
    """Whether a Specific Character Set holds terms of the standard only (PS3.3 C.12.1.1.2)."""
    if not encoding.implicit and encoding.names[vr] != "CS":
        return False
    return all(term.strip(" \0") in CHARACTER_SETS for term in value.decode("latin-1").split("\\"))


def encapsulated_end(data: bytes, at: int, encoding: Encoding) -> int:
    """Return the offset of the delimiter after encapsulated pixel data (PS3.5 A.4).

    CutError when the bytes end before it, OddError for anything but fragments.
    """
    try:
        while True:
            tag, length = delimiter(data, at, encoding)
            if tag == SEQUENCE_END and length == 0:
                return at
            if tag != ITEM or length == UNDEFINED_LENGTH:
                raise OddError("compressed pixels are not closed", at)
            at += DELIMITER + length
    except struct.error as error:
        raise CutError("compressed pixels are not closed", at) from error
