"""Tiles of a Siemens mosaic as slices: one image that holds all slices of a volume, side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from imaging.dicom_reading.source import Source, raw_bytes, raw_text
from imaging.numerals import number
from imaging.reasons import Reason
from imaging.records import JsonValue, Refusal
from imaging.slices.csa import csa_values
from imaging.slices.slice import Plane, Slice, Unusable

MOSAIC = "MOSAIC"
CREATOR = "SIEMENS CSA HEADER"
GROUP = 0x0029
BLOCKS = range(0x10, 0x18)
IMAGE_HEADER = 0x10
MOSAIC_TAGS = tuple(
    tag for block in BLOCKS for tag in (GROUP << 16 | block, GROUP << 16 | block << 8 | IMAGE_HEADER)
)
PARALLEL = 1e-3  # the slice normal of the private header against row x column


def tile_slices(whole: Slice) -> tuple[Slice, ...] | Unusable:
    """Cut a mosaic, read as one slice, into its tiles, in the order of its slices.

    The position of a mosaic is that of an image of the mosaic's size about the tile's centre, so it moves in
    by half of what the mosaic is larger.
    """
    csa = _csa(whole.source)
    count = _whole(csa.get("NumberOfImagesInMosaic", []))
    spacing = number(whole.look("SpacingBetweenSlices"))
    normal = np.array([number(value) or 0.0 for value in csa.get("SliceNormalVector", [])])
    across = np.cross(whole.plane.orientation[:3], whole.plane.orientation[3:])
    turned = float(normal @ across) if normal.shape == (3,) else 0.0
    side = math.isqrt(max(count, 1) - 1) + 1
    rows, columns = whole.stored.shape
    evidence: dict[str, JsonValue] = {
        "slices": count,
        "rows": rows,
        "columns": columns,
        "spacing_mm": spacing,
        "normal_along_row_x_column": turned,
    }
    broken = abs(abs(turned) - 1) > PARALLEL or rows % side or columns % side
    if count <= 0 or spacing is None or spacing <= 0 or broken:
        return Unusable(Refusal(Reason.MOSAIC_INVALID, evidence), whole.plane)
    height, width = rows // side, columns // side
    tiles = whole.stored.reshape(side, height, side, width).swapaxes(1, 2).reshape(side * side, height, width)
    if np.any(tiles[count:]):
        used = {"pixels_beyond_last_slice": int(np.count_nonzero(tiles[count:]))}
        return Unusable(Refusal(Reason.MOSAIC_INVALID, {**evidence, **used}), whole.plane)
    planes = _planes(whole.plane, (height, width), normal * spacing, count)
    times = _times(csa, count)
    phase = csa.get("PhaseEncodingDirectionPositive", [""])[0]
    return tuple(
        whole._replace(
            plane=plane,
            stored=tile,
            slice_time_ms=times[index],
            increasing_phase={"1": True, "0": False}.get(phase),
        )
        for index, (plane, tile) in enumerate(zip(planes, tiles, strict=False))
    )


def _csa(source: Source) -> Mapping[str, list[str]]:
    """Find the image's private header by its creator; empty when there is none that can be read."""
    for block in BLOCKS:
        header = raw_bytes(source, GROUP << 16 | block << 8 | IMAGE_HEADER)
        if header is None or raw_text(source, GROUP << 16 | block) != CREATOR:
            continue
        try:
            return csa_values(header)
        except ValueError:
            return {}
    return {}


def _whole(values: Sequence[str]) -> int:
    return int(values[0]) if values and values[0].isdigit() else 0


def _planes(plane: Plane, size: tuple[int, int], step: np.ndarray, count: int) -> list[Plane]:
    rows, columns = size
    row, column = np.array(plane.orientation[:3]), np.array(plane.orientation[3:])
    between_rows, between_columns = plane.pixel_spacing
    corner = (
        np.array(plane.position)
        + row * between_columns * (plane.columns - columns) / 2
        + column * between_rows * (plane.rows - rows) / 2
    )
    return [
        Plane(tuple((corner + index * step).tolist()), plane.orientation, plane.pixel_spacing, rows, columns)
        for index in range(count)
    ]


def _times(csa: Mapping[str, list[str]], count: int) -> list[float | None]:
    """Return when each slice was taken (ms within its volume), None when not all are known."""
    values = [number(value) for value in csa.get("MosaicRefAcqTimes", [])]
    return values if len(values) == count and None not in values else [None] * count
