"""Parse DICOM bytes with pydicom, quietly, and take plain values out; bad data give a Refusal."""

from __future__ import annotations

import io
import logging
import math
import struct
import warnings
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pydicom
from pydicom.config import disable_value_validation
from pydicom.dataelem import RawDataElement
from pydicom.dataset import FileDataset
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.multival import MultiValue

from imaging.reasons import Reason
from imaging.records import Refusal

PREFIX_AT = 128
PREFIX = b"DICM"
PIXEL_DATA = 0x7FE00010
UNDEFINED_LENGTH = 0xFFFFFFFF

# What pydicom was seen to raise on damaged bytes: also OSError, but without an error number.
PARSE_ERRORS = (
    ArithmeticError,
    AttributeError,
    BytesLengthException,
    EOFError,
    InvalidDicomError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


@contextmanager
def quiet() -> Iterator[None]:
    """Silence pydicom's complaints about values; what matters is checked here. Not for use by two threads."""
    logger = logging.getLogger("pydicom")
    was_disabled, logger.disabled = logger.disabled, True
    try:
        with warnings.catch_warnings(), disable_value_validation():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.disabled = was_disabled


def open_dataset(source: bytes | Path, tags: Sequence[int], *, pixels: bool) -> FileDataset | Refusal:
    """Parse only ``tags`` of a DICOM file; with ``pixels`` up to and with the pixel data, else up to them.

    Call inside ``quiet``. Returns EMPTY_FILE, NOT_DICOM, UNREADABLE_HEADER or TRUNCATED_PIXEL_DATA.
    """
    if isinstance(source, Path):
        with source.open("rb") as stream:
            return _open_stream(stream, tags, pixels=pixels)
    return _open_stream(io.BytesIO(source), tags, pixels=pixels)


def _open_stream(stream: BinaryIO, tags: Sequence[int], *, pixels: bool) -> FileDataset | Refusal:
    start = stream.read(PREFIX_AT + len(PREFIX))
    if not start:
        return Refusal(Reason.EMPTY_FILE)
    has_prefix = start[PREFIX_AT:] == PREFIX
    stream.seek(0)
    try:
        dataset = pydicom.dcmread(
            stream, stop_before_pixels=not pixels, force=True, specific_tags=[*tags, PIXEL_DATA]
        )
        short = _cut_element(dataset)
        sop_class = text(dataset, "SOPClassUID")
    except PARSE_ERRORS as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        if not has_prefix:
            return Refusal(Reason.NOT_DICOM, {"first_bytes": start[:4].hex()})
        return Refusal(Reason.UNREADABLE_HEADER, {"error": type(error).__name__})
    if not has_prefix and not sop_class.startswith("1.2.840.10008."):
        return Refusal(Reason.NOT_DICOM, {"first_bytes": start[:4].hex()})
    return dataset if short is None else short


def _cut_element(dataset: FileDataset) -> Refusal | None:
    """Find an element whose value is shorter than its stated length: the file was cut."""
    for element in dataset.values():
        if not isinstance(element, RawDataElement) or element.length == UNDEFINED_LENGTH:
            continue
        found = len(element.value or b"")
        if found < element.length and element.tag == PIXEL_DATA:
            continue  # told apart from a wrong length by the decoder, which knows the matrix
        if found < element.length:
            return Refusal(
                Reason.UNREADABLE_HEADER,
                {"tag": f"{element.tag:08X}", "bytes_stated": element.length, "bytes_found": found},
            )
    return None


def text(dataset: pydicom.Dataset, keyword: str) -> str:
    """Return a value as text without padding; '' when absent, several values joined by a backslash."""
    value = dataset.get(keyword)
    if value is None:
        return ""
    if isinstance(value, MultiValue):
        return "\\".join(str(part).strip(" \0") for part in value)
    return str(value).strip(" \0")


def raw_text(dataset: pydicom.Dataset, keyword: str) -> str:
    """Return a text value as it stands in the file: much faster than ``text`` for long lists of numbers."""
    element: object = dataset.get_item(keyword)  # annotated as converted, yet raw until first used
    if isinstance(element, RawDataElement):
        return (element.value or b"").decode("ascii", "replace").strip(" \0")
    return text(dataset, keyword)


def numbers(dataset: pydicom.Dataset, keyword: str, count: int) -> tuple[float, ...] | None:
    """Return exactly ``count`` finite numbers, or None when the value is anything else."""
    parts = text(dataset, keyword).split("\\")
    try:
        values = tuple(float(part) for part in parts)
    except ValueError:
        return None
    if len(values) != count or not all(math.isfinite(value) for value in values):
        return None
    return values


def integer(dataset: pydicom.Dataset, keyword: str) -> int | None:
    """Return a single whole number, or None when the value is anything else."""
    value = numbers(dataset, keyword, 1)
    return int(value[0]) if value is not None and value[0].is_integer() else None


def sequence(dataset: pydicom.Dataset, keyword: str) -> Sequence[pydicom.Dataset]:
    """Return the items of a sequence; () when it is absent or empty."""
    return dataset.get(keyword) or ()


def has(dataset: pydicom.Dataset, keyword: str) -> bool:
    """Whether the element is there, with or without a value."""
    return keyword in dataset


def transfer_syntax(dataset: pydicom.FileDataset) -> str:
    """Return the UID of the transfer syntax; '' when the file has no meta information."""
    return text(dataset.file_meta, "TransferSyntaxUID")


def little_endian(dataset: pydicom.FileDataset) -> bool:
    """Whether multi-byte values are little endian (PS3.5 7.3)."""
    return dataset.original_encoding[1] is not False


def pixel_bytes(dataset: pydicom.FileDataset) -> bytes | None:
    """Return the bytes of Pixel Data as they stand in the file (encapsulated or not); None without any."""
    return dataset["PixelData"].value if "PixelData" in dataset else None
