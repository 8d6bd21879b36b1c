"""Write and read NIfTI-1: deterministic bytes, one file, no scaling (nifti.nimh.nih.gov/nifti-1)."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from imaging.output.compression import gunzip, gzip_chunks
from imaging.volume import Affine

HEADER_BYTES = 348
DATA_AT = 352
GZIP_MAGIC = b"\x1f\x8b"
CHUNK_BYTES = 1 << 20
MAGIC = b"n+1\0"
MILLIMETRES, SECONDS = 2, 8
SCANNER = 1
DATATYPES = {
    "uint8": 2,
    "int16": 4,
    "int32": 8,
    "float32": 16,
    "float64": 64,
    "int8": 256,
    "uint16": 512,
    "uint32": 768,
    "int64": 1024,
    "uint64": 1280,
}
MAX_AXES, MAX_SIDE = 7, 32767
WITH_TIME = 4
# Positions among the fields of LAYOUT.
DIMS, DATATYPE, PIXDIM, VOX_OFFSET, SFORM_CODE, SROWS = slice(7, 15), 19, slice(23, 26), 30, 45, slice(52, 64)

# NIfTI-1 header, field by field, from sizeof_hdr to magic.
LAYOUT = struct.Struct("<i10s18sihcc8h3f4h8f3fhcB4f2i80s24s2h6f12f16s4s")


def nifti_gz_bytes(
    array: NDArray[Any],
    affine: Affine,
    description: str = "",
    *,
    qform: bool = True,
    sform: bool = True,
    time_step_s: float | None = None,
) -> bytes:
    """Return the .nii.gz of ``array`` (i, j, k[, t]) with its RAS+ mm ``affine``; same input, same bytes.

    :param qform: False for a sheared affine, which a quaternion cannot hold
    :param sform: False, and qform too, where there is no patient space: then code 0 is written, and no
        matrix, while the voxel sizes stay those of the affine
    :param time_step_s: seconds between volumes of a 4-D array; None when there is no one step
    :raises ValueError: for a dtype that NIfTI-1 does not know, or values outside its limits
    """
    header = _header(array, affine, description, qform=qform, sform=sform, time_step_s=time_step_s)
    return gzip_chunks(chain([header], _chunks(array)))


def _chunks(array: NDArray[Any]) -> Iterator[memoryview]:
    """Cut the voxels, first index fastest, into whole planes of about CHUNK_BYTES.

    The cut depends on shape and dtype alone, since the compressed bytes depend on it. An array whose
    memory is in this order is not copied, any other one chunk at a time.
    """
    little = array.dtype.newbyteorder("<")
    count = math.prod(array.shape[2:])
    step = max(1, CHUNK_BYTES // (math.prod(array.shape[:2]) * array.dtype.itemsize))
    ordered = array.transpose().reshape(count, *array.shape[1::-1]) if array.flags.f_contiguous else None
    for first in range(0, count, step):
        some = range(first, min(first + step, count))
        chunk = (
            np.stack([_plane(array, index) for index in some])
            if ordered is None
            else ordered[first : some.stop]
        )
        yield np.ascontiguousarray(chunk, little).reshape(-1).view(np.uint8).data


def _plane(array: NDArray[Any], index: int) -> NDArray[Any]:
    """Return plane ``index`` of the planes counted with the third axis fastest, as (j, i)."""
    where: tuple[Any, ...] = (..., *np.unravel_index(index, array.shape[2:], order="F"))
    plane: NDArray[Any] = array[where].transpose()
    return plane


def _header(
    array: NDArray[Any],
    affine: Affine,
    description: str,
    *,
    qform: bool,
    sform: bool,
    time_step_s: float | None,
) -> bytes:
    datatype = DATATYPES.get(array.dtype.name)
    if datatype is None:
        raise ValueError(f"dtype {array.dtype.name} has no NIfTI-1 code here; use one of {sorted(DATATYPES)}")
    if not 0 < array.ndim <= MAX_AXES or not 0 < min(array.shape) <= max(array.shape) <= MAX_SIDE:
        raise ValueError(f"shape {array.shape} is outside NIfTI-1's limits of 7 axes of 1 to 32767")
    if affine.shape != (4, 4) or not np.isfinite(affine).all():
        raise ValueError("the affine must be a 4x4 matrix of finite numbers")
    if time_step_s is not None and not (array.ndim == WITH_TIME and 0 < time_step_s < math.inf):
        raise ValueError(
            f"a time step of {time_step_s} s for {array.ndim} axes; NIfTI-1 has it on the fourth"
        )
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    if spacing.min() == 0:
        raise ValueError("the affine must not have a column of zeros; a voxel has a size")
    quaternion, qfac = _quaternion(*affine[:3, :3].ravel().tolist()) if qform else ((0.0, 0.0, 0.0), 1.0)
    origin = affine[:3, 3].tolist() if qform else [0.0] * 3
    rows = affine[:3].ravel().tolist() if sform else [0.0] * 12
    dims = [array.ndim, *array.shape] + [1] * (MAX_AXES - array.ndim)
    pixdim = [qfac, *spacing.tolist(), time_step_s or 0.0, 0.0, 0.0, 0.0]
    units = MILLIMETRES | (SECONDS if time_step_s is not None else 0)
    codes = [SCANNER if given else 0 for given in (qform, sform)]
    packed = LAYOUT.pack(
        *(HEADER_BYTES, b"", b"", 0, 0, b"r", b"\0", *dims, 0.0, 0.0, 0.0, 0),
        *(datatype, array.dtype.itemsize * 8, 0, *pixdim, float(DATA_AT), 1.0, 0.0, 0, b"\0", units),
        *(0.0, 0.0, 0.0, 0.0, 0, 0, description.encode("ascii", "replace")[:79], b"", *codes),
        *(*quaternion, *origin, *rows, b"", MAGIC),
    )
    return packed + b"\0" * (DATA_AT - HEADER_BYTES)


@lru_cache(maxsize=64)
def _quaternion(*linear: float) -> tuple[tuple[float, float, float], float]:
    """Return (b, c, d) and qfac of the rotation nearest to the axes of an affine (nifti1.h, method 2).

    ``linear``: its nine numbers without the origin, by rows; cached, as a volume and its masks share them.
    """
    columns = np.array(linear).reshape(3, 3)
    axes = columns / np.linalg.norm(columns, axis=0)
    qfac = 1.0 if np.linalg.det(axes) > 0 else -1.0
    left, _, right = np.linalg.svd(axes * np.array([1.0, 1.0, qfac]))
    rotation = left @ right
    # The eigenvector of the largest eigenvalue: stable at every angle (Bar-Itzhack 2000).
    xx, yy, zz = rotation.diagonal()
    skew = [rotation[2, 1] - rotation[1, 2], rotation[0, 2] - rotation[2, 0], rotation[1, 0] - rotation[0, 1]]
    form = np.array(
        [
            [xx - yy - zz, rotation[0, 1] + rotation[1, 0], rotation[0, 2] + rotation[2, 0], skew[0]],
            [rotation[0, 1] + rotation[1, 0], yy - xx - zz, rotation[1, 2] + rotation[2, 1], skew[1]],
            [rotation[0, 2] + rotation[2, 0], rotation[1, 2] + rotation[2, 1], zz - xx - yy, skew[2]],
            [*skew, xx + yy + zz],
        ]
    )
    vector = np.linalg.eigh(form / 3.0).eigenvectors[:, -1]
    vector = np.round(vector, 12) + 0.0
    if (
        next((value for value in vector[::-1] if value), 0.0) < 0
    ):  # q and -q are one rotation: take one of them
        vector = -vector + 0.0
    return (float(vector[0]), float(vector[1]), float(vector[2])), qfac


def read_nifti(data: bytes) -> tuple[NDArray[Any], Affine]:
    """Return voxels (i, j, k[, t]) and RAS+ mm affine of a single-file NIfTI-1, of either byte order.

    Scaling is not applied (ours is 1). The affine is the sform, without one only the voxel sizes on the
    diagonal: no place in the patient.

    :raises ValueError: for other data and for data that end early
    """
    raw = gunzip(data) if data.startswith(GZIP_MAGIC) else data
    if len(raw) < DATA_AT or raw[HEADER_BYTES - 4 : HEADER_BYTES] != MAGIC:
        raise ValueError("not a single-file NIfTI-1; give the .nii.gz that this package wrote")
    order: Literal["<", ">"] = "<" if int.from_bytes(raw[:4], "little") == HEADER_BYTES else ">"
    fields = struct.unpack(order + LAYOUT.format[1:], raw[:HEADER_BYTES])
    dims, code, start = fields[DIMS], fields[DATATYPE], int(fields[VOX_OFFSET])
    names = {number: name for name, number in DATATYPES.items()}
    shape = tuple(int(size) for size in dims[1 : 1 + dims[0]])
    if code not in names or not 0 < dims[0] <= MAX_AXES or min(shape) <= 0 or start < DATA_AT:
        raise ValueError(f"NIfTI-1 header with type {code}, shape {shape}, data at {start}; write it again")
    dtype = np.dtype(names[code]).newbyteorder(order)
    expected = math.prod(shape) * dtype.itemsize
    if len(raw) - start < expected:
        raise ValueError(f"NIfTI data have {len(raw) - start} bytes, {expected} expected; write it again")
    array = np.frombuffer(raw, dtype, count=math.prod(shape), offset=start).reshape(shape, order="F")
    rows = np.array(fields[SROWS], dtype=np.float64).reshape(3, 4)
    if fields[SFORM_CODE] == 0:
        rows = np.diag([*fields[PIXDIM], 1.0])[:3]
    return array, np.vstack([rows, [0.0, 0.0, 0.0, 1.0]])
