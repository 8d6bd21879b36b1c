"""The outline of a mask along the edges of its pixels, as an SVG path: exact at any magnification."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def outline(mask: NDArray[Any]) -> str:
    """Return the path of the borders between set and unset pixels of ``mask`` (rows, columns), '' for none.

    Unit: pixels; pixel (row, column) covers the square from (column, row) to (column + 1, row + 1), with x to
    the right and y down. Each straight run of border is one segment, in order of rows, then of columns.
    """
    framed = np.pad(mask.astype(bool), 1)
    across = _runs(framed[1:, 1:-1] != framed[:-1, 1:-1])  # borders between a row and the one above
    down = _runs(
        (framed[1:-1, 1:] != framed[1:-1, :-1]).T
    )  # borders between a column and the one to the left
    return "".join(f"M{start} {line}h{length}" for line, start, length in across) + "".join(
        f"M{line} {start}v{length}" for line, start, length in down
    )


def _runs(edges: NDArray[np.bool_]) -> list[tuple[int, int, int]]:
    """Return (line, start, length) of each unbroken run of True along the second axis."""
    padded = np.pad(edges, ((0, 0), (1, 1))).astype(np.int8)
    steps = np.diff(padded, axis=1)
    lines, starts = np.nonzero(steps == 1)
    ends = np.nonzero(steps == -1)[1]
    return [
        (int(line), int(start), int(end - start))
        for line, start, end in zip(lines, starts, ends, strict=True)
    ]
