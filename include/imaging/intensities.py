"""Real values of a stack of slices, in a type that changes none by more than half a stored step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imaging.slices import Slice

FLOAT32_HALF_STEP = 2.0**-24
INTEGER_TYPES = ("int16", "int32")


def real_values(slices: Sequence[Slice]) -> NDArray[Any]:
    """Return stored * slope + intercept of each slice, shape (slices, rows, columns), C order.

    int16 or int32 when every slope is 1 and every intercept whole, else float32, else float64.
    """
    dtype = output_dtype(slices)
    rows, columns = slices[0].stored.shape
    values = np.empty((len(slices), rows, columns), dtype)
    for index, piece in enumerate(slices):
        if dtype.kind == "i":
            np.add(piece.stored, int(piece.intercept), out=values[index], dtype=np.int64, casting="unsafe")
        else:
            values[index] = piece.stored.astype(np.float64) * piece.slope + piece.intercept
    return values


def output_dtype(slices: Sequence[Slice]) -> np.dtype[Any]:
    """Choose the type of the values: exact integers when possible, else floats fine enough for the steps."""
    ends = [(float(piece.stored.min()) * piece.slope + piece.intercept, piece.slope) for piece in slices] + [
        (float(piece.stored.max()) * piece.slope + piece.intercept, piece.slope) for piece in slices
    ]
    values = [value for value, _ in ends]
    if all(piece.slope == 1 and float(piece.intercept).is_integer() for piece in slices):
        for name in INTEGER_TYPES:
            limits = np.iinfo(name)
            if limits.min <= min(values) and max(values) <= limits.max:
                return np.dtype(name)
    fine = all(abs(value) * FLOAT32_HALF_STEP <= abs(slope) / 2 for value, slope in ends)
    return np.dtype(np.float32 if fine else np.float64)


def padding_of(slices: Sequence[Slice]) -> tuple[float | None, int]:
    """Return the real value that padding has (None when slices differ or have none) and its voxel count."""
    voxels = 0
    values: set[float] = set()
    for piece in slices:
        if piece.padding is None:
            continue
        low, high = piece.padding
        voxels += int(np.count_nonzero((piece.stored >= low) & (piece.stored <= high)))
        values.add(low * piece.slope + piece.intercept)
    return (values.pop() if len(values) == 1 else None), voxels
