"""Read the items of a sequence as strictly and lazily as the file itself."""

from __future__ import annotations

import struct
from collections.abc import Collection

from imaging.dicom_reading.strict.encodings import (
    CHARACTER_SET,
    ITEM,
    ITEM_END,
    PIXEL_TAGS,
    SEQUENCE_END,
    UNDEFINED_LENGTH,
)
from imaging.dicom_reading.strict.heads import (
    DELIMITER,
    OddError,
    delimiter,
    is_known_character_set,
)
from imaging.dicom_reading.strict.layouts import Found, layouts_for
from imaging.dicom_reading.strict.values import Elements, has_ascii_texts
from imaging.dicom_reading.strict.walk import Stop, walk


def items_of(elements: Elements, tag: int, tags: Collection[int]) -> list[Elements] | None:
    """Return the items of a sequence with their elements ``tags``; [] when the sequence is absent or empty.

    None for a value that is no plain sequence: let pydicom judge that one.
    """
    if not elements.has(tag):
        return []
    if elements.vr(tag) != "SQ":
        return None
    _, value, is_open = elements.found[tag]
    try:
        return _items(elements, value, frozenset(tags), is_open=is_open)
    except (OddError, struct.error, KeyError):
        return None


def _items(parent: Elements, value: bytes, asked: frozenset[int], *, is_open: bool) -> list[Elements]:
    made: list[Elements] = []
    at, encoding = 0, parent.encoding
    while at < len(value):
        tag, length = delimiter(value, at, encoding)
        at += DELIMITER
        if tag == SEQUENCE_END and is_open and at == len(value):
            return made
        if tag != ITEM:
            raise OddError
        item, at = _item(parent, value, at, length, asked)
        made.append(item)
    return made


def _item(
    parent: Elements, value: bytes, at: int, length: int, asked: frozenset[int]
) -> tuple[Elements, int]:
    """Return the item whose elements begin at ``at``, and the offset after it."""
    found: Found = {}
    wanted = asked | PIXEL_TAGS | {CHARACTER_SET}
    layouts = layouts_for(wanted, parent.encoding)
    layouts.begin()
    if length == UNDEFINED_LENGTH:
        stop, end, _ = walk(value, at, 0, wanted, found, layouts)
        if stop is not Stop.ODD or delimiter(value, end, parent.encoding) != (ITEM_END, 0):
            raise OddError
        after = end + DELIMITER
    else:
        after = at + length
        stop, end, _ = walk(value[at:after], 0, 0, wanted, found, layouts)
        if stop is not Stop.MORE or end != length or after > len(value):
            raise OddError
    is_ascii = parent.ascii_texts
    if CHARACTER_SET in found:
        vr, value, _ = found[CHARACTER_SET]
        if not is_known_character_set(vr, value, parent.encoding):
            raise OddError
        is_ascii = has_ascii_texts(value)
    return Elements(found, asked, parent.encoding, parent.syntax, is_ascii, None, parent=parent), after
