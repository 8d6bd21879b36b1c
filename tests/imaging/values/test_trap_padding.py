"""Padding row of the trap table: voxels without measurement are one value below all measured ones."""

from __future__ import annotations

import numpy as np
import pytest

from tests.imaging.factories import PET, encode, pixels, slice_dataset, volume_of


def padded(index: int, value: int, vr: str, limit: int | None = None, **changes):
    item = slice_dataset(index, **changes)
    item.add_new("PixelPaddingValue", vr, value)
    if limit is not None:
        item.add_new("PixelPaddingRangeLimit", vr, limit)
    return encode(item)


def low_corner(index: int, value: int, dtype: str) -> np.ndarray:
    stored = pixels(index).astype(dtype)
    stored[0, :2] = value
    return stored


@pytest.mark.parametrize("written_as", [-2000, 63536])
def test_trap_padding_value_is_marked_with_its_count_whatever_its_sign_was_written_as(written_as):
    volume = volume_of(
        padded(
            n,
            written_as,
            "US" if written_as > 0 else "SS",
            stored=low_corner(n, -2000, "int16"),
            RescaleIntercept=-1000,
        )
        for n in range(3)
    )
    assert (volume.padding_value, volume.padding_voxels, volume.padding_mapped) == (-3000.0, 6, False)
    assert volume.array.min() == -3000
    record = volume.record()
    assert (record["padding_value"], record["padding_voxels"]) == (-3000.0, 6)


@pytest.mark.parametrize(("value", "vr"), [(63536, "US"), (-2000, "SS")])
def test_trap_padding_value_of_62512_hu_never_stands_above_the_measured_ones(value, vr):
    # 63536 unsigned with an intercept of -1024 is what other converters write as 62512 HU.
    files = [padded(n, value, vr, stored=low_corner(n, 63536, "uint16")) for n in range(3)]
    volume = volume_of(files)
    assert volume.array.dtype == np.int16
    assert (volume.padding_value, volume.padding_voxels, volume.padding_mapped) == (-1023.0, 6, True)
    measured = volume.array[volume.array > volume.padding_value]
    assert (measured.size, measured.min(), measured.max()) == (84, 2 - 1024, 245 - 1024)


def test_trap_padding_value_with_a_slope_per_slice_becomes_one_value_for_the_volume():
    values = {"SOPClassUID": PET, "Modality": "PT", "RescaleIntercept": 0, "Units": "GML"}
    volume = volume_of(
        padded(n, -5, "SS", stored=low_corner(n, -5, "int16"), RescaleSlope=0.1 * (n + 1), **values)
        for n in range(3)
    )
    assert (volume.padding_value, volume.padding_voxels, volume.padding_mapped) == (-1.0, 6, True)
    assert [float(volume.array[0, 0, k]) for k in range(3)] == [-1.0, -1.0, -1.0]
    assert volume.array[2, 0, 0] == pytest.approx(0.2)


def test_a_range_of_padding_values_becomes_one_value():
    stored = pixels(0)
    stored[0, :3] = [-2000, -1990, -1980]
    files = [padded(n, -2000, "SS", -1980, stored=stored, RescaleIntercept=0) for n in range(3)]
    volume = volume_of(files)
    assert (volume.padding_value, volume.padding_voxels, volume.padding_mapped) == (2.0, 9, True)
    assert int((volume.array == 2).sum()) == 9


def test_a_measured_value_that_equals_padding_of_another_slice_stays_measured():
    other = pixels(1)
    other[0, 0] = -2000
    files = [padded(0, -2000, "SS", stored=low_corner(0, -2000, "int16"), RescaleIntercept=0)]
    files += [encode(slice_dataset(n, stored=other, RescaleIntercept=0)) for n in (1, 2)]
    volume = volume_of(files)
    assert (volume.padding_value, volume.padding_voxels, volume.padding_mapped) == (-2001.0, 2, True)
    assert int((volume.array > -2001).sum()) == 88


def test_a_padding_value_that_no_voxel_has_is_none():
    volume = volume_of(padded(n, -2000, "SS") for n in range(3))
    assert (volume.padding_value, volume.padding_voxels) == (None, 0)


def test_padding_of_every_voxel_is_counted():
    stored = np.full((5, 6), 63536, np.uint16)
    volume = volume_of(padded(n, -2000, "SS", stored=stored, RescaleIntercept=0) for n in range(3))
    assert (volume.padding_voxels, volume.padding_value) == (90, 63536.0)
