"""Read small files once: to open and parse an image of some kilobytes twice costs more than to convert it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import NamedTuple

from imaging.dicom_reading.header import header_of, read_header
from imaging.dicom_reading.strict.elements import Elements, read_elements
from imaging.records import Header, Refusal
from imaging.series.wanted_tags import SLICE_TAGS

SMALL_BYTES = 1 << 16
BUDGET_BYTES = 64 << 20  # with interpreter and numpy still below what a conversion may take beside its volume
PARSED_BYTES = 1 << 13  # what the parsed elements of a file take beside its bytes, measured


def _content(path: str, size: int) -> bytes:
    """Read a file in three calls of the system, where ``Path.read_bytes`` takes seven."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        data = os.read(descriptor, size + 1)
    finally:
        os.close(descriptor)
    return data if len(data) == size else Path(path).read_bytes()


class Kept(NamedTuple):
    """A file as it was when the folder was indexed: its bytes, their SHA-256, and its elements."""

    data: bytes
    sha256: str
    elements: Elements


class SmallFiles:
    """Reads small files whole, until a budget of memory is used up."""

    def __init__(self, budget_bytes: int = BUDGET_BYTES) -> None:
        self._left = budget_bytes

    def read(self, path: str, size: int) -> tuple[Header | Refusal, Kept | None] | None:
        """Return header and content, an odd file's header only; None when it is large or the budget used up.

        Raises OSError as ``os.open`` and ``os.read`` do.
        """
        cost = size + PARSED_BYTES
        if not 0 < size <= SMALL_BYTES or cost > self._left:
            return None
        data = _content(path, size)
        elements = read_elements(data, SLICE_TAGS, pixels=True)
        if elements is None:
            return read_header(data), None
        self._left -= cost
        return header_of(elements), Kept(data, hashlib.sha256(data).hexdigest(), elements)
