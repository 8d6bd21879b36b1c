"""Inflate deflated data sets (PS3.5 A.5) within a bound, so that no small file fills the memory."""

from __future__ import annotations

import io
import zlib

MOST_INFLATED = 1 << 29  # bytes; a data set of half a gigabyte
CHUNK = 1 << 20


class InflatedTooLargeError(ValueError):
    """A deflated data set is larger than any honest one."""


def inflate(data: bytes) -> bytes | None:
    """Return the inflated bytes; None for a broken stream or one of more than MOST_INFLATED bytes."""
    machine = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        inflated = machine.decompress(data, MOST_INFLATED + 1)
    except zlib.error:
        return None
    return inflated if machine.eof and len(inflated) <= MOST_INFLATED else None


class BoundedBytes(io.BytesIO):
    """Bytes for pydicom, which takes all that is left in one call for deflated data sets only."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as the base class does; InflatedTooLargeError when all that is left would inflate too far."""
        return _checked(super().read(size), size)


class BoundedFile(io.BufferedReader):
    """A file for pydicom, with the bound of ``BoundedBytes``."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as the base class does; InflatedTooLargeError when all that is left would inflate too far."""
        return _checked(super().read(size), size)


def _checked(data: bytes, size: int | None) -> bytes:
    if size == -1 and data:
        _check(data)
    return data


def _check(data: bytes) -> None:
    """Count what ``data`` inflates to, a block at a time; other errors are left to pydicom."""
    machine = zlib.decompressobj(-zlib.MAX_WBITS)
    count, pending = 0, data
    while pending and not machine.eof:
        try:
            count += len(machine.decompress(pending, CHUNK))
        except zlib.error:
            return
        if count > MOST_INFLATED:
            raise InflatedTooLargeError(f"more than {MOST_INFLATED} bytes when inflated")
        pending = machine.unconsumed_tail
