"""The NIfTI writer: nibabel reads what was meant, and the bytes never change."""

from __future__ import annotations

import gzip
import hashlib

import nibabel
import numpy as np
import pytest

from imaging.nifti import nifti_gz_bytes, read_nifti
from imaging.volume import Affine

AXIAL = np.array([[-0.5, 0, 0, 10], [0, -1.5, 0, -20], [0, 0, 2.5, 3], [0, 0, 0, 1.0]])


def rotated(axis: tuple[float, float, float], degrees: float, flip: bool = False) -> Affine:
    """An affine of spacing (0.5, 1.5, 2.5) mm, turned about an axis (Rodrigues), mirrored on demand."""
    x, y, z = np.array(axis) / np.linalg.norm(axis)
    angle = np.radians(degrees)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    turn = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    affine = np.eye(4)
    affine[:3, :3] = turn @ np.diag([0.5, 1.5, -2.5 if flip else 2.5])
    affine[:3, 3] = (10, -20, 30)
    return affine


AFFINES = [
    AXIAL,
    rotated((0, 0, 1), 30),
    rotated((1, 2, 3), 123),
    rotated((1, 0, 0), 180),
    rotated((1, 1, 0), 180, flip=True),
    rotated((3, -1, 2), 251, flip=True),
]


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint16", "int32", "float32", "float64"])
@pytest.mark.parametrize("affine", AFFINES, ids=range(len(AFFINES)))
def test_nibabel_reads_the_same_voxels_and_both_affines(dtype, affine):
    array = (np.arange(2 * 3 * 4).reshape(2, 3, 4) * 5).astype(dtype)
    image = nibabel.Nifti1Image.from_bytes(gzip.decompress(nifti_gz_bytes(array, affine, "made here")))
    np.testing.assert_array_equal(np.asanyarray(image.dataobj), array)
    assert image.get_data_dtype() == dtype
    sform, sform_code = image.get_sform(coded=True)
    qform, qform_code = image.get_qform(coded=True)
    assert (sform_code, qform_code) == (1, 1)
    np.testing.assert_allclose(sform, affine, atol=1e-5)
    np.testing.assert_allclose(qform, affine, atol=1e-5)
    np.testing.assert_allclose(image.header.get_zooms(), (0.5, 1.5, 2.5), rtol=1e-6)
    assert image.header.get_xyzt_units()[0] == "mm"
    assert image.header["descrip"].tobytes().rstrip(b"\0") == b"made here"


def test_trap_nifti_scaling_none_is_stated_and_none_is_applied():
    array = np.array([[[-5, 7]]], np.int16)
    image = nibabel.Nifti1Image.from_bytes(gzip.decompress(nifti_gz_bytes(array, AXIAL)))
    assert (float(image.header["scl_slope"]), float(image.header["scl_inter"])) != (0.0, 0.0)
    assert image.dataobj.slope == 1.0
    assert np.asanyarray(image.dataobj).dtype == np.int16


def test_the_same_input_gives_the_same_bytes_whatever_the_memory_order():
    array = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
    first = nifti_gz_bytes(array, AXIAL)
    assert first == nifti_gz_bytes(np.asfortranarray(array), AXIAL)
    assert first == nifti_gz_bytes(array.astype(">i2"), AXIAL)
    assert first[3:8] == b"\0" * 5  # no name, no time
    uncompressed = hashlib.sha256(gzip.decompress(first)).hexdigest()
    assert uncompressed == "13fbfa0863f6018d5c7e4c0f603899b8f7f2d014e5dc74bf651466ba7f434f80"


def test_what_is_written_is_read_back():
    array = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    for data in (nifti_gz_bytes(array, AXIAL), gzip.decompress(nifti_gz_bytes(array, AXIAL))):
        voxels, affine = read_nifti(data)
        np.testing.assert_array_equal(voxels, array)
        np.testing.assert_array_equal(affine, AXIAL)


@pytest.mark.parametrize(
    ("array", "affine"),
    [
        (np.zeros((2, 2, 2), np.complex64), AXIAL),
        (np.zeros((40000, 1, 1), np.uint8), AXIAL),
        (np.zeros((2, 2, 2), np.uint8), np.full((4, 4), np.nan)),
    ],
)
def test_what_the_format_cannot_hold_is_refused(array, affine):
    with pytest.raises(ValueError, match=r"NIfTI-1|affine"):
        nifti_gz_bytes(array, affine)


def test_other_data_and_cut_data_are_not_read():
    data = gzip.decompress(nifti_gz_bytes(np.zeros((4, 4, 4), np.uint8), AXIAL))
    with pytest.raises(ValueError, match="bytes"):
        read_nifti(data[:-1])
    with pytest.raises(ValueError, match="single-file"):
        read_nifti(b"\0" * 400)
