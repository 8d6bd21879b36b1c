"""Pydicom's view of elements that the strict reader found, for what only pydicom can decode."""

from __future__ import annotations

import io

from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.filereader import read_dataset
from pydicom.uid import UID

from imaging.dicom_reading.strict.encodings import UNDEFINED_LENGTH
from imaging.dicom_reading.strict.values import Elements
from imaging.dicom_reading.strict.writing import head


def dataset_of(elements: Elements) -> FileDataset:
    """Return pydicom's view of the same elements, without pixels; made once. Raises as pydicom does."""
    if not elements.datasets:
        elements.datasets.append(_parse(elements))
    return elements.datasets[0]


def _parse(elements: Elements) -> FileDataset:
    implicit, little = elements.encoding.implicit, elements.encoding.little
    blob = b"".join([_written(elements, tag, *item) for tag, item in elements.found.items()])
    parent = elements.parent
    outer = "iso8859" if parent is None else dataset_of(parent).original_character_set
    parsed = read_dataset(io.BytesIO(blob), implicit, little, parent_encoding=outer)
    meta = FileMetaDataset()
    if elements.syntax:
        meta.TransferSyntaxUID = UID(elements.syntax)
    made = FileDataset(io.BytesIO(), parsed, None, meta, implicit, little)
    made.set_original_encoding(implicit, little, parsed.original_character_set)
    return made


def _written(elements: Elements, tag: int, vr: int, value: bytes, is_open: bool) -> bytes:
    """Write an element as it stood in the file."""
    encoding, length = elements.encoding, UNDEFINED_LENGTH if is_open else len(value)
    return head(encoding, tag, encoding.names.get(vr, ""), length) + value
