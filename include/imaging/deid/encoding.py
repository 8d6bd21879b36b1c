"""Take the elements of a data set apart without decoding them, and put elements together; PS3.5 section 7."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from pydicom.datadict import dictionary_VR

UNDEFINED = 0xFFFFFFFF
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
PIXEL_DATA = 0x7FE00010
DEEPEST = 24
LONGEST_SHORT = 0xFFFF
LONG = frozenset({b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"})
SHORT = frozenset(
    {
        *(b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FD", b"FL", b"IS", b"LO"),
        *(b"LT", b"PN", b"SH", b"SL", b"SS", b"ST", b"TM", b"UI", b"UL", b"US"),
    }
)
NULL_PADDED = frozenset({"UI", "OB", "UN"})


class EncodingError(ValueError):
    """The bytes are no data set of the stated encoding; ``at`` is the offset."""

    def __init__(self, problem: str, at: int) -> None:
        super().__init__(f"{problem} at byte {at}")
        self.problem, self.at = problem, at


class Field(NamedTuple):
    """One element: [start, end) is the whole of it, [value, stop) its value; ``items`` for a sequence."""

    tag: int
    vr: str
    start: int
    value: int
    stop: int
    end: int
    items: list[list[Field]] | None


@cache
def standard_vr(tag: int) -> str:
    """Return the dictionary's VR, the first of several; "UN" for a tag that is private or unknown."""
    if tag >> 16 & 1:
        return "UN"
    try:
        return dictionary_VR(tag)[:2]
    except KeyError:
        return "UN"


@dataclass(frozen=True)
class Encoding:
    """How a data set is written: with or without VRs, and its byte order."""

    explicit: bool
    little: bool

    @property
    def order(self) -> str:
        return "<" if self.little else ">"

    def element(self, tag: int, vr: str, value: bytes) -> bytes:
        """Write one element; the value is padded to even length (PS3.5 6.2)."""
        if len(value) % 2:
            value += b"\0" if vr in NULL_PADDED else b" "
        return self.header(tag, vr, len(value)) + value

    def header(self, tag: int, vr: str, length: int) -> bytes:
        """Write tag, VR and length; EncodingError when the length does not fit."""
        start = struct.pack(self.order + "HH", tag >> 16, tag & 0xFFFF)
        if not self.explicit:
            return start + struct.pack(self.order + "L", length)
        code = vr.encode()
        if code in LONG:
            return start + code + b"\0\0" + struct.pack(self.order + "L", length)
        if length > LONGEST_SHORT:
            raise EncodingError(f"a value of {length} bytes does not fit its VR", 0)
        return start + code + struct.pack(self.order + "H", length)

    def sequence(self, tag: int, items: list[bytes]) -> bytes:
        """Write a sequence and its items, all with their lengths."""
        body = b"".join(
            struct.pack(self.order + "HHL", ITEM >> 16, ITEM & 0xFFFF, len(item)) + item for item in items
        )
        return self.header(tag, "SQ", len(body)) + body


class Parser:
    """Finds the elements of a data set; every length is checked against the bytes that are there.

    :raises EncodingError: a length passes the end, a VR is unknown, items are not closed.
    """

    def __init__(self, data: bytes, encoding: Encoding) -> None:
        self.data, self.encoding = data, encoding
        self._tag = struct.Struct(encoding.order + "HH").unpack_from
        self._long = struct.Struct(encoding.order + "L").unpack_from
        self._short = struct.Struct(encoding.order + "H").unpack_from
        self._triple = struct.Struct(encoding.order + "HHL").unpack_from

    def fields(self, at: int, end: int, depth: int = 0, *, closed: bool = False) -> tuple[list[Field], int]:
        """Return the elements from ``at`` to ``end``, or (``closed``) to the mark that ends an item."""
        found: list[Field] = []
        while at + 8 <= end:
            group, number = self._tag(self.data, at)
            tag = group << 16 | number
            if tag == ITEM_END and closed:
                return found, at + 8
            field = self._field(tag, at, end, depth)
            found.append(field)
            at = field.end
        if closed or any(self.data[at:end]):
            raise EncodingError("bytes after the last element" if not closed else "an item is not closed", at)
        return found, end

    def field(self, at: int, end: int) -> Field:
        """Return the one element at an offset."""
        if at + 8 > end:
            raise EncodingError("the header ends early", at)
        group, number = self._tag(self.data, at)
        return self._field(group << 16 | number, at, end, 0)

    def _field(self, tag: int, at: int, end: int, depth: int) -> Field:
        vr, value, length = self._head(tag, at)
        if length != UNDEFINED:
            stop = value + length
            if stop > end:
                raise EncodingError("a value passes the end", at)
            items = self._items(value, stop, depth, closed=False)[0] if vr == "SQ" else None
            return Field(tag, vr, at, value, stop, stop, items)
        if tag == PIXEL_DATA:
            after = self._fragments(value, end)
            return Field(tag, vr, at, value, after - 8, after, None)
        if vr == "UN":  # a sequence in Implicit VR Little Endian, whatever the file (PS3.5 6.2.2)
            parser = Parser(self.data, Encoding(explicit=False, little=True))
            after = parser._items(value, end, depth, closed=True)[1]
            return Field(tag, vr, at, value, after - 8, after, None)
        if vr != "SQ":
            raise EncodingError(f"undefined length with VR {vr}", at)
        found, after = self._items(value, end, depth, closed=True)
        return Field(tag, vr, at, value, after - 8, after, found)

    def _head(self, tag: int, at: int) -> tuple[str, int, int]:
        """Return VR, offset of the value and its length."""
        data = self.data
        if not self.encoding.explicit:
            return standard_vr(tag), at + 8, self._long(data, at + 4)[0]
        code = data[at + 4 : at + 6]
        if code in SHORT:
            return code.decode(), at + 8, self._short(data, at + 6)[0]
        if code not in LONG or at + 12 > len(data):
            raise EncodingError("an unknown VR", at)
        return code.decode(), at + 12, self._long(data, at + 8)[0]

    def _items(self, at: int, end: int, depth: int, *, closed: bool) -> tuple[list[list[Field]], int]:
        if depth > DEEPEST:
            raise EncodingError("sequences nested too deep", at)
        items: list[list[Field]] = []
        while at + 8 <= end:
            group, number, length = self._triple(self.data, at)
            tag = group << 16 | number
            if tag == SEQUENCE_END and closed:
                return items, at + 8
            if tag != ITEM:
                raise EncodingError("no item where one must be", at)
            open_end = length == UNDEFINED
            stop = end if open_end else at + 8 + length
            if stop > end:
                raise EncodingError("an item passes the end", at)
            fields, at = self.fields(at + 8, stop, depth + 1, closed=open_end)
            items.append(fields)
        if closed or at != end:
            raise EncodingError("a sequence is not closed", at)
        return items, end

    def _fragments(self, at: int, end: int) -> int:
        """Pass over the fragments of compressed pixels (PS3.5 A.4) and return the offset after them."""
        while at + 8 <= end:
            group, number, length = self._triple(self.data, at)
            tag = group << 16 | number
            at += 8
            if tag == SEQUENCE_END:
                return at
            if tag != ITEM or at + length > end:
                break
            at += length
        raise EncodingError("compressed pixels are not closed", at)
