"""The leaves of a file for the residual check: read strictly, but by its own rule of what is a sequence.

Where a file states no VR, whatever begins with an item is gone into; the remover goes by the dictionary
there, so that what it takes for a plain value is looked through here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from imaging.dicom_reading.strict.data_set import DataElement, read_whole
from imaging.dicom_reading.strict.file_meta import PREFIX_AT, has_prefix


class Leaf(NamedTuple):
    """An element that is no sequence: tag, the tags of the sequences around it, VR ('' unknown), value."""

    tag: int
    path: tuple[int, ...]
    vr: str
    value: bytes


@dataclass(frozen=True)
class Scan:
    """The leaves of a file, meta information first, and whether the preamble is empty."""

    preamble_empty: bool
    leaves: list[Leaf]


def scan(data: bytes) -> Scan:
    """Read every leaf of a file. :raises OddError: as ``read_whole``."""
    whole = read_whole(data, lambda _: "")
    leaves = [Leaf(tag, (), vr, value) for tag, vr, value in whole.meta]
    _collect(whole.data, whole.elements, (), leaves)
    return Scan(not has_prefix(data) or not any(data[:PREFIX_AT]), leaves)


def _collect(data: bytes, elements: Sequence[DataElement], path: tuple[int, ...], leaves: list[Leaf]) -> None:
    for tag, vr, _, value, stop, _, items in elements:
        if items is None:
            leaves.append(Leaf(tag, path, vr, data[value:stop]))
        for item in items or ():
            _collect(data, item, (*path, tag), leaves)
