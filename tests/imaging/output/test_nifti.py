"""The NIfTI writer: nibabel reads what was meant, and the bytes never change."""

from __future__ import annotations

import gzip
import hashlib
import tracemalloc

import nibabel
import numpy as np
import pytest

from imaging.output.nifti import DATATYPES, nifti_gz_bytes, read_nifti
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


DTYPES = sorted(DATATYPES)
AFFINES = [
    AXIAL,
    rotated((0, 0, 1), 30),
    rotated((1, 2, 3), 123),
    rotated((1, 0, 0), 180),
    rotated((1, 1, 0), 180, flip=True),
    rotated((3, -1, 2), 251, flip=True),
]


@pytest.mark.parametrize("dtype", DTYPES)
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
        (np.zeros((0, 2, 2), np.uint8), AXIAL),
        (np.zeros((2, 2, 2), np.uint8), np.full((4, 4), np.nan)),
        (np.zeros((2, 2, 2), np.uint8), np.diag([1.0, 0.0, 1.0, 1.0])),
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


def image_of(data: bytes) -> nibabel.Nifti1Image:
    return nibabel.Nifti1Image.from_bytes(gzip.decompress(data))


def test_a_series_of_volumes_keeps_its_order_and_its_time_step():
    array = np.arange(2 * 3 * 4 * 5, dtype=np.int16).reshape(2, 3, 4, 5)
    image = image_of(nifti_gz_bytes(array, AXIAL, time_step_s=2.5))
    np.testing.assert_array_equal(np.asanyarray(image.dataobj), array)
    assert image.header.get_zooms() == (0.5, 1.5, 2.5, 2.5)
    assert image.header.get_xyzt_units() == ("mm", "sec")


def test_without_a_time_step_no_unit_of_time_is_stated():
    image = image_of(nifti_gz_bytes(np.zeros((2, 3, 4, 5), np.int16), AXIAL))
    assert image.header.get_xyzt_units() == ("mm", "unknown")
    assert image.header.get_zooms()[3] == 0


@pytest.mark.parametrize(("shape", "step"), [((2, 2, 2), 1.0), ((2, 2, 2, 2), 0.0), ((2, 2, 2, 2), np.inf)])
def test_a_time_step_that_the_array_cannot_have_is_refused(shape, step):
    with pytest.raises(ValueError, match="time step"):
        nifti_gz_bytes(np.zeros(shape, np.uint8), AXIAL, time_step_s=step)


def test_a_sheared_affine_is_written_without_a_quaternion():
    sheared = AXIAL.copy()
    sheared[1, 2] = 0.7
    data = nifti_gz_bytes(np.zeros((2, 3, 4), np.int16), sheared, qform=False)
    image = image_of(data)
    assert image.get_qform(coded=True)[1] == 0
    np.testing.assert_allclose(image.affine, sheared, atol=1e-6)
    np.testing.assert_allclose(read_nifti(data)[1], sheared, atol=1e-6)


def test_a_projection_has_no_patient_space_but_its_pixel_sizes():
    data = nifti_gz_bytes(np.zeros((2, 3, 1), np.int16), AXIAL, qform=False, sform=False)
    image = image_of(data)
    assert (image.get_qform(coded=True)[1], image.get_sform(coded=True)[1]) == (0, 0)
    assert not np.any(image.header["srow_x"])
    assert image.header.get_zooms() == (0.5, 1.5, 2.5)
    np.testing.assert_array_equal(read_nifti(data)[1], np.diag([0.5, 1.5, 2.5, 1.0]))


@pytest.mark.parametrize("order", ["F", "C"])
@pytest.mark.parametrize("shape", [(300, 200, 30), (70, 60, 50, 8), (900, 800, 1), (5, 4), (7,)])
def test_pieces_hold_every_voxel_once_whatever_the_shape_and_the_memory_order(shape, order):
    array = np.random.default_rng(1).integers(-9, 9, shape).astype(np.int16, order=order)
    data = nifti_gz_bytes(array, AXIAL)
    np.testing.assert_array_equal(read_nifti(data)[0], array)
    assert data == nifti_gz_bytes(np.ascontiguousarray(array), AXIAL)


def test_voxels_in_the_order_of_the_file_are_not_copied():
    array = np.random.default_rng(1).integers(0, 9, (60, 512, 512)).astype(np.int16).transpose(2, 1, 0)
    tracemalloc.start()
    data = nifti_gz_bytes(array, AXIAL)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2.5 * len(data) + 3 * 2**20 < array.nbytes


@pytest.mark.parametrize("dtype", ["int16", "float32", "uint32"])
def test_files_of_the_other_byte_order_are_read_as_well(dtype):
    array = np.arange(24).reshape(2, 3, 4).astype(dtype)
    image = nibabel.Nifti1Image(array.astype(array.dtype.newbyteorder(">")), AXIAL)
    swapped = nibabel.Nifti1Image(array, AXIAL, image.header.as_byteswapped(">"))
    voxels, affine = read_nifti(swapped.to_bytes())
    np.testing.assert_array_equal(voxels, array)
    np.testing.assert_allclose(affine, AXIAL)
