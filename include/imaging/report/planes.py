"""Cut the three planes a radiologist looks at out of a volume, and say where their borders point.

Radiological convention: axial is looked at from the feet, coronal from the front, sagittal from the patient's
left; so the patient's right is on the left of axial and coronal pictures, anterior on the left of sagittal.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imaging.volume import Affine

SECOND_LETTER = 0.26  # a border gets a second letter when it points 15 degrees or more off its axis
DETAIL_MARGIN_MM = 30.0
DETAIL_SHARE = 0.7  # a detail that shows more than this share of the picture is no detail
RAS = (("L", "R"), ("P", "A"), ("I", "S"))  # letters of the negative and positive direction of each axis
# Columns and rows of each picture, as (axis of L+ P+ S+, whether the picture runs against it).
PLANES: Mapping[str, tuple[tuple[int, bool], tuple[int, bool], int]] = {
    "axial": ((0, False), (1, False), 2),
    "coronal": ((0, False), (2, True), 1),
    "sagittal": ((1, False), (2, True), 0),
}


@dataclass(frozen=True)
class Frame:
    """How the voxel axes map to the patient's axes, nearest first.

    ``axes``: for L, P, S the voxel axis that runs along it; ``flips``: whether against it; ``directions``:
    unit vectors (RAS) of L-wards, P-wards, S-wards steps; ``spacing``: mm; ``degrees``: largest angle between
    a voxel axis and the patient axis it stands for (0 for a straight scan).
    """

    axes: tuple[int, int, int]
    flips: tuple[bool, bool, bool]
    directions: NDArray[np.float64]
    spacing: tuple[float, float, float]
    degrees: float


@dataclass(frozen=True)
class Plane:
    """One picture: ``values`` (rows, columns), mm per pixel, letters (left, right, top, bottom).

    ``index``: the number of the slice, from 1, of ``count``, along the patient axis it was cut across.
    """

    name: str
    values: NDArray[Any]
    width: float
    height: float
    letters: tuple[str, str, str, str]
    index: int
    count: int


def frame_of(affine: Affine) -> Frame:
    """Match each patient axis with the voxel axis nearest to it (largest sum of absolute cosines)."""
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    lps = (affine[:3, :3] / np.where(spacing > 0, spacing, 1.0)) * np.array([[-1.0], [-1.0], [1.0]])
    axes = max(
        itertools.permutations(range(3)), key=lambda order: sum(abs(lps[k, order[k]]) for k in range(3))
    )
    along = [float(lps[k, axes[k]]) for k in range(3)]
    signs = np.array([-1.0 if value < 0 else 1.0 for value in along])
    directions = (affine[:3, :3] / np.where(spacing > 0, spacing, 1.0))[:, list(axes)].T * signs[:, None]
    degrees = max(float(np.degrees(np.arccos(min(1.0, abs(value))))) for value in along)
    return Frame(
        axes=(axes[0], axes[1], axes[2]),
        flips=(along[0] < 0, along[1] < 0, along[2] < 0),
        directions=directions,
        spacing=(float(spacing[axes[0]]), float(spacing[axes[1]]), float(spacing[axes[2]])),
        degrees=degrees,
    )


def straighten(array: NDArray[Any], frame: Frame) -> NDArray[Any]:
    """Return a view of a 3-D ``array`` with its axes along L, P and S."""
    turned = array.transpose(frame.axes)
    return turned[tuple(slice(None, None, -1) if flip else slice(None) for flip in frame.flips)]


def focus_of(shape: Sequence[int], mask: NDArray[Any] | None = None) -> tuple[int, int, int]:
    """Choose where to cut: at the mask's median voxel along each axis, else in the middle of ``shape``.

    Unlike the mean of two islands, the median always lies in a slice that the mask touches.
    """
    if mask is None or not mask.any():
        return (shape[0] // 2, shape[1] // 2, shape[2] // 2)
    cut = []
    for axis in range(3):
        profile = np.count_nonzero(mask, axis=tuple(k for k in range(3) if k != axis))
        cut.append(int(np.searchsorted(np.cumsum(profile), (profile.sum() + 1) // 2)))
    return (cut[0], cut[1], cut[2])


def cut_plane(name: str, array: NDArray[Any], frame: Frame, focus: Sequence[int]) -> Plane:
    """Cut one of ``PLANES`` through ``focus`` out of a straightened ``array``."""
    (across, back), (down, up), axis = PLANES[name]
    picture = np.moveaxis(array, axis, 0)[focus[axis]].copy()  # a copy, so that the volume can be let go
    picture = picture.T if across < down else picture
    picture = picture[::-1] if up else picture
    picture = picture[:, ::-1] if back else picture
    right = frame.directions[across] * (-1.0 if back else 1.0)
    bottom = frame.directions[down] * (-1.0 if up else 1.0)
    return Plane(
        name=name,
        values=picture,
        width=frame.spacing[across],
        height=frame.spacing[down],
        letters=(letters(-right), letters(right), letters(-bottom), letters(bottom)),
        index=int(focus[axis]) + 1,
        count=int(array.shape[axis]),
    )


def letters(direction: NDArray[np.float64]) -> str:
    """Name a direction (RAS) by its patient letters, the strongest first: 'L', or 'LA' when it is oblique."""
    strength = np.abs(direction)
    order = [int(axis) for axis in np.argsort(-strength, kind="stable")]
    named = [axis for axis in order if axis == order[0] or strength[axis] >= SECOND_LETTER]
    return "".join(RAS[axis][int(direction[axis] > 0)] for axis in named)


def detail(plane: Plane, mask: Plane) -> tuple[slice, slice] | None:
    """Return rows and columns around the mask's cut with a margin; None when that is most of the picture."""
    ends = []
    for axis, step in enumerate((plane.height, plane.width)):
        hit = np.flatnonzero(mask.values.any(axis=1 - axis))
        if not hit.size:
            return None
        margin = int(np.ceil(DETAIL_MARGIN_MM / step))
        ends.append(
            slice(max(0, int(hit[0]) - margin), min(plane.values.shape[axis], int(hit[-1]) + 1 + margin))
        )
    shares = [(end.stop - end.start) / size for end, size in zip(ends, plane.values.shape, strict=True)]
    return (ends[0], ends[1]) if max(shares) <= DETAIL_SHARE else None


def crop(plane: Plane, window: tuple[slice, slice]) -> Plane:
    """Return a plane within rows and columns of ``window``."""
    return replace(plane, values=plane.values[window])
