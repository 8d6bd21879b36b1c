"""Values out of raw elements: plain ones decoded here, all others by pydicom on the same bytes."""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from imaging.dicom_reading.strict.encodings import PIXEL_DATA, Encoding
from imaging.dicom_reading.strict.layouts import Found
from imaging.dicom_reading.tags import vr_of

if TYPE_CHECKING:
    from pydicom.dataset import FileDataset

PADDING = " \0"
ESCAPE = b"\x1b"
JOINED = frozenset({"AS", "CS", "DA", "DT", "LO", "SH", "TM", "UC", "UI"})  # several values, one backslash
SINGLE = frozenset({"LT", "ST", "UT"})  # a backslash is text
TEXTS = SINGLE | {"LO", "SH", "UC"}  # in the file's character set; the others are always ASCII
WRITTEN = frozenset({"DS", "IS"})  # numbers in letters
BINARY = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "UV": "Q", "SV": "q", "FL": "f", "FD": "d"}
SIZES = {letter: struct.calcsize(f"={letter}") for letter in BINARY.values()}
SHORT = 2
EXACT_DIGITS = 15  # a whole number of so many letters is the same as a float
PIXEL_REPRESENTATION = 0x00280103
ASCII_SETS = frozenset(
    {b"", b"ISO_IR 6", b"ISO_IR 100", b"ISO_IR 192", b"ISO 2022 IR 6", b"ISO 2022 IR 100", b"GB18030", b"GBK"}
)


class NotAskedError(RuntimeError):
    """A programme asks for an element that it did not have read."""


def has_ascii_texts(character_set: bytes) -> bool:
    """Whether ASCII bytes mean ASCII letters in this Specific Character Set, without looking further."""
    return character_set.strip(PADDING.encode()) in ASCII_SETS


@dataclass(frozen=True, eq=False, slots=True)
class Elements:
    """The wanted top-level elements of one file as raw bytes, made by ``strict.elements``.

    ``asked``: the tags that were wanted; to ask for another is a NotAskedError. ``syntax``: transfer syntax,
    '' without meta information. ``ascii_texts``: see ``has_ascii_texts``. ``pixels``: the bytes of Pixel
    Data as they stand in the file (encapsulated or not), not copied; None without any, or when not read.
    ``cut``: the file ends before the delimiter of its encapsulated pixels. ``parent``: what an item of a
    sequence lies in. ``datasets``: pydicom's view, once ``strict.pydicom_view`` made it.
    """

    found: Found
    asked: Collection[int]
    encoding: Encoding
    syntax: str
    ascii_texts: bool
    pixels: memoryview | None
    cut: bool = False
    parent: Elements | None = None
    datasets: list[FileDataset] = field(default_factory=list)

    def has(self, tag: int) -> bool:
        """Whether the element is there, with or without a value."""
        if tag == PIXEL_DATA:
            return self.pixels is not None
        return self._item(tag) is not None

    def raw(self, tag: int) -> bytes | None:
        """Return an element's value as it stands in the file; None when it is absent."""
        item = self._item(tag)
        return None if item is None else item[1]

    def text(self, tag: int) -> str | None:
        """Return what ``source.text`` does, '' for an absent element; None where pydicom must look."""
        item = self._item(tag)
        if item is None:
            return ""
        value, name = item[1], self.vr(tag)
        if name in JOINED or name in SINGLE or name in WRITTEN:
            if not value.isascii() or (name in TEXTS and (ESCAPE in value or not self.ascii_texts)):
                return None
            plain = value.decode("ascii")
            if name in WRITTEN:
                return _written_text(plain, is_whole=name == "IS")
            if "\\" not in plain or name in SINGLE:
                return plain.strip(PADDING)
            return "\\".join([part.strip(PADDING) for part in plain.split("\\")])
        numbers = self._binary(tag, name, value)
        return None if numbers is None else "\\".join([str(number) for number in numbers])

    def numbers(self, tag: int) -> tuple[float, ...] | None:
        """Return all numbers of an element, () for an absent or empty one; None where pydicom must look."""
        item = self._item(tag)
        if item is None or not item[1]:
            return ()
        value, name = item[1], self.vr(tag)
        if name in WRITTEN:
            parts = value.split(b"\\")  # ``float`` and ``int`` refuse all bytes that are not ASCII
            try:
                if name == "DS":
                    return tuple(map(float, parts))
                return tuple([float(int(part)) for part in parts]) if len(value) <= EXACT_DIGITS else None
            except ValueError:
                return None
        values = self._binary(tag, name, value)
        return None if values is None else tuple([float(number) for number in values])

    def _item(self, tag: int) -> tuple[int, bytes, bool] | None:
        item = self.found.get(tag)
        if item is None and tag not in self.asked:
            raise NotAskedError(f"({tag >> 16:04X},{tag & 0xFFFF:04X}) is not among the tags that were read")
        return item

    def vr(self, tag: int) -> str | None:
        """Return the VR of an element that is there; None when neither file nor dictionary has it."""
        return vr_of(tag) if self.encoding.implicit else self.encoding.names[self.found[tag][0]]

    def _binary(self, tag: int, name: str | None, value: bytes) -> tuple[float, ...] | None:
        if name == "US or SS" and len(value) == SHORT:
            name = self._signedness()
        letter = BINARY.get(name or "")
        if letter is None:
            return None
        count, rest = divmod(len(value), SIZES[letter])
        if rest or (name == "SS" and count > 1):
            return None  # pydicom corrects the signs of lookup table descriptors
        return _binary_reader(self.encoding.order, letter, count)(value)

    def _signedness(self) -> str | None:
        """Return the VR of a value that is written as pixels are; None when that is not plain to see."""
        item = self.found.get(PIXEL_REPRESENTATION)
        if item is None or item[1] not in {b"\0\0", b"\1\0"}:
            return None
        return "SS" if item[1][0] else "US"


@lru_cache(maxsize=256)
def _binary_reader(order: str, letter: str, count: int) -> Callable[[bytes], tuple[float, ...]]:
    return struct.Struct(f"{order}{count}{letter}").unpack


def _written_text(plain: str, *, is_whole: bool) -> str | None:
    """Return a DS or IS value (PS3.5 6.2) without padding; None unless every part is a number."""
    parts = plain.strip().rstrip(PADDING).split("\\")
    if parts == [""]:
        return ""
    try:
        for part in parts:
            if is_whole and len(part) > EXACT_DIGITS:
                return None
            _ = int(part) if is_whole else float(part)
    except ValueError:
        return None
    return "\\".join([part.strip() for part in parts])
