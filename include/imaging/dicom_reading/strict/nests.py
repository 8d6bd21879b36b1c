"""Find the end of a sequence of undefined length, which only a walk through all its items finds."""

from __future__ import annotations

import struct
from typing import NamedTuple

from imaging.dicom_reading.strict.encodings import (
    BIG_ENDIAN,
    CHARACTER_SET,
    EXPLICIT,
    ITEM,
    ITEM_END,
    SEQUENCE_END,
    UNDEFINED_LENGTH,
    Encoding,
)
from imaging.dicom_reading.strict.heads import (
    DELIMITER,
    OddError,
    delimiter,
    head_reader,
    is_known_character_set,
)
from imaging.dicom_reading.strict.layouts import MOST_INNER
from imaging.dicom_reading.tags import vr_of

DEEPEST = 16  # nested sequences
MOST_ALIKE = 32  # headers of an item that is compared with the next
SEQUENCE = {encoding: encoding.code("SQ") for encoding in (EXPLICIT, BIG_ENDIAN)}

# Offset and length of each header that was read
Heads = list[tuple[int, int]]


def sequence_length(  # noqa: PLR0917 - called once for each sequence, in the walk
    data: bytes, start: int, tag: int, vr: int, encoding: Encoding, heads: Heads
) -> int:
    """Return the length of a sequence of undefined length that begins at ``start``, with its delimiter.

    ``heads`` receives where its headers stand, as offsets in the value. OddError for anything but items that
    are filled exactly by elements in order.
    """
    nest = _Nest(data, encoding, [])
    end = nest.sequence_end(start, tag, vr, 0)
    heads += [(at - start, size) for at, size in nest.heads]
    return end - start


class _Like(NamedTuple):
    """All that decides where things stand in an item; one with the same header bytes is parsed the same."""

    layout: struct.Struct
    heads: tuple[bytes, ...]
    size: int


class _Nest:
    """The nested part of a walk; ``heads`` collects all that decides where things stand.

    ``passed`` counts the times that items were passed over; those left no heads.
    """

    def __init__(self, data: bytes, encoding: Encoding, heads: Heads) -> None:
        self.data, self.encoding, self.heads = data, encoding, heads
        self.step, self.long, self.passed = head_reader(encoding), encoding.long, 0
        # The delimiter's tag as ``long`` reads it: asked for at every element.
        self.end_mark = ITEM_END if not encoding.little else (ITEM_END & 0xFFFF) << 16 | ITEM_END >> 16

    def sequence_end(self, at: int, tag: int, vr: int, depth: int) -> int:
        """Return the offset after the delimiter of a sequence whose first item stands at ``at``."""
        if depth == DEEPEST or not self._is_sequence(at, tag, vr):
            raise OddError
        like, size, untried = None, 0, True
        while True:
            if like is not None:
                at = self._pass(like, at)
                like = like if len(self.heads) > MOST_INNER else None
            found, length = self._delimiter(at)
            start, first, passed = at, len(self.heads), self.passed
            self.heads.append((at, DELIMITER))
            at += DELIMITER
            if found == SEQUENCE_END and length == 0:
                return at
            if found != ITEM:
                raise OddError
            at = self._item_end(at, length, depth)
            if at - start == size and passed == self.passed and (untried or first > MOST_INNER):
                like, untried = self._like(first, size), False
            size = at - start

    def _like(self, first: int, size: int) -> _Like | None:
        """Describe the item of ``size`` bytes whose heads begin with number ``first``."""
        heads = self.heads[first:]
        if len(heads) > MOST_ALIKE:
            return None
        form, seen = [], heads[0][0]
        for at, length in heads:
            form.append(f"{at - seen}x{length}s")
            seen = at + length
        layout = struct.Struct("".join(form))
        return _Like(layout, layout.unpack_from(self.data, heads[0][0]), size)

    def _pass(self, like: _Like, at: int) -> int:
        """Return the offset after the items from ``at`` on that stand as ``like`` does.

        None is passed over, and all heads are to be recorded, where a layout may want to keep them.
        """
        data, size, heads, unpack = self.data, like.size, like.heads, like.layout.unpack_from
        end, last = at, len(data) - size
        while end <= last and unpack(data, end) == heads:
            end += size
        if len(self.heads) + (end - at) // size * len(heads) <= MOST_INNER:
            return at
        if len(self.heads) <= MOST_INNER:
            self.heads += [(at, 0)] * MOST_INNER  # too many for a layout, which goes by their number
        self.passed += end > at
        return end

    def _is_sequence(self, at: int, tag: int, vr: int) -> bool:
        if not self.encoding.implicit:
            return vr == SEQUENCE[self.encoding]
        known = vr_of(tag)
        return known == "SQ" or (known is None and self._delimiter(at)[0] == ITEM)

    def _delimiter(self, at: int) -> tuple[int, int]:
        """Return the tag at ``at`` and the 32 bits after it."""
        return delimiter(self.data, at, self.encoding)

    def _item_end(self, at: int, length: int, depth: int) -> int:
        """Return the offset after an item whose value starts at ``at``; its elements must fill it exactly."""
        is_open, end, last = length == UNDEFINED_LENGTH, at + length, 0
        while is_open or at < end:
            if (
                is_open
                and self.long(self.data, at)[0] == self.end_mark
                and self.long(self.data, at + 4)[0] == 0
            ):
                self.heads.append((at, DELIMITER))
                return at + DELIMITER
            tag, vr, start, size = self.step(self.data, at, self.encoding)
            if tag <= last:
                raise OddError
            self.heads.append((at, start - at))
            if size == UNDEFINED_LENGTH:
                size = self.sequence_end(start, tag, vr, depth + 1) - start
            if tag == CHARACTER_SET:
                self.heads.append((start, size))  # its value decides too
                if not is_known_character_set(vr, self.data[start : start + size], self.encoding):
                    raise OddError
            last, at = tag, start + size
        if at != end:
            raise OddError
        return at
