"""Value rows of the trap table: what a stored pixel means."""

from __future__ import annotations

import numpy as np
import pydicom
import pytest

from imaging.reasons import Reason
from imaging.slices.slice import Slice, Unusable
from tests.imaging.factories import (
    MR,
    PET,
    convert,
    dataset,
    encode,
    pixels,
    refusal_of,
    slice_bytes,
    slice_dataset,
    stack,
    volume_of,
)
from tests.imaging.reading import read_slices

PET_VALUES = {"SOPClassUID": PET, "Modality": "PT", "RescaleIntercept": 0, "Units": "GML"}


def read_slice(data: bytes) -> Slice | Unusable:
    found = read_slices(data)
    return found if isinstance(found, Unusable) else found[0]


def same_in(volume, expected: list[np.ndarray]) -> None:
    """Compare a volume with expected planes (rows, columns), slice by slice."""
    np.testing.assert_array_equal(volume.array.transpose(2, 1, 0), np.stack(expected))


def test_trap_per_slice_rescale_gives_each_slice_its_own_slope():
    slopes = [0.1 * (index + 1) for index in range(5)]
    volume = volume_of(
        [slice_bytes(n, **PET_VALUES, RescaleSlope=f"{slope:.3f}") for n, slope in enumerate(slopes)]
    )
    assert (volume.array.dtype, volume.units) == (np.float32, "SUV")
    same_in(volume, [(pixels(n) * float(f"{s:.3f}")).astype(np.float32) for n, s in enumerate(slopes)])


def test_trap_per_slice_rescale_is_in_the_record_so_that_a_changed_one_shows():
    plain = volume_of(stack(3)).record()["rescale"]
    other = [slice_bytes(n, RescaleIntercept=-1024 + (n == 1)) for n in range(3)]
    changed = volume_of(other).record()["rescale"]
    assert plain["digest"] != changed["digest"]
    assert (plain["intercept_max"], changed["intercept_max"], changed["intercept_min"]) == (
        -1024,
        -1023,
        -1024,
    )


def test_trap_first_slice_dtype_does_not_decide_for_the_others():
    first = slice_bytes(0, stored=np.zeros((5, 6), np.int16), RescaleIntercept=0)
    second = slice_bytes(1, stored=np.full((5, 6), 185, np.int16), RescaleSlope="0.01", RescaleIntercept=0)
    third = slice_bytes(2, stored=np.zeros((5, 6), np.uint16), RescaleIntercept=-1000)
    volume = volume_of([first, second, third])
    assert volume.array.dtype == np.float32
    assert [float(volume.array[0, 0, k]) for k in range(3)] == [0.0, pytest.approx(1.85), -1000.0]


@pytest.mark.parametrize(
    ("low", "high", "intercept", "name"),
    [(0, 4095, -1024, "int16"), (0, 65535, 0, "int32"), (0, 40000, -32768, "int16")],
)
def test_whole_values_stay_whole_in_the_smallest_type_that_holds_them(low, high, intercept, name):
    stored = np.full((5, 6), low, np.uint16)
    stored[0, 0] = high
    volume = volume_of(stack(stored=stored, RescaleIntercept=intercept))
    assert volume.array.dtype == name
    assert (volume.array.min(), volume.array.max()) == (low + intercept, high + intercept)


def test_a_step_too_fine_for_single_precision_is_kept_in_double():
    volume = volume_of(stack(RescaleSlope="0.0001", RescaleIntercept=100000))
    assert volume.array.dtype == np.float64


@pytest.mark.parametrize(
    ("changes", "units"),
    [
        ({}, "HU"),
        ({"RescaleType": "HU"}, "HU"),
        ({"RescaleType": "US"}, "arbitrary"),
        ({"RescaleSlope": None, "RescaleIntercept": None}, "arbitrary"),
        ({**PET_VALUES, "Units": "GML", "SUVType": "BW"}, "SUV"),
        ({**PET_VALUES, "Units": "GML", "SUVType": "LBM"}, "arbitrary"),
        ({**PET_VALUES, "Units": "BQML"}, "BQML"),
        ({**PET_VALUES, "Units": "CNTS"}, "arbitrary"),
        ({"SOPClassUID": MR, "Modality": "MR", "RescaleSlope": None, "RescaleIntercept": None}, "arbitrary"),
    ],
)
def test_units_are_those_the_header_states_and_no_others(changes, units):
    assert volume_of(stack(**changes)).units == units


def test_slices_of_different_units_are_not_stacked():
    mixed = [slice_bytes(n, **{**PET_VALUES, "Units": "GML" if n else "BQML"}) for n in range(4)]
    reason, evidence = refusal_of(mixed)
    assert (reason, evidence["differing"]) == (Reason.SERIES_INCONSISTENT, ["units"])


def test_trap_modality_lut_is_applied(store_files):
    source = pydicom.dcmread(store_files / "mlut_18.dcm")
    stored = source.pixel_array
    changes = {
        "stored": stored.astype(np.int16),
        "BitsStored": source.BitsStored,
        "HighBit": source.HighBit,
        "RescaleSlope": None,
        "RescaleIntercept": None,
        "ModalityLUTSequence": source.ModalityLUTSequence,
    }
    volume = volume_of(stack(3, **changes))
    assert (int(volume.array.min()), int(volume.array.max())) == (0, 65535)
    assert volume.array.dtype == np.int32
    first = int(source.ModalityLUTSequence[0].LUTDescriptor[1])
    table = np.asarray(source.ModalityLUTSequence[0].LUTData).astype(np.int64) % 65536
    index = np.clip(stored.astype(np.int64) - first, 0, len(table) - 1)
    same_in(volume, [table[index]] * 3)


def test_trap_monochrome1_keeps_stored_values():
    inverted = volume_of(stack(PhotometricInterpretation="MONOCHROME1"))
    np.testing.assert_array_equal(inverted.array, volume_of(stack()).array)


@pytest.mark.parametrize(
    "name",
    [
        "MR_small_implicit.dcm",
        "MR_small_bigendian.dcm",
        "MR_small_RLE.dcm",
        "MR_small_expb.dcm",
        "MR_small_jp2klossless.dcm",
        "MR_small_jpeg_ls_lossless.dcm",
    ],
)
def test_trap_transfer_syntaxes_give_identical_voxels(name, pydicom_files):
    plain = read_slice((pydicom_files / "MR_small.dcm").read_bytes())
    other = read_slice((pydicom_files / name).read_bytes())
    assert isinstance(plain, Slice)
    assert isinstance(other, Slice)
    assert plain.stored.dtype == np.int16
    np.testing.assert_array_equal(other.stored, plain.stored)
    assert other.plane == plain.plane
    np.testing.assert_array_equal(plain.stored, pydicom.dcmread(pydicom_files / "MR_small.dcm").pixel_array)


def test_trap_pixel_representation_mismatch_is_read_with_the_right_sign(pydicom_files):
    # The header says signed, the JPEG 2000 stream unsigned: the header is believed (its padding is -2000).
    slice_ = read_slice((pydicom_files / "J2K_pixelrep_mismatch.dcm").read_bytes())
    assert isinstance(slice_, Slice)
    assert slice_.stored.dtype.kind == "i"
    assert int(slice_.stored.min()) == -2000


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.EMPTY_FILE),
        (b"The images follow by courier.", Reason.NOT_DICOM),
        (slice_bytes(0, PixelData=None), Reason.NO_PIXEL_DATA),
        (slice_bytes(0)[:-3], Reason.TRUNCATED_PIXEL_DATA),
    ],
)
def test_trap_truncated_or_no_pixel_data_is_refused_and_no_volume_is_made_of_the_other_files(data, reason):
    good = [slice_bytes(n, ImagePositionPatient=[0, 0, 2.5 * n + 100]) for n in range(3)]
    result = convert([data, *good])
    refused = [item.refusal.reason for item in result.outcomes if item.refusal is not None]
    assert refused == [reason, *[Reason.SERIES_INCOMPLETE] * 3]
    assert result.refusal is not None
    assert result.refusal.evidence == {"slices": 3, "unusable_files": 1, "reasons": {str(reason): 1}}


def test_float_pixel_data_stay_as_they_are():
    values = np.array([[0.1, -2.5e-12], [3e7, 7.25]], np.float32)
    changes = {
        "stored": values,
        "PixelData": None,
        "FloatPixelData": values.tobytes(),
        "BitsStored": None,
        "HighBit": None,
        "PixelRepresentation": None,
    }
    plain = volume_of(stack(3, RescaleSlope=None, RescaleIntercept=None, **changes))
    assert plain.array.dtype == np.float32
    same_in(plain, [values] * 3)
    scaled = volume_of(stack(3, RescaleSlope=3, RescaleIntercept=1, **changes))
    assert scaled.array.dtype == np.float64
    same_in(scaled, [values.astype(np.float64) * 3 + 1] * 3)


def test_whole_values_beyond_thirty_two_bits_are_kept_in_double():
    stored = np.full((5, 6), 4_294_967_295, np.uint32)
    volume = volume_of(stack(stored=stored, RescaleIntercept=0))
    assert (volume.array.dtype, float(volume.array[0, 0, 0])) == (np.float64, 4_294_967_295.0)


def test_a_rescale_beside_a_lookup_table_is_refused():
    table = dataset(LUTDescriptor=[2, 0, 16], LUTData=b"\x05\x00\x09\x00", ModalityLUTType="HU")
    both = {"ModalityLUTSequence": [table], "stored": np.zeros((5, 6), np.uint16)}
    assert refusal_of(stack(RescaleSlope=2, **both))[0] is Reason.BAD_RESCALE
    alone = volume_of(stack(RescaleSlope=None, RescaleIntercept=None, **both))
    assert (int(alone.array.max()), alone.units, alone.units_source) == (5, "HU", "HU")


def test_trap_truncated_pixel_data_is_refused_with_its_bytes(pydicom_files):
    reason, evidence = refusal_of([(pydicom_files / "MR_truncated.dcm").read_bytes()])
    assert reason is Reason.TRUNCATED_PIXEL_DATA
    assert (evidence["bytes_expected"], evidence["bytes_found"]) == (8192, 8130)


def test_trap_a_file_cut_by_300_bytes_is_refused(pydicom_files):
    reason, _ = refusal_of([(pydicom_files / "CT_small.dcm").read_bytes()[:-300]])
    assert reason is Reason.TRUNCATED_PIXEL_DATA


@pytest.mark.parametrize("name", ["liver.dcm", "rtdose.dcm", "reportsi.dcm", "US1_UNCI.dcm"])
def test_trap_not_an_image_volume_never_becomes_one(name, pydicom_files, store_files):
    path = next(folder / name for folder in (pydicom_files, store_files) if (folder / name).exists())
    reason, _ = refusal_of([path.read_bytes()])
    assert reason is Reason.UNSUPPORTED_SOP_CLASS


def test_trap_empty_optional_tags_convert():
    assert volume_of(stack(RepetitionTime="", EchoTime="")).array.shape == (6, 5, 5)


def test_twelve_bit_values_are_cut_out_of_sixteen_bit_cells_when_an_overlay_fills_the_rest():
    stored = (pixels(0).astype(np.uint16) & 0xFFF) | 0x1000
    values = {"stored": stored, "BitsStored": 12, "HighBit": 11, "RescaleIntercept": 0}
    files = []
    for index in range(3):
        item = slice_dataset(index, **values)
        item.add_new(0x60000102, "US", 12)
        files.append(encode(item))
    same_in(volume_of(files), [pixels(0)] * 3)


def test_signed_twelve_bit_values_are_sign_extended():
    stored = (pixels(0) - 20).astype(np.int16)
    cells = (stored.view(np.uint16) & 0xFFF).view(np.int16)
    files = stack(3, stored=cells, BitsStored=12, HighBit=11, RescaleIntercept=0)
    same_in(volume_of(files), [stored] * 3)


def test_a_slice_with_invalid_optional_values_is_read_without_a_complaint(caplog):
    good = slice_bytes(0, Manufacturer="ACME", StationName="ROOM 1")
    odd = good.replace(b"ACME", b"\xff\xfe\xfd\\").replace(b"20240301", b"20241399")
    assert isinstance(read_slice(odd), Slice)
    assert caplog.records == []


def test_a_slice_cut_anywhere_is_never_read_as_another_slice():
    whole = slice_bytes(1, RescaleSlope="0.125")
    expected = read_slice(whole)
    assert isinstance(expected, Slice)
    cuts = [read_slice(whole[:cut]) for cut in range(len(whole))]
    assert len(cuts) > 600
    assert [item for item in cuts if isinstance(item, Slice)] == []


def test_a_modality_lut_with_no_item_is_ignored():
    files = [encode(slice_dataset(index, ModalityLUTSequence=[])) for index in range(3)]
    assert volume_of(files).units == "HU"
