"""Everything one series gives, as the bytes of its files: volume, masks and sidecar.

The streaming mapper and the command line both write exactly these bytes, under names of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from imaging.dicom_reading.source_file import SourceFile
from imaging.guard import guarded
from imaging.memory import too_large
from imaging.output.nifti import nifti_gz_bytes
from imaging.records import FileOutcome, JsonValue, Level, Limits, Refusal
from imaging.regions.files import RegionFiles, lost_with, rasterise_files
from imaging.series.convert import convert_series
from imaging.volume import SeriesResult, Volume

DESCRIPTION = "nightscan"
IMAGE = ".nii.gz"
SIDECAR = ".json"
OURS = "nightscan"
NO_LIMITS = Limits()


@dataclass(frozen=True)
class SeriesProducts:
    """What one series gave.

    ``result``: its volume without its values (shape and type alone), or its refusal; one outcome a file.
    ``region_outcomes``: one a region file, in input order. ``files``: bytes by suffix (".nii.gz", ".json",
    ".SLUG.mask.nii.gz"), none when the series was refused. ``volumes_ml``: volume by region slug.
    """

    result: SeriesResult
    region_outcomes: tuple[FileOutcome, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    volumes_ml: Mapping[str, float] = field(default_factory=dict)


def mask_suffix(slug: str) -> str:
    """Return what the name of a region's mask ends in."""
    return f".{slug}.mask.nii.gz"


def make_products(
    files: Sequence[SourceFile], regions: Sequence[SourceFile] = (), limits: Limits = NO_LIMITS
) -> SeriesProducts:
    """Convert one series and rasterise its region files on it.

    Bad data, faults of the library and series that do not fit into ``limits`` are refused, never raised;
    each file is loaded once. The bytes do not depend on the order, the names or the place of the files.
    OSErrors of a file's ``load`` that carry a number pass through.
    """
    refusal = too_large(files, regions, limits)
    made = guarded(partial(_convert, files), limits) if refusal is None else refusal
    if isinstance(made, Refusal):
        return SeriesProducts(_refused(files, made), lost_with(regions, made))
    result, image = made
    if result.volume is None or image is None:
        return SeriesProducts(result, lost_with(regions, result.refusal))
    found = rasterise_files(regions, result.volume, limits)
    finished = guarded(partial(_finish, result.volume, image, found, _used(result.outcomes)), limits)
    if isinstance(finished, Refusal):
        return SeriesProducts(_refused(files, finished), lost_with(regions, finished))
    volumes = {slug: item.volume_ml for slug, item in found.masks.items()}
    return SeriesProducts(result, found.outcomes, finished, volumes)


def _convert(files: Sequence[SourceFile]) -> tuple[SeriesResult, bytes | None]:
    """Return the result, its volume stripped of the values, and the bytes of the image."""
    result = convert_series(files)
    volume = result.volume
    if volume is None:
        return result, None
    image = _nifti(volume)
    # The values are the largest thing in memory; from here on only their shape and type are asked for.
    hollow = np.broadcast_to(np.zeros((), volume.array.dtype), volume.array.shape)
    return replace(result, volume=replace(volume, array=hollow)), image


def _nifti(volume: Volume, mask: NDArray[np.uint8] | None = None) -> bytes:
    """Write the image or a mask on its grid: no patient space for a projection, no quaternion for a shear."""
    placed = volume.affine_code != "none"
    return nifti_gz_bytes(
        volume.array if mask is None else mask,
        volume.affine,
        DESCRIPTION,
        qform=placed and volume.tilt_degrees == 0,
        sform=placed,
        time_step_s=volume.time_step_s if mask is None else None,
    )


def _finish(volume: Volume, image: bytes, found: RegionFiles, inputs: Iterable[str]) -> dict[str, bytes]:
    made = {IMAGE: image, SIDECAR: _sidecar(volume, found, inputs)}
    for slug, item in found.masks.items():
        made[mask_suffix(slug)] = _nifti(volume, item.mask)
    return made


def _sidecar(volume: Volume, found: RegionFiles, inputs: Iterable[str]) -> bytes:
    """Make the JSON beside the volume: BIDS keys, and ours below one key; nothing of site, host or path."""
    own: dict[str, JsonValue] = {
        "volume": volume.record(),
        "regions": list(found.details),
        "inputs": list(inputs),
    }
    story = {**volume.sidecar, OURS: own}
    return (json.dumps(story, sort_keys=True, indent=1, allow_nan=False) + "\n").encode()


def _used(outcomes: Iterable[FileOutcome]) -> list[str]:
    return sorted(item.sha256 for item in outcomes if item.used)


def _refused(files: Iterable[SourceFile], refusal: Refusal) -> SeriesResult:
    outcomes = tuple(FileOutcome(file.name, file.sha256, refusal, Level.SERIES) for file in files)
    return SeriesResult(None, refusal, outcomes)
