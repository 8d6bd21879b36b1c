"""The pictures of one volume: three planes through its largest region, with the outlines of all regions."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from imaging.output.converted import VolumeFiles, listed
from imaging.output.nifti import read_nifti
from imaging.report.figures import Drawn, Figure, Line, figure, line_of
from imaging.report.formatting import number
from imaging.report.pictures import window_of
from imaging.report.planes import (
    PLANES,
    Frame,
    Plane,
    crop,
    cut_plane,
    detail,
    focus_of,
    frame_of,
    straighten,
)

SPATIAL = 3


@dataclass(frozen=True)
class Views:
    """The pictures, the legend (lines and regions, the largest first), and what to know to read them.

    ``notes``: sentences on the grey values; ``oblique``: degrees between the scan's axes and the patient's.
    """

    figures: Sequence[Figure]
    legend: Sequence[tuple[Line, str]] = ()
    notes: Sequence[str] = ()
    oblique: float = 0.0

    @property
    def size(self) -> int:
        """Bytes of the pictures and of their outlines."""
        return sum(len(item.picture) + sum(len(path) for path, _ in item.outlines) for item in self.figures)


def views_of(volume: VolumeFiles) -> Views:
    """Draw a volume.

    :raises OSError, EOFError, ValueError, zlib.error: when a file cannot be read
    """
    array, affine = read_nifti(volume.image.read_bytes())
    still, notes = _still(array, str(volume.record.get("modality", "")))
    window = window_of(still, volume.record)
    notes = [f"Window: {window.text}.", *notes]
    if not volume.placed:
        plain = Plane("projection", still[:, :, 0].T, *_pixel(volume), ("", "", "", ""), 1, 1)
        shown = figure(plain, window, [], "projection image as stored; it has no patient space")
        return Views([shown], notes=notes)
    frame = frame_of(affine)
    values = straighten(still, frame)
    order = _by_size(volume)
    masks = ((slug, straighten(_mask(volume.masks[slug], still.shape), frame)) for slug in order)
    largest = next(masks, None)
    focus = focus_of(values.shape, None if largest is None else largest[1])
    planes = {name: cut_plane(name, values, frame, focus) for name in PLANES}
    cuts = _cuts(itertools.chain([] if largest is None else [largest], masks), frame, focus)
    figures = [figure(plane, window, cuts[name]) for name, plane in planes.items()]
    close = detail(planes["axial"], cuts["axial"][0].mask) if order else None
    if close is not None:
        nearer = [Drawn(item.label, item.number, crop(item.mask, close)) for item in cuts["axial"]]
        title = f"axial detail, slice {planes['axial'].index} of {planes['axial'].count}"
        figures.append(figure(crop(planes["axial"], close), window, nearer, title))
    legend = [(line_of(index), slug) for index, slug in enumerate(order)]
    return Views(figures, legend, notes, frame.degrees)


def _cuts(
    masks: Iterable[tuple[str, NDArray[Any]]], frame: Frame, focus: Sequence[int]
) -> Mapping[str, list[Drawn]]:
    """Cut every mask as the pictures are cut, one mask in memory at a time."""
    cuts: dict[str, list[Drawn]] = {name: [] for name in PLANES}
    for index, (slug, mask) in enumerate(masks):
        for name, drawn in cuts.items():
            drawn.append(Drawn(slug, index, cut_plane(name, mask, frame, focus)))
    return cuts


def _mask(path: Path, shape: Sequence[int]) -> NDArray[Any]:
    mask, _ = read_nifti(path.read_bytes())
    if tuple(mask.shape) != tuple(shape):
        raise ValueError(f"mask {path.name} has shape {mask.shape}, its volume {tuple(shape)}; convert again")
    return mask


def _by_size(volume: VolumeFiles) -> list[str]:
    """Order the slugs of the masks that exist, the largest region (by its record) first."""
    voxels = {str(item.get("region")): int(item.get("voxels") or 0) for item in volume.regions}
    return sorted(volume.masks, key=lambda slug: (-voxels.get(slug, 0), slug))


def _still(array: NDArray[Any], modality: str) -> tuple[NDArray[Any], list[str]]:
    """Return one 3-D volume to show: of a 4-D PET the mean (early frames are empty), of others the first."""
    if array.ndim <= SPATIAL:
        return array.reshape(array.shape + (1,) * (SPATIAL - array.ndim)), []
    many = array.reshape((*array.shape[:SPATIAL], -1))
    count = number(int(many.shape[-1]))
    if modality == "PT":
        return many.mean(axis=-1), [f"4-D series: the mean of {count} volumes is shown."]
    return many[..., 0], [f"4-D series: the first of {count} volumes is shown."]


def _pixel(volume: VolumeFiles) -> tuple[float, float]:
    """Return width and height of a projection's pixel (mm)."""
    width, height = (float(value) for value in listed(volume.record.get("spacing"))[:2] or (1.0, 1.0))
    return width, height
