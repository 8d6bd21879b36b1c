"""Small valid segmentation objects on the grid of ``slice_dataset``, made wrong in one respect at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydicom.dataset import Dataset

from tests.imaging.factories import FRAME, SERIES, STUDY, dataset, encode

SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"
LABEL_MAP = "1.2.840.10008.5.1.4.1.1.66.7"
AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


@dataclass(frozen=True)
class SegmentFrame:
    """One frame: its segment (None: none named), the place of its first pixel in LPS mm, and its pixels."""

    segment: int | None
    position: Sequence[float]
    pixels: np.ndarray
    orientation: Sequence[float] = AXIAL


def at_slice(segment: int | None, index: int, pixels: np.ndarray) -> SegmentFrame:
    """A frame on slice ``index`` of ``slice_dataset``'s stack."""
    return SegmentFrame(segment, (-10.0, 20.0, 2.5 * index), pixels)


def segmentation(
    frames: Sequence[SegmentFrame], segments: Mapping[int, str] | None = None, **changes: Any
) -> Dataset:
    """A segmentation of the series of ``slice_dataset``; ``form`` is BINARY, FRACTIONAL or LABELMAP."""
    form = changes.pop("form", "BINARY")
    measures = dataset(
        PixelSpacing=changes.pop("pixel_spacing", [1.5, 0.5]),
        SpacingBetweenSlices=changes.pop("between", None),
    )
    stored = np.array([frame.pixels for frame in frames])
    bits = 1 if form == "BINARY" else stored.dtype.itemsize * 8
    packed = np.packbits(stored.ravel() != 0, bitorder="little").tobytes()
    pixels = packed if form == "BINARY" else stored.tobytes()
    referenced = changes.pop("series", SERIES)
    values: dict[str, Any] = {
        "SOPClassUID": LABEL_MAP if form == "LABELMAP" else SEGMENTATION,
        "SOPInstanceUID": "1.2.3.7.1",
        "Modality": "SEG",
        "StudyInstanceUID": STUDY,
        "SeriesInstanceUID": "1.2.3.7",
        "FrameOfReferenceUID": FRAME,
        "PatientID": "P1",
        "StudyDate": "20240301",
        "ReferencedSeriesSequence": [dataset(SeriesInstanceUID=referenced)] if referenced else [],
        "SegmentationType": form,
        "SegmentSequence": [
            dataset(SegmentNumber=number, SegmentLabel=label)
            for number, label in (segments or {1: "Liver"}).items()
        ],
        "SharedFunctionalGroupsSequence": [dataset(PixelMeasuresSequence=[measures])],
        "PerFrameFunctionalGroupsSequence": [_group(frame) for frame in frames],
        "NumberOfFrames": len(frames),
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "Rows": stored.shape[1],
        "Columns": stored.shape[2],
        "BitsAllocated": bits,
        "BitsStored": bits,
        "HighBit": bits - 1,
        "PixelRepresentation": 0,
        "PixelData": pixels + b"\0" * (len(pixels) % 2),
    }
    return dataset(**{**values, **changes})


def segmentation_bytes(
    frames: Sequence[SegmentFrame], segments: Mapping[int, str] | None = None, **changes: Any
) -> bytes:
    return encode(segmentation(frames, segments, **changes))


def _group(frame: SegmentFrame) -> Dataset:
    group = dataset(
        PlanePositionSequence=[dataset(ImagePositionPatient=list(frame.position))],
        PlaneOrientationSequence=[dataset(ImageOrientationPatient=list(frame.orientation))],
    )
    if frame.segment is not None:
        group.SegmentIdentificationSequence = [dataset(ReferencedSegmentNumber=frame.segment)]
    return group
