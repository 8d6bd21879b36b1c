"""Voxels without measurement: one value for all of them, below every measured one (PS3.3 C.7.5.1.1.2).

A consumer leaves them out by ``values > padding_value``. Where the padding's own real value is not one below
all others (63536 unsigned is 62512 HU; a slope per slice gives a value per slice) they get such a value,
and the record says so; a measured voxel is never changed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imaging.slices.slice import Slice

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Padding:
    """Which voxels are padding (a mask per slice, None for none), their value, and whether it was mapped."""

    masks: tuple[Mask | None, ...]
    value: float | None = None
    voxels: int = 0
    mapped: bool = False


def padding_masks(slices: Sequence[Slice]) -> tuple[Mask | None, ...]:
    """Find the padded voxels of each slice; None where there are none."""
    return tuple(_mask(slice_) for slice_ in slices)


def settle_padding(slices: Sequence[Slice], masks: tuple[Mask | None, ...], lowest: float | None) -> Padding:
    """Return the padded voxels with their value.

    :param lowest: the lowest measured value, None without any
    """
    voxels = sum(int(np.count_nonzero(mask)) for mask in masks if mask is not None)
    if not voxels:
        return Padding(masks)
    own = {
        float(value)
        for slice_, mask in zip(slices, masks, strict=True)
        if mask is not None
        for value in np.unique(_real(slice_, slice_.stored[mask]))
    }
    if len(own) == 1 and (lowest is None or max(own) < lowest):
        return Padding(masks, own.pop(), voxels)
    below = min(own) if lowest is None else float(math.floor(lowest) - 1)
    return Padding(masks, below, voxels, mapped=True)


def _mask(slice_: Slice) -> Mask | None:
    if slice_.padding is None:
        return None
    low, high = slice_.padding
    mask = (slice_.stored >= low) & (slice_.stored <= high)
    return mask if mask.any() else None


def _real(slice_: Slice, stored: NDArray[Any]) -> NDArray[np.float64]:
    values = stored if slice_.table is None else slice_.table.apply(stored)
    return values.astype(np.float64) * slice_.slope + slice_.intercept
