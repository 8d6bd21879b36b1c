"""Grey pictures of values: the window by modality, stated as text, and PNG bytes for a data: URI."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

CT_LEVEL, CT_WIDTH = 40.0, 400.0  # soft tissue, HU
PET_TOP_SUV = 7.0
PET_TOP_PERCENTILE = 99.5
PERCENTILES = (1.0, 99.0)
SAMPLE = 1 << 20  # voxels enough for a percentile
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY_8_BIT = (8, 0, 0, 0, 0)
FILTER_UP = 2


@dataclass(frozen=True)
class Window:
    """Values from ``low`` to ``high`` go from black to white, the other way round when ``inverted``."""

    low: float
    high: float
    inverted: bool
    text: str


def window_of(values: NDArray[Any], record: Mapping[str, Any]) -> Window:
    """Choose the window of a volume by modality and units; padding and non-finite values do not count."""
    modality, units = record.get("modality"), record.get("units")
    if modality == "CT" and units == "HU":
        low, high = CT_LEVEL - CT_WIDTH / 2, CT_LEVEL + CT_WIDTH / 2
        return Window(
            low, high, inverted=False, text=f"soft tissue: level {CT_LEVEL:g} HU, width {CT_WIDTH:g} HU"
        )
    sample = _sample(values, record.get("padding_value"))
    if modality == "PT":
        if units == "SUV":
            return Window(0.0, PET_TOP_SUV, inverted=True, text=f"inverted grey, SUV 0 to {PET_TOP_SUV:g}")
        top = float(np.percentile(sample, PET_TOP_PERCENTILE))
        text = f"inverted grey, 0 to {top:.4g} {units or ''} ({PET_TOP_PERCENTILE:g} % of voxels are below)"
        return Window(0.0, top, inverted=True, text=text)
    low, high = (float(value) for value in np.percentile(sample, PERCENTILES))
    text = f"1st to 99th percentile: {low:.4g} to {high:.4g}"
    inverted = record.get("photometric") == "MONOCHROME1"
    if inverted:
        text += "; MONOCHROME1, so inverted for display only (the stored values are as they were)"
    return Window(low, high, inverted=inverted, text=text)


def grey(values: NDArray[Any], window: Window) -> NDArray[np.uint8]:
    """Map values to 0..255 by ``window``; values that are not finite become black."""
    span = window.high - window.low
    if span > 0:
        level = np.clip((values.astype(np.float64) - window.low) / span, 0.0, 1.0)
    else:
        level = (values > window.low).astype(np.float64)
    if window.inverted:
        level = 1.0 - level
    return np.rint(np.nan_to_num(level, nan=0.0) * 255.0).astype(np.uint8)


def png(picture: NDArray[np.uint8]) -> bytes:
    """Return the PNG (8-bit grey) of a picture (rows, columns); PNG is ISO/IEC 15948, here with filter Up.

    Written here since it takes a few lines, and so the page needs no imaging library of pixels and fonts.
    """
    rows, columns = picture.shape
    lines = np.empty((rows, columns + 1), np.uint8)
    lines[:, 0] = FILTER_UP
    lines[:, 1:] = np.diff(picture, axis=0, prepend=np.zeros((1, columns), np.uint8))
    head = struct.pack(">II5B", columns, rows, *GREY_8_BIT)
    return b"".join(
        [
            PNG_SIGNATURE,
            _chunk(b"IHDR", head),
            _chunk(b"IDAT", zlib.compress(lines.tobytes(), 6)),
            _chunk(b"IEND", b""),
        ]
    )


def data_uri(picture: NDArray[np.uint8]) -> str:
    """Return the picture as a data: URI."""
    return f"data:image/png;base64,{base64.b64encode(png(picture)).decode()}"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _sample(values: NDArray[Any], padding: object) -> NDArray[Any]:
    """Return at most about ``SAMPLE`` measured values, evenly spread; a single 0 when there is none."""
    flat = values.ravel(order="K")
    flat = flat[:: max(1, flat.size // SAMPLE)]
    if isinstance(padding, (int, float)):
        flat = flat[flat != padding]
    flat = flat[np.isfinite(flat)]
    return flat if flat.size else np.zeros(1)
