"""Check what a NIfTI file says of itself, with nibabel: a reader that shares no code with our writer."""

from __future__ import annotations

import gzip
import importlib
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imaging.check.findings import Finding, judged, not_checked
from imaging.volume import Affine

BLOCK = 1 << 20
HEADER_BYTES = 348
MAGIC = b"n+1\0"
GZIP_MAGIC = b"\x1f\x8b"
FORMS_ABSOLUTE_MM = 0.05  # a corner by sform against qform: this ...
FORMS_RELATIVE = 2e-3  # ... plus this fraction of the grid's diagonal: qform cannot hold a small shear
ZOOM_RELATIVE = 1e-5  # zooms and affine are 32-bit numbers


class CannotReadError(ValueError):
    """The file is no NIfTI-1 file at all, so that nothing can be said of it."""


@dataclass(frozen=True)
class Image:
    """A NIfTI file as nibabel reads it; ``affine`` is sform, else qform, else None (no patient space)."""

    values: NDArray[Any]
    affine: Affine | None
    zooms: tuple[float, ...]


def read_image(path: Path) -> tuple[Image | None, list[Finding]]:
    """Return the image in ``path`` and the findings on it alone; no image when its bytes are damaged.

    :raises OSError: when the file cannot be opened
    :raises CannotReadError: when the file is no NIfTI-1
    """
    length, findings = _length(path)
    if length is None:
        return None, findings
    # Here, not at the top: nibabel is in the Airflow environment, not in the containers; it is untyped.
    nibabel: Any = importlib.import_module("nibabel")
    head = _head(path)
    problems = nibabel.Nifti1Header.diagnose_binaryblock(head)
    try:
        header = nibabel.Nifti1Header(head)
        image = nibabel.Nifti1Image.from_filename(path)
        expected = (
            int(header["vox_offset"])
            + int(np.prod(header.get_data_shape())) * header.get_data_dtype().itemsize
        )
        slope = header.get_slope_inter()
    except (nibabel.filebasedimages.ImageFileError, nibabel.spatialimages.HeaderDataError) as error:
        raise CannotReadError(f"{path} is no NIfTI-1 file: {error}") from error
    findings += [
        judged("header", not problems, problems.replace("\n", "; ") or "sizes, type and offsets agree"),
        judged("data length", length == expected, f"{length} bytes, {expected} by the header"),
        judged(
            "no scaling", slope in {(None, None), (1.0, 0.0)}, f"slope and intercept {slope[0]}, {slope[1]}"
        ),
    ]
    if length < expected:
        return None, findings
    values = np.asanyarray(image.dataobj)
    affine = image.affine if int(header["sform_code"]) or int(header["qform_code"]) else None
    made = Image(values, affine, tuple(float(size) for size in header.get_zooms()))
    return made, [*findings, *_transforms(header, made), _units(header), _finite(values)]


def _length(path: Path) -> tuple[int | None, list[Finding]]:
    """Read the whole stream, which proves its CRC-32 and length (RFC 1952); None when it is damaged."""
    with path.open("rb") as raw:
        if raw.read(2) != GZIP_MAGIC:
            return path.stat().st_size, [
                not_checked("gzip", "the file is not compressed: it holds no checksum")
            ]
    length = 0
    try:
        with gzip.open(path) as stream:
            while block := stream.read(BLOCK):
                length += len(block)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        lost = f"damaged after {length} bytes: {error}; copy or convert it again"
        return None, [judged("gzip", False, lost), not_checked("all else", "the data cannot be decompressed")]
    return length, [judged("gzip", True, f"{length} bytes, CRC-32 and length right")]


def _head(path: Path) -> bytes:
    with path.open("rb") as raw:
        compressed = raw.read(2) == GZIP_MAGIC
    with gzip.open(path) if compressed else path.open("rb") as stream:
        head = stream.read(HEADER_BYTES)
    if len(head) < HEADER_BYTES:
        raise CannotReadError(f"{path} is no NIfTI-1 file: {len(head)} bytes are no header")
    if head[-4:] != MAGIC:
        raise CannotReadError(f"{path} is no single-file NIfTI-1: its magic is not n+1")
    return bytes(head)


def _transforms(header: Any, image: Image) -> list[Finding]:
    """Compare sform, qform and zooms with each other."""
    sform, sform_code = header.get_sform(coded=True)
    qform, qform_code = header.get_qform(coded=True)
    check = "sform and qform"
    if image.affine is None:
        return [not_checked(check, "both codes are 0: the image has no patient space")]
    if sform is None or qform is None:
        found = judged(check, True, f"codes {sform_code} and {qform_code}: one of them, nothing to differ")
    else:
        difference, limit = _apart(sform, qform, image.values.shape)
        detail = (
            f"codes {sform_code} and {qform_code}, corners {difference:.2g} mm apart, {limit:.2g} allowed"
        )
        found = judged(check, difference <= limit, detail)
    lengths = np.linalg.norm(image.affine[:3, :3], axis=0)
    zooms = np.array((*image.zooms[:3], 1.0, 1.0)[:3])
    even = len(image.zooms) < 3 or bool(np.allclose(zooms, lengths, rtol=ZOOM_RELATIVE, atol=0))  # noqa: PLR2004
    sizes = ", ".join(f"{size:g}" for size in image.zooms[:3])
    return [found, judged("voxel sizes", even, f"{sizes} mm in the header, by the affine {_few(lengths)}")]


def _apart(one: Affine, other: Affine, shape: tuple[int, ...]) -> tuple[float, float]:
    """Return the largest distance (mm) of a corner by two affines, and the distance allowed."""
    sizes = [*shape[:3], 1, 1][:3]
    corners = np.array(
        [(i, j, k, 1.0) for i in (0, sizes[0] - 1) for j in (0, sizes[1] - 1) for k in (0, sizes[2] - 1)]
    )
    places = corners @ one.T
    distance = float(np.linalg.norm((places - corners @ other.T)[:, :3], axis=1).max())
    return distance, FORMS_ABSOLUTE_MM + FORMS_RELATIVE * float(np.linalg.norm(places[-1] - places[0]))


def _units(header: Any) -> Finding:
    unit = header.get_xyzt_units()[0]
    return judged("unit of length", unit == "mm", f"{unit}")


def _finite(values: NDArray[Any]) -> Finding:
    if values.dtype.kind in "iu":
        return judged("finite values", True, f"{values.dtype.name} holds whole numbers only")
    wrong = int(values.size - np.count_nonzero(np.isfinite(values)))
    return judged("finite values", not wrong, f"{wrong} of {values.size} voxels are not finite")


def _few(numbers: NDArray[np.float64]) -> str:
    return ", ".join(f"{value:g}" for value in numbers)
