"""Rasterise the regions of an RTSTRUCT on the grid of the volume they were drawn on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from imaging.records import JsonValue, Refusal
from imaging.volume import Volume


@dataclass(frozen=True)
class RegionResult:
    """One region of interest: a mask on the image's own grid, or its refusal (exactly one of the two).

    ``slug``: the name in [a-z0-9-], fit for file names. ``mask``: uint8 0/1, shape of the volume's array.
    """

    name: str
    slug: str
    mask: NDArray[np.uint8] | None
    voxels: int
    volume_ml: float
    refusal: Refusal | None
    details: Mapping[str, JsonValue] = field(default_factory=dict)


def rasterise(data: bytes, volume: Volume) -> list[RegionResult] | Refusal:
    """Rasterise every region of an RTSTRUCT (its bytes) on ``volume``; a Refusal when none can be had at all.

    Rule: a voxel is inside when its centre is inside by the even-odd rule over all closed planar contours
    of its slice, so holes and islands come out right; left and upper borders belong to the region.
    """
    raise NotImplementedError
