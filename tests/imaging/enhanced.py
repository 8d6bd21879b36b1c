"""Small enhanced multi-frame files: shared and per-frame functional groups, made wrong one at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from pydicom.dataset import Dataset

from tests.imaging.factories import dataset, encode, pixels, slice_dataset

ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2.1"
ENHANCED_MR = "1.2.840.10008.5.1.4.1.1.4.1"
ENHANCED_PET = "1.2.840.10008.5.1.4.1.1.130"
Extra = Callable[[int], dict[str, list[Dataset]]]


def shared_groups(**changes: Any) -> Dataset:
    groups = {
        "PlaneOrientationSequence": [dataset(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])],
        "PixelMeasuresSequence": [dataset(PixelSpacing=[1.5, 0.5], SliceThickness=2.5)],
        "PixelValueTransformationSequence": [
            dataset(RescaleSlope=1, RescaleIntercept=-1024, RescaleType="HU")
        ],
    }
    return dataset(**{**groups, **changes})


def frame_groups(z: float, extra: dict[str, list[Dataset]]) -> Dataset:
    return dataset(PlanePositionSequence=[dataset(ImagePositionPatient=[-10.0, 20.0, z])], **extra)


def enhanced_bytes(
    heights: Sequence[float], *, number: int = 1, extra: Extra = lambda n: {}, **changes: Any
) -> bytes:
    """An enhanced CT with a frame at each height (mm), whose pixels are those of ``pixels(its index)``."""
    shared = changes.pop("shared", shared_groups())
    stored = np.stack([pixels(index) for index in range(len(heights))])
    item = slice_dataset(0, stored=stored[0], PixelData=stored.tobytes())
    for keyword in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing"):
        delattr(item, keyword)
    del item.RescaleSlope, item.RescaleIntercept
    item.SOPClassUID = ENHANCED_CT
    item.SOPInstanceUID = f"1.2.3.9.{number}"
    item.NumberOfFrames = len(heights)
    item.SharedFunctionalGroupsSequence = [shared]
    item.PerFrameFunctionalGroupsSequence = [frame_groups(z, extra(n)) for n, z in enumerate(heights)]
    for keyword, value in changes.items():
        setattr(item, keyword, value)
    return encode(item)
