"""The private header of Siemens MR images, both of its forms (no standard: described in NiBabel's manual)."""

from __future__ import annotations

import struct

MAGIC = b"SV10"
COUNT = struct.Struct("<II")
TAG = struct.Struct("<64si4siii")
ITEM = struct.Struct("<iiii")
MAX_TAGS = 512
MAX_ITEMS = 4096


def csa_values(data: bytes) -> dict[str, list[str]]:
    """Return the values of each tag as text, those without values left out.

    :raises ValueError: when the data are not such a header
    """
    place = 8 if data.startswith(MAGIC) else 0
    modern = bool(place)
    try:
        count, _ = COUNT.unpack_from(data, place)
        place += COUNT.size
        if not 0 < count <= MAX_TAGS:
            raise ValueError(f"{count} tags; not a header of this kind")
        found: dict[str, list[str]] = {}
        base = 0
        for index in range(count):
            name, _, _, _, items, _ = TAG.unpack_from(data, place)
            place += TAG.size
            base = items if index == 0 else base
            if not 0 <= items <= MAX_ITEMS:
                raise ValueError(f"{items} values of one tag; not a header of this kind")
            values, place = _items(data, place, items, None if modern else base)
            if values:
                found[_text(name)] = values
    except struct.error as error:
        raise ValueError("the header ends early") from error
    return found


def _items(data: bytes, place: int, count: int, base: int | None) -> tuple[list[str], int]:
    """Read ``count`` values; in the old form a length is given with the first tag's ``base`` added to it."""
    values = []
    for _ in range(count):
        first, second, _, _ = ITEM.unpack_from(data, place)
        place += ITEM.size
        length = second if base is None else first - base
        if length < 0 or place + length > len(data):
            raise ValueError(f"a value of {length} bytes; the header is damaged")
        value = _text(data[place : place + length])
        if value:
            values.append(value)
        place += -(-length // 4) * 4
    return values, place


def _text(raw: bytes) -> str:
    return raw.split(b"\0", 1)[0].decode("latin-1").strip()
