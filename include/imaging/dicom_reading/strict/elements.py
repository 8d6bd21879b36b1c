"""Read the wanted top-level elements of one DICOM file, strictly and without pydicom; None for odd files."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from imaging.dicom_reading.strict.deflated import inflate
from imaging.dicom_reading.strict.encodings import (
    CHARACTER_SET,
    DEFLATED_SYNTAX,
    IMPLICIT,
    PIXEL_DATA,
    PIXEL_TAGS,
    SOP_CLASS,
    Encoding,
    encoding_of,
    guessed_syntax,
)
from imaging.dicom_reading.strict.file_meta import PREFIX_END, has_prefix, read_meta
from imaging.dicom_reading.strict.heads import OddError, is_known_character_set
from imaging.dicom_reading.strict.layouts import LAST_TAG, Found, layouts_for
from imaging.dicom_reading.strict.pixel_data import pixel_value
from imaging.dicom_reading.strict.values import Elements, has_ascii_texts
from imaging.dicom_reading.strict.walk import Stop, walk

FIRST_WINDOW = 1 << 15  # most headers end within this
WINDOW = 1 << 16
STANDARD_ROOT = "1.2.840.10008."
GROUP_8 = b"\x08\x00"

__all__ = ["Elements", "read_elements", "read_elements_of_file"]


@dataclass
class _Parse:
    """A file being read: ``data`` is the window that begins at ``base`` of the file."""

    data: bytes
    at: int
    encoding: Encoding
    syntax: str
    prefixed: bool
    base: int = 0
    last: int = 0x0002FFFF
    found: Found = field(default_factory=dict)


def read_elements(data: bytes | memoryview, tags: Collection[int], *, pixels: bool) -> Elements | None:
    """Read ``tags`` of a file in memory; with ``pixels`` also where its pixel data lie, else up to them.

    Without ``pixels``, a sequence of undefined length after the last of ``tags`` ends the reading too: to
    find its end would be to parse all of it. Encapsulated pixel data may lack their end (``Elements.cut``).
    Returns None for a file with anything out of the standard's line: let pydicom judge that one.
    """
    data = data if isinstance(data, bytes) else bytes(data)
    meta = read_meta(data)
    parse = None if meta is None else _begin(data, *meta)
    if parse is None:
        return None
    asked = frozenset(tags)
    wanted = _complete(asked)
    last_wanted = LAST_TAG if pixels else _last(asked)
    layouts = layouts_for(wanted, parse.encoding, last_wanted)
    layouts.begin()
    stop, parse.at, parse.last = walk(parse.data, parse.at, parse.last, wanted, parse.found, layouts)
    view, cut = None, False
    while pixels and stop is Stop.PIXELS:
        try:
            value = pixel_value(parse.data, parse.at, parse.encoding)
        except OddError:
            return None
        parse.last, parse.at = value.tag, value.after
        if value.tag == PIXEL_DATA:
            view, cut = memoryview(parse.data)[value.start : value.end], value.cut
        elif value.tag in asked:
            parse.found[value.tag] = value.vr, parse.data[value.start : value.end], False
        step = walk(parse.data, parse.at, parse.last, wanted, parse.found, layouts)
        stop, parse.at, parse.last = step
    if stop is Stop.ODD or (stop is Stop.MORE and parse.at != len(parse.data)):
        return None
    return _finish(parse, asked, view, cut=cut)


def read_elements_of_file(path: Path, tags: Collection[int]) -> Elements | None:
    """Read ``tags`` of a file up to its pixel data, and no more of the file than that; errors as ``os.open``.

    Returns None as ``read_elements`` does.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        start = os.pread(descriptor, FIRST_WINDOW, 0)
        meta = read_meta(start)
        if meta is None:
            return None
        if meta[0] == DEFLATED_SYNTAX:
            return read_elements(path.read_bytes(), tags, pixels=False)
        parse = _begin(start, *meta)
        if parse is None:
            return None
        asked = frozenset(tags)
        return _finish(parse, asked, None) if _walk_file(descriptor, parse, asked) else None
    finally:
        os.close(descriptor)


def _walk_file(descriptor: int, parse: _Parse, asked: frozenset[int]) -> bool:
    """Walk to the pixels or the end, moving the window; whether all was in order."""
    wanted = _complete(asked)
    size, layouts = -1, layouts_for(wanted, parse.encoding, _last(asked))
    layouts.begin()
    while True:
        start = parse.at
        stop, at, parse.last = walk(parse.data, start, parse.last, wanted, parse.found, layouts)
        if stop is not Stop.MORE:
            return stop is not Stop.ODD
        position = parse.base + at
        size = os.fstat(descriptor).st_size if size < 0 else size
        if position >= size:
            return position == size
        window = WINDOW if at else max(WINDOW, 2 * len(parse.data))
        if not at and parse.base + len(parse.data) >= size:
            return False
        parse.data, parse.base, parse.at = os.pread(descriptor, window, position), position, 0
        if not parse.data:
            return False


def _begin(data: bytes, syntax: str, at: int) -> _Parse | None:
    """Begin with the first element after the meta information, which names ``syntax``."""
    prefixed = has_prefix(data)
    encoding = encoding_of(syntax) if syntax else _guess(data)
    if encoding is None:
        return None
    if syntax == DEFLATED_SYNTAX:
        if data[at : at + 2] == b"\0\0":
            return None
        whole = inflate(data[at:])
        return None if whole is None else _Parse(whole, 0, encoding, syntax, prefixed)
    if encoding is IMPLICIT and data[at + 4 : at + 6].isalpha():
        return None
    return _Parse(data, at, encoding, syntax, prefixed)


def _guess(data: bytes) -> Encoding | None:
    """Return the encoding of a file that begins with its data set at once; None unless it is plain."""
    if data[:2] != GROUP_8 or len(data) < PREFIX_END:
        return None
    return encoding_of(guessed_syntax(data[:6]))


@lru_cache(maxsize=64)
def _complete(tags: frozenset[int]) -> frozenset[int]:
    return tags | PIXEL_TAGS | {CHARACTER_SET}


@lru_cache(maxsize=64)
def _last(asked: frozenset[int]) -> int:
    return max(asked | {CHARACTER_SET})


def _finish(
    parse: _Parse, asked: frozenset[int], view: memoryview | None, *, cut: bool = False
) -> Elements | None:
    """Check what decides how the rest is read: the character set and the class."""
    found, encoding = parse.found, parse.encoding
    is_ascii = _ascii_texts(*found[CHARACTER_SET], encoding) if CHARACTER_SET in found else True
    if is_ascii is None:
        return None
    elements = Elements(found, asked, encoding, parse.syntax, is_ascii, view, cut)
    return elements if _is_plain_class(elements, parse) else None


@lru_cache(maxsize=256)
def _ascii_texts(vr: int, value: bytes, is_open: bool, encoding: Encoding) -> bool | None:
    """Whether ASCII bytes are ASCII letters in this Specific Character Set; None where pydicom must look."""
    if is_open or not is_known_character_set(vr, value, encoding):
        return None
    return has_ascii_texts(value)


def _is_plain_class(elements: Elements, parse: _Parse) -> bool:
    """Whether the class is a plain UID, and a standard one when nothing else says that this is DICOM."""
    if SOP_CLASS not in elements.found:
        return parse.prefixed
    if not elements.encoding.implicit and elements.encoding.names[elements.found[SOP_CLASS][0]] != "UI":
        return False
    sop_class = elements.text(SOP_CLASS)
    return sop_class is not None and (parse.prefixed or sop_class.startswith(STANDARD_ROOT))
