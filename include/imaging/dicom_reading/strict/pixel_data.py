"""Find where pixel data begin and end in a file (PS3.5 section 8 and A.4)."""

from __future__ import annotations

from typing import NamedTuple

from imaging.dicom_reading.strict.encodings import PIXEL_DATA, UNDEFINED_LENGTH, Encoding
from imaging.dicom_reading.strict.heads import DELIMITER, CutError, OddError, encapsulated_end, head_reader


class PixelValue(NamedTuple):
    """Where pixel data lie: offsets of the value and of what follows; ``cut``: the file ends before that."""

    tag: int
    vr: int
    start: int
    end: int
    after: int
    cut: bool


def pixel_value(data: bytes, at: int, encoding: Encoding) -> PixelValue:
    """Return where the pixel data that begin at ``at`` lie; OddError for any that are not plain."""
    tag, vr, start, length = head_reader(encoding)(data, at, encoding)
    after = end = start + length
    if length == UNDEFINED_LENGTH:
        if tag != PIXEL_DATA or encoding.implicit or encoding.names[vr] not in {"OB", "OW"}:
            raise OddError
        try:
            end = encapsulated_end(data, start, encoding)
        except CutError:
            return PixelValue(tag, vr, start, len(data), len(data), cut=True)
        after = end + DELIMITER
    if end > len(data) or end == start:
        raise OddError
    return PixelValue(tag, vr, start, end, after, cut=False)
