"""In which regions the two definitions diverge: found in the region, never guessed from a difference."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radiomics_check.correspondence import Divergence

Mask = NDArray[np.bool_]
Levels = NDArray[np.float64]
AXES = 3
STEPS = (-1, 0, 1)


def surface_divergences(inside: Mask) -> set[Divergence]:
    """Return OPEN_SURFACE when the surface of the region can go two ways somewhere."""
    return {Divergence.OPEN_SURFACE} if diagonal_faces(inside) else set()


def diagonal_faces(inside: Mask) -> int:
    """Count the squares of four voxels of which the region holds one diagonal and not the other."""
    padded = np.pad(inside, 1)
    found = 0
    for plane in itertools.combinations(range(AXES), 2):
        views = np.lib.stride_tricks.sliding_window_view(padded, (2, 2), axis=plane)
        near, far = views[..., 0, 0], views[..., 1, 1]
        left, right = views[..., 0, 1], views[..., 1, 0]
        found += int(np.count_nonzero((near == far) & (left == right) & (near != left)))
    return found


def texture_divergences(levels: Levels, *, flat: bool) -> set[Divergence]:
    """Return what holds of the grey levels of a (re-segmented) region, 0 outside.

    :param flat: neighbours within slices (planes of the third axis) only
    """
    found = set()
    touching = np.zeros(levels.shape, dtype=bool)
    for near, far in _directions(levels, flat=flat):
        pairs = (near > 0) & (far > 0)
        if not pairs.any():
            found.add(Divergence.NO_PAIRS)
        elif np.ptp(np.concatenate([near[pairs], far[pairs]])) == 0:
            found.add(Divergence.ONE_LEVEL)
    for shifted in _neighbours(levels, flat=flat):
        touching |= shifted > 0
    if ((levels > 0) & ~touching).any():
        found.add(Divergence.ISOLATED)
    return found


def grey_levels(values: NDArray[np.float64], inside: Mask, discretisation: Mapping[str, Any]) -> Levels:
    """Return the grey levels of a region in its box with a border of 0, as IBSI discretises them."""
    found = values[inside]
    low, high = found.min(), found.max()
    match discretisation["method"]:
        case "fbn":
            bins = discretisation["bins"]
            levels = np.minimum(np.floor(bins * (found - low) / ((high - low) or 1.0)) + 1, bins)
        case "fbs":
            levels = np.floor((found - discretisation["origin"]) / discretisation["width"]) + 1
        case _:
            levels = found
    places = np.nonzero(inside)
    box = np.zeros([int(np.ptp(place)) + 3 for place in places])
    box[tuple(place - place.min() + 1 for place in places)] = levels
    return box


def _directions(levels: Levels, *, flat: bool) -> Iterator[tuple[Levels, Levels]]:
    """Give the levels and those of their neighbours for half of the directions: 13, or 4 when flat."""
    shifts = list(_shifts(flat=flat))
    for shift in shifts[: len(shifts) // 2]:
        yield levels, np.roll(levels, shift, axis=(0, 1, 2))


def _neighbours(levels: Levels, *, flat: bool) -> Iterator[Levels]:
    for shift in _shifts(flat=flat):
        yield np.roll(levels, shift, axis=(0, 1, 2))


def _shifts(*, flat: bool) -> Iterator[tuple[int, int, int]]:
    """Give 26 (flat: 8) steps to neighbours; the second half is the first, turned back."""
    for shift in itertools.product(STEPS, STEPS, (0,) if flat else STEPS):
        if any(shift):
            yield shift
