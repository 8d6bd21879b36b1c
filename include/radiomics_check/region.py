"""An image and its region in memory, so that both programs judge the same numbers."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radiomics_check.errors import CheckError, RefusalError

DIMENSIONS = 3


@dataclass(frozen=True)
class Region:
    """Intensities and region on one grid.

    :param values: intensities, float64, axes (i, j, k)
    :param inside: whether a voxel belongs to the region, same axes
    :param spacing_mm: size of a voxel along each axis
    """

    values: NDArray[np.float64]
    inside: NDArray[np.bool_]
    spacing_mm: tuple[float, ...]

    def resegmented(self, settings: Mapping[str, Any]) -> NDArray[np.bool_]:
        """Return what the re-segmentation of our settings leaves of the region, same axes."""
        found = self.values[self.inside]
        low, high = settings.get("resegment_range") or (None, None)
        kept = self.inside.copy()
        if low is not None:
            kept &= self.values >= low
        if high is not None:
            kept &= self.values <= high
        if (sigma := settings.get("resegment_sigma")) is not None:
            kept &= np.abs(self.values - found.mean()) <= sigma * found.std()
        if not kept.any():
            raise RefusalError("re-segmentation leaves no voxel of the region: nothing to compare")
        return kept


def read_region(image: Path, mask: Path) -> Region:
    """Return the region of both files.

    nibabel scales in double precision as our reader does; ITK does it in single, which moves values at the
    edge of a bin into its neighbour.

    :raises CheckError: when one cannot be read or the shapes differ
    """
    nibabel: Any = importlib.import_module("nibabel")
    try:
        pair = [nibabel.load(str(path)) for path in (image, mask)]
        values, labels = (np.asanyarray(one.dataobj).astype(np.float64) for one in pair)
    except (OSError, EOFError, ValueError, nibabel.filebasedimages.ImageFileError) as error:
        raise CheckError(f"cannot read {image} and {mask}: {error}") from error
    if values.ndim != DIMENSIONS or values.shape != labels.shape:
        raise CheckError(f"{image} has the shape {values.shape}, {mask} {labels.shape}: not one grid")
    spacing = tuple(float(size) for size in nibabel.affines.voxel_sizes(pair[0].affine))
    return Region(values, labels > 0, spacing)
