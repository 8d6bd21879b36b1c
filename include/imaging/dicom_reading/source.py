"""Take plain values out of a DICOM file, read by the strict reader or, when it declines, by pydicom.

Pydicom takes longer to load than a small series to convert, so it is loaded when the first file needs it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from imaging.dicom_reading.parse_errors import parse_errors
from imaging.dicom_reading.strict.elements import Elements, read_elements, read_elements_of_file
from imaging.dicom_reading.strict.encodings import PIXEL_DATA
from imaging.dicom_reading.strict.items import items_of
from imaging.dicom_reading.tags import tag_of
from imaging.records import Refusal

if TYPE_CHECKING:
    import pydicom

__all__ = [
    "PIXEL_DATA", "Source", "as_dataset", "has", "integer", "is_cut", "items", "little_endian", "numbers",
    "open_source", "parse_errors", "pixel_bytes", "quiet", "raw_bytes", "raw_text", "sequence", "text",
    "transfer_syntax",
]  # fmt: skip

Source: TypeAlias = "Elements | pydicom.Dataset"
# A keyword of the data dictionary, or a tag, which is the only way to a private element.
Key = str | int
PADDING = " \0"


def open_source(data: bytes | memoryview | Path, tags: Collection[int], *, pixels: bool) -> Source | Refusal:
    """Parse only ``tags`` of a DICOM file; with ``pixels`` up to and with the pixel data, else up to them.

    Of a path only as much is read as that takes. Returns EMPTY_FILE, NOT_DICOM, UNREADABLE_HEADER or
    TRUNCATED_PIXEL_DATA for bad data; OSError passes. Any thread may call it.
    """
    if isinstance(data, Path):
        fast = None if pixels else read_elements_of_file(data, tags)
    else:
        fast = read_elements(data, tags, pixels=pixels)
    if fast is not None:
        return fast
    from imaging.dicom_reading.by_pydicom import open_dataset  # noqa: PLC0415 - loads pydicom

    with quiet():
        given = bytes(data) if isinstance(data, memoryview) else data
        return open_dataset(given, tags, pixels=pixels)


def quiet() -> AbstractContextManager[None]:
    """Load pydicom and silence it, see ``imaging.dicom_reading.by_pydicom.quiet``."""
    from imaging.dicom_reading import by_pydicom as datasets  # noqa: PLC0415 - loads pydicom

    return datasets.quiet()


@lru_cache(maxsize=4096)
def _tag(key: Key) -> int:
    tag = tag_of(key) if isinstance(key, str) else key
    if tag is None:
        raise RuntimeError(f"{key!r} is not in the DICOM dictionary; correct the spelling")
    return tag


def text(source: Source, key: Key) -> str:
    """Return a value as text without padding; '' when absent, several values joined by a backslash."""
    if isinstance(source, Elements):
        found = source.text(_tag(key))
        if found is not None:
            return found
    from imaging.dicom_reading.by_pydicom import dataset_text  # noqa: PLC0415 - loads pydicom

    with quiet():
        return dataset_text(as_dataset(source), key)


def raw_bytes(source: Source, key: Key) -> bytes | None:
    """Return an element's value as it stands in the file; None when absent or no longer known."""
    if isinstance(source, Elements):
        return source.raw(_tag(key))
    from imaging.dicom_reading.by_pydicom import raw_value  # noqa: PLC0415 - loads pydicom

    return raw_value(source, key)


def raw_text(source: Source, key: Key) -> str:
    """Return a text value as it stands in the file: much faster than ``text`` for long lists of numbers."""
    value = raw_bytes(source, key)
    return text(source, key) if value is None else value.decode("ascii", "replace").strip(PADDING)


def numbers(source: Source, key: Key, count: int) -> tuple[float, ...] | None:
    """Return exactly ``count`` finite numbers, or None when the value is anything else."""
    values = source.numbers(_tag(key)) if isinstance(source, Elements) else None
    if values is None:
        try:
            values = tuple(float(part) for part in text(source, key).split("\\"))
        except ValueError:
            return None
    if len(values) != count or not all(map(math.isfinite, values)):
        return None
    return values


def integer(source: Source, key: Key) -> int | None:
    """Return a single whole number, or None when the value is anything else."""
    value = numbers(source, key, 1)
    return int(value[0]) if value is not None and value[0].is_integer() else None


def sequence(source: Source, key: Key) -> Sequence[pydicom.Dataset]:
    """Return the items of a sequence; () when it is absent or empty. Raises as pydicom does for a bad one."""
    if not has(source, key):
        return ()
    from imaging.dicom_reading.by_pydicom import value_of  # noqa: PLC0415 - loads pydicom

    with quiet():
        found: Sequence[pydicom.Dataset] | None = value_of(as_dataset(source), key)  # type: ignore[assignment]
    return found or ()


def items(source: Source, key: Key, tags: Collection[int]) -> Sequence[Source]:
    """Return the items of a sequence for the elements ``tags`` only: much faster than ``sequence``."""
    found = items_of(source, _tag(key), tags) if isinstance(source, Elements) else None
    return sequence(source, key) if found is None else found


def has(source: Source, key: Key) -> bool:
    """Whether the element is there, with or without a value."""
    return source.has(_tag(key)) if isinstance(source, Elements) else key in source


def as_dataset(source: Source) -> pydicom.Dataset:
    """Return pydicom's view of what was read, for its functions that want one; without pixel data."""
    if not isinstance(source, Elements):
        return source
    from imaging.dicom_reading.strict.pydicom_view import dataset_of  # noqa: PLC0415 - loads pydicom

    with quiet():
        return dataset_of(source)


def transfer_syntax(source: Source) -> str:
    """Return the UID of the transfer syntax; '' when the file has no meta information."""
    if isinstance(source, Elements):
        return source.syntax
    meta = getattr(source, "file_meta", None)
    return "" if meta is None else text(meta, "TransferSyntaxUID")


def little_endian(source: Source) -> bool:
    """Whether multi-byte values are little endian (PS3.5 7.3)."""
    return (
        source.encoding.little if isinstance(source, Elements) else source.original_encoding[1] is not False
    )


def pixel_bytes(source: Source) -> bytes | memoryview | None:
    """Return the bytes of Pixel Data as they stand in the file (encapsulated or not); None without any."""
    if isinstance(source, Elements):
        return source.pixels
    with quiet():
        found: bytes | None = source["PixelData"].value if "PixelData" in source else None
    return found


def is_cut(source: Source) -> bool:
    """Whether the file ends within its encapsulated pixel data, so that a last fragment may lack bytes."""
    return isinstance(source, Elements) and source.cut
