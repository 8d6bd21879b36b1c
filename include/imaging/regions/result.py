"""One region of interest as a result: its mask, its size, or why there is none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from imaging.reasons import Reason
from imaging.records import JsonValue, Refusal
from imaging.volume import Volume

MM3_PER_ML = 1000.0
NO_NAME = "region"


@dataclass(frozen=True)
class RegionResult:
    """One region of interest: a mask on the image's own grid, or its refusal (exactly one of the two).

    ``slug``: the name in [a-z0-9-], fit for file names. ``mask``: uint8 0/1, the shape of the volume's array
    without its fourth axis. ``kind``: RTSTRUCT or SEG. ``details``: JSON-ready numbers for the record.
    """

    name: str
    slug: str
    mask: NDArray[np.uint8] | None
    voxels: int
    volume_ml: float
    refusal: Refusal | None
    details: Mapping[str, JsonValue] = field(default_factory=dict)
    kind: str = "RTSTRUCT"

    def refused(self, refusal: Refusal) -> RegionResult:
        """Return this region without its mask, for ``refusal`` unless it was refused already."""
        return replace(self, mask=None, voxels=0, volume_ml=0.0, refusal=self.refusal or refusal)


@dataclass(frozen=True)
class Drawn:
    """A mask (columns, rows, slices) with the numbers of how it was made."""

    mask: NDArray[np.uint8]
    details: Mapping[str, JsonValue]


def result_of(name: str, kind: str, drawn: Drawn | Refusal, volume: Volume) -> RegionResult:
    """Count a mask's voxels and its volume; a mask without voxels is an EMPTY_REGION."""
    if isinstance(drawn, Refusal):
        return RegionResult(name, slug_of(name), mask=None, voxels=0, volume_ml=0.0, refusal=drawn, kind=kind)
    voxels = int(np.count_nonzero(drawn.mask))
    if not voxels:
        empty = Refusal(Reason.EMPTY_REGION, drawn.details)
        return RegionResult(name, slug_of(name), mask=None, voxels=0, volume_ml=0.0, refusal=empty, kind=kind)
    millilitres = voxels * abs(float(np.linalg.det(volume.affine[:3, :3]))) / MM3_PER_ML
    return RegionResult(name, slug_of(name), drawn.mask, voxels, millilitres, None, drawn.details, kind)


def slug_of(name: str) -> str:
    """Simplify a name for file names: 'GTV Mass/PET' gives 'gtv-mass-pet'; 'region' when nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:64].rstrip("-") or NO_NAME
