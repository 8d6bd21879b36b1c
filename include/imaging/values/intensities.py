"""Real values of a stack of slices, in a type that changes none by more than half a stored step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imaging.slices.slice import Slice
from imaging.values.padding import Mask, Padding, padding_masks, settle_padding

FLOAT32_HALF_STEP = 2.0**-24
INTEGER_TYPES = ("int16", "int32")
LEAST, MOST = np.minimum.reduce, np.maximum.reduce  # ``min`` and ``max`` of an array take twice as long


@dataclass(frozen=True)
class Intensities:
    """``values``: (slices, rows, columns), C order; ``padding``: what became of unmeasured voxels."""

    values: NDArray[Any]
    padding: Padding


@dataclass(frozen=True)
class _Range:
    """Smallest and largest real value of a slice's measured voxels, and its slope."""

    low: float
    high: float
    slope: float


def real_values(slices: Sequence[Slice]) -> Intensities:
    """Return table(stored) * slope + intercept of each slice.

    int16 or int32 when all stored values are integers, every slope is 1 and every intercept whole; else
    float32 when it is fine enough, else float64.
    """
    masks = padding_masks(slices)
    if any(mask is not None for mask in masks) or not _is_fine_for_all(slices):
        ranges = [found for slice_, mask in zip(slices, masks, strict=True) for found in _range(slice_, mask)]
        padding = settle_padding(slices, masks, min((item.low for item in ranges), default=None))
        dtype = _output_dtype(slices, ranges, padding.value)
    else:
        padding, dtype = Padding(masks), np.dtype(np.float32)
    values = np.empty((len(slices), *slices[0].stored.shape), dtype)
    real = np.empty(slices[0].stored.shape, np.float64)
    for slice_, mask, out in zip(slices, masks, values, strict=True):
        _fill(out, slice_, real)
        if mask is not None:
            out[mask] = padding.value
    return Intensities(values, padding)


def _fill(out: NDArray[Any], slice_: Slice, real: NDArray[np.float64]) -> None:
    """Write the real values of a slice into ``out``; ``real`` is a buffer to compute in."""
    stored = slice_.stored if slice_.table is None else slice_.table.apply(slice_.stored)
    if out.dtype.kind == "i":
        np.copyto(out, stored, casting="unsafe")
        if slice_.intercept:
            # Both may wrap on the way; the sum fits the type, so it comes out right.
            np.add(out, np.array(int(slice_.intercept)).astype(out.dtype), out=out)
        return
    np.multiply(stored, slice_.slope, out=real, dtype=np.float64)
    if slice_.intercept:
        np.add(real, slice_.intercept, out=real)
    np.copyto(out, real, casting="same_kind")


def _range(slice_: Slice, mask: Mask | None) -> list[_Range]:
    measured = slice_.stored if mask is None else slice_.stored[~mask]
    if not measured.size:
        return []
    if slice_.table is not None:
        measured = slice_.table.apply(measured)
    line = measured.reshape(-1)
    ends = [float(end) * slice_.slope + slice_.intercept for end in (LEAST(line), MOST(line))]
    return [_Range(min(ends), max(ends), slice_.slope)]


def _is_fine_for_all(slices: Sequence[Slice]) -> bool:
    """Whether float32 is the type whatever the integers stored: then they need not be read."""
    if _are_whole(slices) or any(p.stored.dtype.kind == "f" or p.table is not None for p in slices):
        return False
    most = {dtype: _most(dtype) for dtype in {slice_.stored.dtype for slice_ in slices}}
    return all(
        (most[slice_.stored.dtype] * abs(slice_.slope) + abs(slice_.intercept)) * FLOAT32_HALF_STEP
        <= abs(slice_.slope) / 2
        for slice_ in slices
    )


def _most(dtype: np.dtype[Any]) -> int:
    """Return the largest size of a stored integer."""
    limits = np.iinfo(dtype)
    return max(-int(limits.min), int(limits.max))


def _are_whole(slices: Sequence[Slice]) -> bool:
    """Whether real values of whole numbers are whole numbers."""
    return all(slice_.slope == 1 and float(slice_.intercept).is_integer() for slice_ in slices)


def _output_dtype(slices: Sequence[Slice], ranges: Sequence[_Range], padding: float | None) -> np.dtype[Any]:
    """Choose the type of the values: exact integers when possible, else floats fine enough for the steps."""
    if any(slice_.stored.dtype.kind == "f" for slice_ in slices):
        return _float_dtype(slices)
    extra = [] if padding is None else [padding]
    low = min([item.low for item in ranges] + extra)
    high = max([item.high for item in ranges] + extra)
    if _are_whole(slices):
        for name in INTEGER_TYPES:
            limits = np.iinfo(name)
            if limits.min <= low and high <= limits.max:
                return np.dtype(name)
    fine = all(
        max(abs(item.low), abs(item.high)) * FLOAT32_HALF_STEP <= abs(item.slope) / 2 for item in ranges
    )
    return np.dtype(np.float32 if fine else np.float64)


def _float_dtype(slices: Sequence[Slice]) -> np.dtype[Any]:
    """Keep stored floats as they are; any arithmetic on them is done and kept in double precision."""
    single = all(slice_.stored.dtype == np.float32 for slice_ in slices)
    plain = all((slice_.slope, slice_.intercept) == (1, 0) for slice_ in slices)
    return np.dtype(np.float32 if single and plain else np.float64)
