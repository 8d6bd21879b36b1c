"""Cut the stored values out of the cells they lie in; PS3.5 section 8.1.1 and 8.2."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from imaging.pixels.codestreams import Codestream
from imaging.reasons import Reason
from imaging.records import Refusal

Stored = NDArray[np.integer[Any]]


def significant_bits(raw: Stored, top: int, bits: int, *, signed: bool, overlay: bool) -> Stored | Refusal:
    """Turn unsigned cells (frames, rows, columns) into values of ``bits`` bits, the highest ``top``.

    Cells that are their values already, the usual case, are returned as a view. UNUSED_BITS_SET when bits
    outside the value are set and no overlay explains them. One frame at a time, to save memory.
    """
    depth = raw.dtype.itemsize * 8
    whole = raw.view(f"i{raw.dtype.itemsize}") if signed else raw
    if bits == depth or (top == bits - 1 and all(_fits(frame, bits, signed=signed) for frame in whole)):
        return whole
    values = np.empty_like(whole)
    for index, frame in enumerate(raw):
        shifted = frame << frame.dtype.type(depth - 1 - top)
        np.right_shift(shifted.view(whole.dtype), depth - bits, out=values[index])
        if overlay or (top == bits - 1 and _fits(whole[index], bits, signed=signed)):
            continue
        # Bits above the sign may be zeros or copies of the sign: both give the same value.
        if top != bits - 1 or int(frame.max()) >= 1 << bits:
            count = int(np.count_nonzero(whole[index] != values[index]))
            return Refusal(Reason.UNUSED_BITS_SET, {"bits_stored": bits, "high_bit": top, "pixels": count})
    return values


def _fits(values: Stored, bits: int, *, signed: bool) -> bool:
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    return low <= int(values.min()) and int(values.max()) <= high


def cells_of(values: Stored, allocated: int, bits: int, stream: Codestream, *, signed: bool) -> Stored:
    """Lay a codec's values into unsigned cells of ``allocated`` bits; the header's sign decides (PS3.5 8.2).

    JPEG and JPEG-LS know no sign and some JPEG 2000 writers state the wrong one: then the codec's bits are
    the cell's low bits, to be read as the header says.

    :raises ValueError: when that is ambiguous: a negative value under an unsigned header; a signed header
        over an unsigned stream of fewer than ``bits`` bits, whose highest bit is set and may be a sign or not
    """
    cell = np.dtype(f"u{allocated // 8}")
    if stream.signed and not signed and int(values.min()) < 0:
        raise ValueError("negative values under an unsigned header")
    unsure = signed and not stream.signed and stream.precision < bits
    if unsure and int(values.max()) >= 1 << stream.precision - 1:
        raise ValueError(f"a stream of {stream.precision} bits without a sign, {bits} bits with one stated")
    whole = values.astype(f"{'i' if stream.signed else 'u'}{cell.itemsize}", copy=False)
    return whole.view(cell)
