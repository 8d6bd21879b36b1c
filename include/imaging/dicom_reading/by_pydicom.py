"""Open DICOM bytes with pydicom, quietly: the judge of every file that the strict reader leaves alone."""

from __future__ import annotations

import io
import logging
import math
import threading
import warnings
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, Literal

import pydicom
from pydicom.config import disable_value_validation
from pydicom.dataelem import RawDataElement
from pydicom.dataset import FileDataset
from pydicom.multival import MultiValue

from imaging.dicom_reading.parse_errors import parse_errors
from imaging.dicom_reading.strict.deflated import BoundedBytes, BoundedFile
from imaging.dicom_reading.strict.encodings import DEFLATED_SYNTAX, PIXEL_DATA, UNDEFINED_LENGTH
from imaging.dicom_reading.strict.file_meta import PREFIX_END, has_prefix
from imaging.reasons import Reason
from imaging.records import Refusal

SHORTEST_ELEMENT = 8


class _Quiet:
    """Silence, shared by threads: the first to want it makes it, the last to leave ends it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.users = 0
        self.undo = ExitStack()

    def enter(self) -> None:
        with self.lock:
            self.users += 1
            if self.users > 1:
                return
            logger = logging.getLogger("pydicom")
            self.undo.callback(setattr, logger, "disabled", logger.disabled)
            logger.disabled = True
            self.undo.enter_context(warnings.catch_warnings())
            warnings.simplefilter("ignore")
            self.undo.enter_context(disable_value_validation())

    def leave(self) -> None:
        with self.lock:
            self.users -= 1
            if self.users == 0:
                self.undo.close()


_QUIET = _Quiet()


@contextmanager
def quiet() -> Iterator[None]:
    """Silence pydicom's complaints about values; what matters is checked here. Nests, and threads share it.

    While one thread is inside, the warnings of all threads are silent (they are Python's process-wide state).
    """
    _QUIET.enter()
    try:
        yield
    finally:
        _QUIET.leave()


def open_dataset(source: bytes | Path, tags: Collection[int], *, pixels: bool) -> FileDataset | Refusal:
    """Parse only ``tags`` of a DICOM file; with ``pixels`` up to and with the pixel data, else up to them.

    Call inside ``quiet``. Returns EMPTY_FILE, NOT_DICOM, UNREADABLE_HEADER or TRUNCATED_PIXEL_DATA.
    """
    if isinstance(source, Path):
        with BoundedFile(io.FileIO(source)) as stream:
            return _open_stream(stream, tags, pixels=pixels)
    return _open_stream(BoundedBytes(source), tags, pixels=pixels)


def _open_stream(stream: BinaryIO, tags: Collection[int], *, pixels: bool) -> FileDataset | Refusal:
    start = stream.read(PREFIX_END)
    if not start:
        return Refusal(Reason.EMPTY_FILE)
    prefixed = has_prefix(start)
    try:
        dataset = _parse(stream, tags, pixels=pixels)
        if pixels and not dataset and _parse(stream, tags, pixels=False):
            # Of a file that ends within encapsulated pixel data pydicom keeps nothing.
            return Refusal(Reason.TRUNCATED_PIXEL_DATA, {"header_readable": True})
        short = _cut_element(dataset) or (_pixel_doubt(dataset, stream) if pixels else None)
        sop_class = dataset_text(dataset, "SOPClassUID")
    except parse_errors() as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        if not prefixed:
            return Refusal(Reason.NOT_DICOM, {"first_bytes": start[:4].hex()})
        return Refusal(Reason.UNREADABLE_HEADER, {"error": type(error).__name__})
    if not prefixed and not sop_class.startswith("1.2.840.10008."):
        return Refusal(Reason.NOT_DICOM, {"first_bytes": start[:4].hex()})
    return dataset if short is None else short


def _parse(stream: BinaryIO, tags: Collection[int], *, pixels: bool) -> FileDataset:
    stream.seek(0)
    return pydicom.dcmread(
        stream, stop_before_pixels=not pixels, force=True, specific_tags=[*tags, PIXEL_DATA]
    )


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


def _pixel_doubt(dataset: FileDataset, stream: BinaryIO) -> Refusal | None:
    """Refuse plain pixel data that may begin or end elsewhere than pydicom, which forgives much, believes.

    Their VR must be one of PS3.5 A.1 and A.2, and what follows them in the file an element or zeros.
    """
    element: object = dataset.get_item(PIXEL_DATA) if PIXEL_DATA in dataset else None
    syntax = dataset.file_meta.get("TransferSyntaxUID")
    if not isinstance(element, RawDataElement) or element.length == UNDEFINED_LENGTH:
        return None
    if element.is_implicit_VR != dataset.original_encoding[0] or element.VR not in {None, "OB", "OW"}:
        return Refusal(Reason.UNREADABLE_HEADER, {"tag": f"{PIXEL_DATA:08X}", "representation": "unknown"})
    if syntax == DEFLATED_SYNTAX:
        return None  # offsets are those of the inflated stream
    found = len(element.value or b"")
    if found < element.length and _matrix_bytes(dataset) <= found:
        # Enough for the matrix, yet less than stated: they do not begin here, or the file was cut.
        return Refusal(Reason.TRUNCATED_PIXEL_DATA, {"bytes_stated": element.length, "bytes_found": found})
    stream.seek(element.value_tell + found)
    rest = stream.read()
    order: Literal["little", "big"] = "little" if element.is_little_endian else "big"
    group = int.from_bytes(rest[:2], order)
    if rest.strip(b"\0") and (len(rest) < SHORTEST_ELEMENT or group < PIXEL_DATA >> 16):
        return Refusal(Reason.PIXEL_DECODE_FAILED, {"bytes_after_pixels": len(rest)})
    return None


def _matrix_bytes(dataset: FileDataset) -> int:
    """Return the bytes that the matrix takes by the header; 0 where it says nothing usable."""
    words = [dataset_text(dataset, keyword) for keyword in ("Rows", "Columns", "BitsAllocated")]
    frames = dataset_text(dataset, "NumberOfFrames") or "1"
    sizes = [int(word) if word.isdecimal() else 0 for word in (*words, frames)]
    return math.prod(sizes) // 8


def raw_value(dataset: pydicom.Dataset, key: str | int) -> bytes | None:
    """Return an element's value as it stands in the file; None when absent or no longer known."""
    if key not in dataset:
        return None
    element: object = dataset.get_item(key)  # annotated as converted, yet raw until first used
    with quiet():
        value = element.value if isinstance(element, RawDataElement) else dataset[key].value
    return value if isinstance(value, bytes) else None


def value_of(dataset: pydicom.Dataset, key: str | int) -> object:
    """Return the value of a keyword or (private) tag; None when absent."""
    if isinstance(key, str):
        return dataset.get(key)
    return dataset[key].value if key in dataset else None


def dataset_text(dataset: pydicom.Dataset, key: str | int) -> str:
    """Return what ``imaging.dicom_reading.source.text`` does, of a pydicom dataset."""
    value = value_of(dataset, key)
    if value is None:
        return ""
    if isinstance(value, MultiValue | list):  # a list for several binary numbers
        return "\\".join(str(part).strip(" \0") for part in value)
    return str(value).strip(" \0")
