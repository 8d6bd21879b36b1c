"""Read the slices of one file as a test has it: its bytes."""

from __future__ import annotations

from collections.abc import Collection

from imaging.dicom_reading.source import open_source
from imaging.records import Refusal
from imaging.series.wanted_tags import SLICE_TAGS
from imaging.slices.reading import slices_of
from imaging.slices.slice import Slice, Unusable


def read_slices(data: bytes, overruled: Collection[str] = ()) -> tuple[Slice, ...] | Unusable:
    """Open the file and make its slices."""
    source = open_source(data, SLICE_TAGS, pixels=True)
    return Unusable(source) if isinstance(source, Refusal) else slices_of(source, overruled)
