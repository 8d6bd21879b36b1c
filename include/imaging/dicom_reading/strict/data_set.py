"""Read a data set whole: every element with its byte range, in sequences too (PS3.5 7.1, 7.5, A.4)."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import NamedTuple

from imaging.dicom_reading.strict.deflated import inflate
from imaging.dicom_reading.strict.encodings import (
    DEFLATED_SYNTAX,
    EXPLICIT,
    IMPLICIT,
    ITEM,
    ITEM_END,
    META_GROUP,
    PIXEL_DATA,
    SEQUENCE_END,
    TRANSFER_SYNTAX,
    UNDEFINED_LENGTH,
    Encoding,
    encoding_of,
    guessed_syntax,
)
from imaging.dicom_reading.strict.file_meta import PREFIX_END, has_prefix
from imaging.dicom_reading.strict.heads import DELIMITER, OddError, delimiter, encapsulated_end, head_reader

DEEPEST = 24  # nested sequences
# Gives the VR of a tag where the file states none; '' to go by what the value begins with.
NameVr = Callable[[int], str]


class DataElement(NamedTuple):
    """One element: [start, end) is the whole of it, [value, stop) its value; ``items`` for a sequence.

    A value of undefined length stops before the delimiter that ends it.
    """

    tag: int
    vr: str
    start: int
    value: int
    stop: int
    end: int
    items: list[list[DataElement]] | None


class WholeFile(NamedTuple):
    """A file taken apart: the meta information as tag, VR and value, and the ``elements`` of its data set.

    ``data``, inflated if need be, is what their offsets are of; the data set starts at ``start``.
    """

    meta: list[tuple[int, str, bytes]]
    syntax: str
    encoding: Encoding
    data: bytes
    start: int
    elements: list[DataElement]


def read_whole(data: bytes, name_vr: NameVr) -> WholeFile:
    """Read every element of a file to its last byte; elements may stand in any order.

    Without a transfer syntax it is found by the first element. :raises OddError: a length passes the end, a
    VR is unknown, items are not closed, the transfer syntax is none of the standard, or inflates too far.
    """
    at = PREFIX_END if has_prefix(data) else 0
    meta_set, meta = DataSet(data, EXPLICIT, name_vr), []
    while data[at : at + 2] == META_GROUP:
        tag, vr, _, value, stop, at, _ = meta_set.element(at, len(data))
        meta.append((tag, vr, data[value:stop]))
    stated = {tag: value for tag, _, value in meta}.get(TRANSFER_SYNTAX, b"").strip(b" \0")
    syntax = stated.decode("latin-1") or guessed_syntax(data[at : at + 6])
    encoding = encoding_of(syntax)
    if encoding is None:
        raise OddError("an unknown transfer syntax", at)
    if syntax == DEFLATED_SYNTAX:
        inflated = inflate(data[at:])
        if inflated is None:
            raise OddError("deflated data that are broken or too large", at)
        data, at = inflated, 0
    elements, _ = DataSet(data, encoding, name_vr).elements(at, len(data))
    return WholeFile(meta, syntax, encoding, data, at, elements)


class DataSet:
    """Finds the elements of a data set; every length is checked against the bytes that are there."""

    def __init__(self, data: bytes, encoding: Encoding, name_vr: NameVr) -> None:
        self.data, self.encoding, self.name_vr = data, encoding, name_vr
        self.step, self.names = head_reader(encoding), encoding.names
        self.item = self._mark(ITEM)
        self.item_end = self._mark(ITEM_END)

    def _mark(self, tag: int) -> bytes:
        return struct.pack(f"{self.encoding.order}HH", tag >> 16, tag & 0xFFFF)

    def elements(
        self, at: int, end: int, depth: int = 0, *, is_open: bool = False
    ) -> tuple[list[DataElement], int]:
        """Return the elements from ``at`` to ``end``, or (``is_open``) to the delimiter of an item."""
        found: list[DataElement] = []
        while at + DELIMITER <= end:
            if is_open and self.data[at : at + 4] == self.item_end:
                return found, at + DELIMITER
            element = self.element(at, end, depth)
            found.append(element)
            at = element.end
        if is_open or any(self.data[at:end]):
            raise OddError("an item is not closed" if is_open else "bytes after the last element", at)
        return found, end

    def element(self, at: int, end: int, depth: int = 0) -> DataElement:
        """Return the element at an offset, which must not pass ``end``."""
        try:
            tag, code, value, length = self.step(self.data, at, self.encoding)
        except struct.error as error:
            raise OddError("the header ends early", at) from error
        except (KeyError, OddError) as error:
            raise OddError("an unknown VR", at) from error
        vr = self.names[code] if code else self.name_vr(tag)
        if length == UNDEFINED_LENGTH:
            return self._open_element(DataElement(tag, vr, at, value, end, end, None), depth)
        stop = value + length
        if stop > end:
            raise OddError("a value passes the end", at)
        if vr == "SQ" or (not vr and tag != PIXEL_DATA and self._begins_with_item(value, stop)):
            items = self._items(value, stop, depth, is_open=False)[0]
            return DataElement(tag, vr, at, value, stop, stop, items)
        return DataElement(tag, vr, at, value, stop, stop, None)

    def _open_element(self, element: DataElement, depth: int) -> DataElement:
        """Find where an element of undefined length ends; its ``end`` is still that of what it lies in."""
        tag, vr, at, value, _, end, items = element
        if tag == PIXEL_DATA:
            after = encapsulated_end(self.data, value, self.encoding) + DELIMITER
            if after > end:
                raise OddError("a value passes the end", at)
        elif vr in {"SQ", "UN", ""}:
            # With VR UN it is one in Implicit VR Little Endian, whatever the file (PS3.5 6.2.2).
            inner = DataSet(self.data, IMPLICIT, self.name_vr) if vr == "UN" else self
            items, after = inner._items(value, end, depth, is_open=True)  # noqa: SLF001 - its own class
        else:
            raise OddError(f"undefined length with VR {vr}", at)
        return DataElement(tag, vr, at, value, after - DELIMITER, after, items)

    def _begins_with_item(self, value: int, stop: int) -> bool:
        return stop - value >= DELIMITER and self.data[value : value + 4] == self.item

    def _items(self, at: int, end: int, depth: int, *, is_open: bool) -> tuple[list[list[DataElement]], int]:
        if depth > DEEPEST:
            raise OddError("sequences nested too deep", at)
        items: list[list[DataElement]] = []
        while at + DELIMITER <= end:
            tag, length = delimiter(self.data, at, self.encoding)
            if tag == SEQUENCE_END and is_open:
                return items, at + DELIMITER
            if tag != ITEM:
                raise OddError("no item where one must be", at)
            item_open = length == UNDEFINED_LENGTH
            stop = end if item_open else at + DELIMITER + length
            if stop > end:
                raise OddError("an item passes the end", at)
            elements, at = self.elements(at + DELIMITER, stop, depth + 1, is_open=item_open)
            items.append(elements)
        if is_open or at != end:
            raise OddError("a sequence is not closed", at)
        return items, end
