"""A plain JPEG lossless writer (ISO 10918-1 annex H) for tests and benchmarks: one component."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

CODE_BITS = 5  # every one of the 17 categories gets a code of this length


def encode(values: NDArray[Any], precision: int, predictor: int = 1) -> bytes:
    """Encode unsigned values (rows, columns) of ``precision`` bits with one of the seven predictors."""
    rows, columns = values.shape
    differences = _differences(values.astype(np.int64), precision, predictor).ravel()
    frame = struct.pack(">BHHB3B", precision, rows, columns, 1, 1, 0x11, 0)
    counts = [0] * 16
    counts[CODE_BITS - 1] = 17
    table = bytes([0, *counts, *range(17)])
    scan = bytes([1, 1, 0, predictor, 0, 0])
    segments = [b"\xff\xd8", _segment(0xC3, frame), _segment(0xC4, table), _segment(0xDA, scan)]
    return b"".join([*segments, _entropy(differences), b"\xff\xd9"])


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _differences(values: NDArray[np.int64], precision: int, predictor: int) -> NDArray[np.int64]:
    """Subtract the prediction, modulo 65536, as numbers of -32767 to 32768."""
    left, above, corner = np.zeros((3, *values.shape), np.int64)
    left[:, 1:], above[1:], corner[1:, 1:] = values[:, :-1], values[:-1], values[:-1, :-1]
    rules = {
        1: left,
        2: above,
        3: corner,
        4: left + above - corner,
        5: left + ((above - corner) >> 1),
        6: above + ((left - corner) >> 1),
        7: (left + above) >> 1,
    }
    predicted = rules[predictor]
    predicted[0, 1:], predicted[1:, 0] = values[0, :-1], values[:-1, 0]
    predicted[0, 0] = 1 << (precision - 1)
    differences: NDArray[np.int64] = (values - predicted + 32767) % 65536 - 32767
    return differences


def _entropy(differences: NDArray[np.int64]) -> bytes:
    bits: list[str] = []
    for value in differences.tolist():
        size = abs(value).bit_length()
        bits.append(f"{size:0{CODE_BITS}b}")
        if 0 < size < 17 and value != 32768:
            bits.append(f"{value if value > 0 else value + (1 << size) - 1:0{size}b}")
    text = "".join(bits)
    text += "1" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big").replace(b"\xff", b"\xff\x00")
