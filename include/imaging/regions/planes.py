"""Where the planes of a region lie on a volume's grid: exactly on it, or refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imaging.reasons import Reason
from imaging.records import JsonValue, Refusal
from imaging.volume import Volume

GRID_TOLERANCE = 0.1  # voxels that a pixel's centre may lie off a voxel's centre, anywhere in the plane
MIN_PLANES = 3  # two distances, so that one can confirm the other
LPS_TO_RAS = np.array([-1.0, -1.0, 1.0])


@dataclass(frozen=True)
class PixelPlane:
    """A plane of pixels in the patient: LPS mm, as in a classic image (PS3.3 C.7.6.2.1.1).

    ``spacing``: between rows, between columns.
    """

    position: tuple[float, ...]
    orientation: tuple[float, ...]
    spacing: tuple[float, ...]
    rows: int
    columns: int


@dataclass(frozen=True)
class Placement:
    """A pixel plane whose centres are voxels: pixel (r, c) is voxel ``origin`` + c * column + r * row.

    ``axes``: the volume's axis along the columns and along the rows; ``senses``: +1 or -1 along each.
    ``error``: the largest distance of a pixel's centre from its voxel's, in voxels.
    """

    origin: tuple[int, ...]
    axes: tuple[int, int]
    senses: tuple[int, int]
    error: float

    @property
    def across(self) -> int:
        """The axis that the plane lies across."""
        return 3 - sum(self.axes)

    @property
    def plane(self) -> int:
        """The plane's index on that axis."""
        return self.origin[self.across]


def place(pixels: PixelPlane, volume: Volume) -> Placement | Refusal:
    """Return the voxels of a plane of pixels: the same grid, flipped or transposed; else REGION_OFF_GRID."""
    to_voxel = np.linalg.inv(volume.affine)
    turn = to_voxel[:3, :3] * LPS_TO_RAS
    origin = turn @ pixels.position + to_voxel[:3, 3]
    column = turn @ pixels.orientation[:3] * pixels.spacing[1]
    row = turn @ pixels.orientation[3:] * pixels.spacing[0]
    whole = np.rint([column, row])
    if not _are_axes(whole):
        steps: list[JsonValue] = [[round(float(v), 4) for v in step] for step in (column, row)]
        return Refusal(Reason.REGION_OFF_GRID, {"pixel_steps_voxels": steps})
    corners = np.array([(c, r) for c in (0, pixels.columns - 1) for r in (0, pixels.rows - 1)], dtype=float)
    offset = origin - np.rint(origin) + corners @ (np.array([column, row]) - whole)
    error = float(np.abs(offset).max())
    if error > GRID_TOLERANCE:
        return Refusal(Reason.REGION_OFF_GRID, {"grid_error_voxels": error, "tolerance": GRID_TOLERANCE})
    axes = np.abs(whole).argmax(axis=1).tolist()
    senses = whole.sum(axis=1).astype(int).tolist()
    start = np.rint(origin).astype(int).tolist()
    return Placement(tuple(start), (axes[0], axes[1]), (senses[0], senses[1]), error)


def put(target: NDArray[Any], pixels: NDArray[Any], placement: Placement) -> int:
    """Write ``pixels`` (rows, columns) to their voxels of ``target``; return how many nonzero are outside."""
    cells = pixels.T  # columns first: the order of ``placement.axes``
    start = []
    for side in (0, 1):
        first = placement.origin[placement.axes[side]]
        if placement.senses[side] < 0:
            cells = np.flip(cells, side)
            first -= cells.shape[side] - 1
        start.append(first)
    if placement.axes[0] > placement.axes[1]:
        cells, start = cells.T, start[::-1]
    view = np.moveaxis(target, placement.across, 0)
    if not 0 <= placement.plane < len(view):
        return int(np.count_nonzero(cells))
    plane = view[placement.plane]
    low = [max(0, -first) for first in start]
    high = [min(cells.shape[side], plane.shape[side] - start[side]) for side in (0, 1)]
    if high[0] <= low[0] or high[1] <= low[1]:
        return int(np.count_nonzero(cells))
    kept = cells[low[0] : high[0], low[1] : high[1]]
    plane[start[0] + low[0] : start[0] + high[0], start[1] + low[1] : start[1] + high[1]] = kept
    return int(np.count_nonzero(cells)) - int(np.count_nonzero(kept))


def other_spacing(planes: Sequence[int]) -> Refusal | None:
    """Refuse planes (sorted indices) that come mostly at every second (third ...) slice: a coarser grid."""
    if len(planes) < MIN_PLANES:
        return None
    step, count = Counter(np.diff(planes).tolist()).most_common(1)[0]
    if step == 1 or 2 * count <= len(planes) - 1:
        return None
    evidence: dict[str, JsonValue] = {"plane_step_slices": step, "steps_alike": count, "planes": len(planes)}
    return Refusal(Reason.REGION_OFF_GRID, evidence)


def _are_axes(steps: NDArray[np.float64]) -> bool:
    """Whether two rounded steps are single steps along two different axes."""
    return bool((np.abs(steps).sum(axis=1) == 1).all() and not np.any(steps[0] * steps[1]))
