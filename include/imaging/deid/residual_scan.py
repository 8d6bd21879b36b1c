"""A second, independent reader of DICOM bytes for the residual check: a flat scan, no dictionary of VRs.

It shares nothing with the reader that the remover uses, so that a mistake there is not repeated here.
Sequences are entered as they are met; a stack holds where each ends (PS3.5 7.5).
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import NamedTuple

LONG_FORM = (b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV")
OPEN = 0xFFFFFFFF
ITEM, SEQUENCE_CLOSE = 0xFFFEE000, 0xFFFEE0DD
PIXELS = 0x7FE00010
SYNTAX = 0x00020010
DEFLATED, IMPLICIT, BIG_ENDIAN = b"1.2.840.10008.1.2.1.99", b"1.2.840.10008.1.2", b"1.2.840.10008.1.2.2"


class ScanError(ValueError):
    """The bytes cannot be followed to their end."""


class Leaf(NamedTuple):
    """An element that is no sequence: tag, the tags of the sequences around it, VR ('' unknown), value."""

    tag: int
    path: tuple[int, ...]
    vr: str
    value: bytes


class _Level(NamedTuple):
    """An open sequence or item: where it ends (None: at its mark), its tag (0 for an item), how VRs stand."""

    end: int | None
    tag: int
    explicit: bool


@dataclass(frozen=True)
class Scan:
    """The leaves of a file, meta information first, and whether the preamble is empty."""

    preamble_empty: bool
    leaves: list[Leaf]


def scan(data: bytes) -> Scan:
    """Read every leaf of a file; ScanError when an element passes the end or a mark is out of place."""
    at = 132 if data[128:132] == b"DICM" else 0
    try:
        meta, at = _meta(data, at)
        syntax = next((leaf.value.rstrip(b" \0") for leaf in meta if leaf.tag == SYNTAX), b"")
        if not syntax:
            lettered = data[at + 4 : at + 6].isalpha() and data[at + 4 : at + 6].isupper()
            first = data[at : at + 2]
            syntax = IMPLICIT if not lettered else (BIG_ENDIAN if first == b"\0\x08" else b"explicit")
        if syntax == DEFLATED:
            data, at = zlib.decompressobj(-15).decompress(data[at:]), 0
        leaves = _Walker(data, ">" if syntax == BIG_ENDIAN else "<").run(at, explicit=syntax != IMPLICIT)
    except (struct.error, zlib.error, IndexError) as error:
        raise ScanError(type(error).__name__) from error
    return Scan(not any(data[:128]) or at == 0, meta + leaves)


def _meta(data: bytes, at: int) -> tuple[list[Leaf], int]:
    found: list[Leaf] = []
    while data[at : at + 2] == b"\x02\0":
        tag = 0x00020000 | int.from_bytes(data[at + 2 : at + 4], "little")
        vr = data[at + 4 : at + 6]
        wide = vr in LONG_FORM
        start = at + 12 if wide else at + 8
        length = int.from_bytes(data[at + 8 : at + 12] if wide else data[at + 6 : at + 8], "little")
        found.append(Leaf(tag, (), vr.decode("latin-1"), data[start : start + length]))
        at = start + length
    return found, at


class _Walker:
    """One pass over a data set."""

    def __init__(self, data: bytes, order: str) -> None:
        self.data = data
        self.pair = struct.Struct(order + "HH").unpack_from
        self.wide = struct.Struct(order + "I").unpack_from
        self.narrow = struct.Struct(order + "H").unpack_from
        self.item = struct.pack(order + "HH", 0xFFFE, 0xE000)

    def run(self, at: int, *, explicit: bool) -> list[Leaf]:
        """Collect the leaves from ``at`` to the end."""
        leaves: list[Leaf] = []
        levels: list[_Level] = [_Level(len(self.data), 0, explicit)]
        path: tuple[int, ...] = ()
        while True:
            while len(levels) > 1 and levels[-1].end == at:
                path = path[:-1] if levels.pop().tag else path
            if at + 8 > len(self.data):
                break
            group, number = self.pair(self.data, at)
            tag = group << 16 | number
            if group == 0xFFFE:  # noqa: PLR2004 - the group of items and marks
                at = self._mark(tag, at, levels)
                path = tuple(level.tag for level in levels if level.tag)
                continue
            vr, start, length = self._head(at, levels[-1].explicit)
            if self._is_sequence(tag, vr, start, length):
                inner = levels[-1].explicit and vr != "UN"
                levels.append(_Level(None if length == OPEN else start + length, tag, inner))
                path = (*path, tag)
                at = start
                continue
            stop = self._end_of_pixels(start) if length == OPEN else start + length
            if stop > len(self.data):
                raise ScanError(f"{tag:08X} passes the end")
            leaves.append(Leaf(tag, path, vr, self.data[start:stop]))
            at = stop
        if len(levels) > 1 or any(self.data[at:]):
            raise ScanError("the file ends inside an element")
        return leaves

    def _head(self, at: int, explicit: bool) -> tuple[str, int, int]:
        if not explicit:
            return "", at + 8, self.wide(self.data, at + 4)[0]
        vr = self.data[at + 4 : at + 6]
        if vr in LONG_FORM:
            return vr.decode(), at + 12, self.wide(self.data, at + 8)[0]
        return vr.decode("latin-1"), at + 8, self.narrow(self.data, at + 6)[0]

    def _is_sequence(self, tag: int, vr: str, start: int, length: int) -> bool:
        """Whether to go in: stated by the VR, or by what the value starts with where there is no VR."""
        if tag == PIXELS:
            return False
        starts_item = self.data[start : start + 4] == self.item and length >= 8  # noqa: PLR2004
        return vr == "SQ" or length == OPEN or (vr == "" and starts_item)

    def _mark(self, tag: int, at: int, levels: list[_Level]) -> int:
        length = self.wide(self.data, at + 4)[0]
        if tag == ITEM:
            end = None if length == OPEN else at + 8 + length
            if end is not None and end > len(self.data):
                raise ScanError("an item passes the end")
            levels.append(_Level(end, 0, levels[-1].explicit))
            return at + 8
        closes_sequence = tag == SEQUENCE_CLOSE
        if len(levels) == 1 or bool(levels[-1].tag) != closes_sequence:
            raise ScanError("a mark out of place")
        levels.pop()
        return at + 8

    def _end_of_pixels(self, at: int) -> int:
        while True:
            group, number = self.pair(self.data, at)
            length = self.wide(self.data, at + 4)[0]
            if group << 16 | number == SEQUENCE_CLOSE:
                return at + 8
            at += 8 + length
