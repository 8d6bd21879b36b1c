"""What is damaged: one small series of each kind that the converter reads, with the regions drawn on it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pydicom
from pydicom.data import get_testdata_file
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    RLELossless,
)

from tests.imaging.factories import PET, encode, slice_bytes, slice_dataset, square, structure_bytes

PIXEL_DATA = 0x7FE00010
CONTOURS = 0x30060039


@dataclass(frozen=True)
class Subject:
    """A series that converts, and how often one of its region files is damaged instead of an image."""

    name: str
    files: Sequence[bytes]
    regions: Sequence[bytes] = field(default=())
    region_share: float = 0.4

    def payload(self, data: bytes) -> int:
        """Give the offset of the values that nothing but a hash can vouch for: pixels, or contours."""
        dataset = pydicom.dcmread(io.BytesIO(data), force=True)
        if dataset.file_meta.TransferSyntaxUID == DeflatedExplicitVRLittleEndian:
            return 128  # the stream has no checksum: any bit of it may change a pixel
        element = dataset.get_item(PIXEL_DATA if PIXEL_DATA in dataset else CONTOURS)
        assert element is not None
        if PIXEL_DATA not in dataset:
            return data.find(b"\x06\x30\x39\x00")
        return int(element.value_tell)  # type: ignore[union-attr]  # raw: it was not read yet


def subjects() -> list[Subject]:
    """Make all subjects; the same bytes at every call."""
    drawn = structure_bytes({"GTV": [square(2.5, 1, 3), square(5.0, 1, 3)]})
    syntaxes = {
        "implicit": ImplicitVRLittleEndian,
        "big endian": ExplicitVRBigEndian,
        "deflated": DeflatedExplicitVRLittleEndian,
    }
    return [
        Subject("CT, explicit", [slice_bytes(n) for n in range(5)], [drawn]),
        *(
            Subject(f"CT, {name}", [_encoded(slice_dataset(n), syntax) for n in range(4)])
            for name, syntax in syntaxes.items()
        ),
        Subject("PET, a slope a slice", [_pet(n) for n in range(4)]),
        *(Subject(f"MR, {name}", _real(file)) for name, file in REAL.items()),
        Subject("enhanced CT", [_bytes("eCT_Supplemental.dcm")]),
    ]


REAL = {
    RLELossless.name: "MR_small_RLE.dcm",
    JPEG2000Lossless.name: "MR_small_jp2klossless.dcm",
    JPEGLSLossless.name: "MR_small_jpeg_ls_lossless.dcm",
    "uncompressed": "MR_small.dcm",
}


def _encoded(dataset: pydicom.Dataset, syntax: str) -> bytes:
    if syntax == ExplicitVRBigEndian:
        dataset.PixelData = np.frombuffer(dataset.PixelData, "<i2").astype(">i2").tobytes()
    return encode(dataset, syntax)


def _pet(index: int) -> bytes:
    return slice_bytes(
        index,
        SOPClassUID=PET,
        Modality="PT",
        RescaleSlope=0.1 * (index + 1),
        RescaleIntercept=0,
        Units="CNTS",
    )


def _bytes(name: str) -> bytes:
    path = get_testdata_file(name)
    assert isinstance(path, str), f"{name} is not among pydicom's test files"
    with open(path, "rb") as file:  # noqa: PTH123 - a path of pydicom's
        return file.read()


def _real(name: str) -> list[bytes]:
    """Make four slices of one real file: each at its own place, as its own object."""
    made = []
    for index in range(4):
        dataset = pydicom.dcmread(io.BytesIO(_bytes(name)))
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"1.2.3.4.{index + 1}"
        row, column = (np.array(dataset.ImageOrientationPatient[at : at + 3]) for at in (0, 3))
        place = np.array(dataset.ImagePositionPatient) + 2.0 * index * np.cross(row, column)
        dataset.ImagePositionPatient = [round(float(value), 6) for value in place]
        buffer = io.BytesIO()
        dataset.save_as(buffer)
        made.append(buffer.getvalue())
    return made
