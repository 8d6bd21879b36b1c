"""What the header says about the pixels of an image, checked before anything is allocated by it."""

from __future__ import annotations

from dataclasses import dataclass

from imaging.dicom_reading.source import Source, integer, text
from imaging.reasons import Reason
from imaging.records import Refusal

DEPTHS = (8, 16, 32)
BINARY = 1


@dataclass(frozen=True)
class PixelLayout:
    """What the header says: a cell has ``allocated`` bits; ``top`` is the highest of a value's ``bits``."""

    frames: int
    rows: int
    columns: int
    allocated: int
    bits: int
    top: int
    signed: bool

    @property
    def shape(self) -> tuple[int, int, int]:
        return self.frames, self.rows, self.columns


def frame_count(source: Source) -> int | None:
    """Return Number of Frames, 1 when it is absent or empty; None when it is no whole number."""
    return integer(source, "NumberOfFrames") if text(source, "NumberOfFrames") else 1


def read_layout(source: Source, float_bits: int = 0) -> PixelLayout | Refusal:
    """Return the layout, or PIXEL_DECODE_FAILED.

    :param float_bits: the bits that a value of Float Pixel Data must have; 0 for integers
    """
    frames = frame_count(source)
    rows, columns = integer(source, "Rows") or 0, integer(source, "Columns") or 0
    allocated = integer(source, "BitsAllocated") or 0
    signed = integer(source, "PixelRepresentation") or 0
    bits = integer(source, "BitsStored") or allocated
    high = integer(source, "HighBit")
    top = bits - 1 if high is None else high
    depths = (float_bits,) if float_bits else (BINARY, *DEPTHS)
    sizes = frames is not None and min(frames, rows, columns) > 0
    if not sizes or allocated not in depths or signed not in {0, 1} or not 0 < bits <= allocated:
        numbers = {"rows": rows, "columns": columns, "bits_allocated": allocated, "bits_stored": bits}
        return Refusal(Reason.PIXEL_DECODE_FAILED, {**numbers, "frames": frames})
    if not float_bits and not bits - 1 <= top < allocated:
        return Refusal(Reason.PIXEL_DECODE_FAILED, {"high_bit": top, "bits_stored": bits})
    return PixelLayout(frames or 0, rows, columns, allocated, bits, top, bool(signed))
