"""The fast way through a series gives what reading each file by itself gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian

from imaging.reasons import Reason
from imaging.series.series_reader import SeriesReader
from imaging.slices.slice import Slice, Unusable
from tests.imaging.factories import MR, PET, encode, pixels, slice_bytes, slice_dataset
from tests.imaging.reading import read_slices

# What the second file of a series may differ in; the fast way must see it or leave it to the slow one.
SECOND: dict[str, dict[str, Any]] = {
    "place only": {},
    "its own slope": {"RescaleSlope": "0.25", "RescaleIntercept": "-7.5"},
    "no rescale": {"RescaleSlope": None, "RescaleIntercept": None},
    "half a rescale": {"RescaleIntercept": None},
    "a slope of zero": {"RescaleSlope": 0},
    "a slope that is no number": {"RescaleSlope": ""},
    "other units": {"RescaleType": "US"},
    "another patient": {"PatientID": "P2"},
    "another kind": {"SOPClassUID": MR},
    "another orientation": {"ImageOrientationPatient": [0, 1, 0, 0, 0, -1]},
    "another spacing": {"PixelSpacing": [3, 3]},
    "no position": {"ImagePositionPatient": None},
    "two numbers for a position": {"ImagePositionPatient": [1, 2]},
    "another matrix": {"stored": np.zeros((4, 4), np.int16)},
    "unsigned": {"stored": pixels(1).astype(np.uint16)},
    "bytes": {"stored": pixels(0).astype(np.uint8)},
    "fewer bits": {"BitsStored": 12, "HighBit": 11},
    "bits beyond the stored ones": {"stored": np.full((5, 6), 0x7001, np.uint16), "BitsStored": 12},
    "short pixels": {"PixelData": b"\0" * 58},
    "long pixels": {"PixelData": b"\0" * 400},
    "no pixels": {"PixelData": None},
    "burned in": {"BurnedInAnnotation": "YES"},
    "several frames": {"NumberOfFrames": 2},
    "colour": {"PhotometricInterpretation": "RGB"},
    "padding": {"PixelPaddingValue": -1},
    "a lookup table": {"ModalityLUTSequence": []},
}


def told(found: tuple[Slice, ...] | Unusable) -> Any:
    """Make what was read comparable."""
    if isinstance(found, Unusable):
        return found
    shown = []
    for piece in found:
        values = (piece.plane, piece.slope, piece.intercept, piece.units, piece.units_source, piece.padding)
        stored = (piece.stored.dtype, piece.stored.shape, piece.stored.tobytes())
        identity = (piece.sop_uid, piece.header.patient_id, piece.header.sop_class, piece.table)
        shown.append((*values, *stored, *identity, piece.look("InstanceNumber")))
    return shown


@pytest.mark.parametrize("change", list(SECOND))
def test_a_file_after_another_is_read_as_if_it_were_alone(change):
    first, second = slice_bytes(0), slice_bytes(1, **SECOND[change])
    for files in ((first, second, first), (second, first, second)):
        reader = SeriesReader()
        assert [told(reader.read(data)) for data in files] == [told(read_slices(data)) for data in files]


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_another_encoding_in_between_is_read_right(syntax):
    other = slice_dataset(1)
    if syntax == ExplicitVRBigEndian:
        other.PixelData = pixels(1).astype(">i2").tobytes()
    files = [slice_bytes(0), encode(other, syntax), slice_bytes(2), slice_bytes(3)[:-10]]
    reader = SeriesReader()
    found = [told(reader.read(data)) for data in files]
    assert found == [told(read_slices(data)) for data in files]
    assert found[1][0][8] == pixels(1).tobytes()


def test_a_released_file_does_not_release_the_next_one():
    reader = SeriesReader()
    risky = [slice_bytes(n, BurnedInAnnotation="YES") for n in range(2)]
    assert isinstance(reader.read(risky[0], {"PIXEL_IDENTITY_RISK"}), tuple)
    assert isinstance(reader.read(risky[1]), Unusable)


def test_the_fast_way_is_taken_for_files_that_differ_in_place_and_pixels(monkeypatch):
    calls = []
    monkeypatch.setattr(
        "imaging.series.series_reader.slices_of",
        lambda source, overruled: calls.append(1) or slow(source, overruled),
    )
    values = {"SOPClassUID": PET, "Modality": "PT", "RescaleIntercept": 0, "Units": "GML"}
    reader = SeriesReader()
    pieces = [reader.read(slice_bytes(n, RescaleSlope=0.1 * (n + 1), **values)) for n in range(9)]
    assert [told(piece)[0][1] for piece in pieces] == pytest.approx([0.1 * (n + 1) for n in range(9)])
    assert len(calls) == 1


def slow(source, overruled):
    from imaging.slices.reading import slices_of

    return slices_of(source, overruled)


def test_a_slope_of_another_representation_refuses_the_file_and_raises_nothing():
    data = slice_bytes(1)
    at = data.rindex(b"(\x00S\x10DS") + 4
    reader = SeriesReader()
    assert isinstance(reader.read(slice_bytes(0)), tuple)
    found = reader.read(data[:at] + b"FD" + data[at + 2 :])
    assert isinstance(found, Unusable)
    assert found.refusal.reason is Reason.UNREADABLE_HEADER
