"""Mosaic row of the trap table: a Siemens mosaic becomes the slices it holds; the private header decides."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from imaging.reasons import Reason
from imaging.slices.csa import csa_values
from tests.imaging.factories import MR, encode, pixels, refusal_of, slice_bytes, slice_dataset, volume_of

FACTS = {
    "EchoLinePosition": [],
    "NumberOfImagesInMosaic": ["5"],
    "SliceNormalVector": ["0.0", "0.0", "1.0"],
    "MosaicRefAcqTimes": ["0.0", "40.0", "10.0", "50.0", "20.0"],
    "PhaseEncodingDirectionPositive": ["1"],
}


def csa(facts: Mapping[str, Sequence[str]], *, modern: bool = True) -> bytes:
    """Write a private header in the new form (SV10) or the old one."""
    base = len(next(iter(facts.values())))
    blocks = [b"SV10\4\3\2\1" if modern else b"", struct.pack("<II", len(facts), 77)]
    for name, values in facts.items():
        blocks.append(struct.pack("<64si4siii", name.encode(), 1, b"IS\0\0", 6, len(values), 77))
        for value in values:
            data = value.encode() + b"\0"
            length = len(data)
            blocks.append(struct.pack("<iiii", length if modern else length + base, length, 77, length))
            blocks.append(data + b"\0" * (-length % 4))
    return b"".join(blocks)


def mosaic(number: int = 0, facts: Mapping[str, Sequence[str]] = FACTS, **changes: object) -> bytes:
    """A mosaic of 3 x 3 tiles of 5 rows and 6 columns, five of them used: tile k holds ``pixels(k)``."""
    header = changes.pop("header", csa(facts))
    block = int(changes.pop("block", 0x10))  # type: ignore[call-overload]
    whole = np.zeros((15, 18), np.int16)
    for k in range(5):
        row, column = divmod(k, 3)
        whole[5 * row : 5 * row + 5, 6 * column : 6 * column + 6] = pixels(k + 10 * number)
    values = {
        "SOPClassUID": MR,
        "Modality": "MR",
        "RescaleSlope": None,
        "RescaleIntercept": None,
        "ImageType": ["ORIGINAL", "PRIMARY", "M", "ND", "MOSAIC"],
        "ImagePositionPatient": [-10.0 - 0.5 * 6, 20.0 - 1.5 * 5, 7.0],
        "SpacingBetweenSlices": 4,
        "AcquisitionNumber": number + 1,
        "InPlanePhaseEncodingDirection": "COL",
        "stored": whole,
    }
    item = slice_dataset(number, **{**values, **changes})
    if header is not None:
        item.add_new(0x00290000 | block, "LO", "SIEMENS CSA HEADER")
        item.add_new(0x00290010 | block << 8, "OB", header)
    return encode(item)


@pytest.mark.parametrize("modern", [True, False], ids=["SV10", "old form"])
@pytest.mark.parametrize("block", [0x10, 0x13])
def test_trap_siemens_mosaic_is_cut_into_its_slices_at_their_places(modern, block):
    volume = volume_of([mosaic(header=csa(FACTS, modern=modern), block=block)])
    expected = np.stack([pixels(k) for k in range(5)])
    np.testing.assert_array_equal(volume.array.transpose(2, 1, 0), expected)
    np.testing.assert_allclose((volume.affine @ [0, 0, 0, 1])[:3], [10.0, -20.0, 7.0])
    assert volume.spacing == (0.5, 1.5, 4.0)
    assert volume.sidecar["SliceTiming"] == [0.0, 0.04, 0.01, 0.05, 0.02]
    assert volume.sidecar["PhaseEncodingDirection"] == "j"


def test_trap_siemens_mosaic_whose_normal_points_down_is_turned_with_its_times():
    facts = {**FACTS, "SliceNormalVector": ["0", "0", "-1"]}
    volume = volume_of([mosaic(facts=facts)])
    expected = np.stack([pixels(k) for k in (4, 3, 2, 1, 0)])
    np.testing.assert_array_equal(volume.array.transpose(2, 1, 0), expected)
    assert (volume.affine @ [0, 0, 0, 1])[2] == 7.0 - 16.0
    assert volume.sidecar["SliceTiming"] == [0.02, 0.05, 0.01, 0.04, 0.0]


def test_trap_siemens_mosaic_several_of_them_are_a_4d_series():
    volume = volume_of([mosaic(n) for n in (2, 0, 1)])
    assert volume.array.shape == (6, 5, 5, 3)
    assert [int(volume.array[0, 0, 1, v]) for v in range(3)] == [100, 1100, 2100]
    assert volume.fourth is not None
    assert volume.fourth.kind == "AcquisitionNumber"


@pytest.mark.parametrize(
    "changes",
    [
        {"header": None},
        {"header": b"SV10 and then nothing of sense, but long enough to be read as a header"},
        {"SpacingBetweenSlices": None},
        {"facts": {**FACTS, "NumberOfImagesInMosaic": []}},
        {"facts": {**FACTS, "NumberOfImagesInMosaic": ["17"]}},
        {"facts": {**FACTS, "SliceNormalVector": ["1", "0", "0"]}},
        {"facts": {**FACTS, "NumberOfImagesInMosaic": ["4"], "MosaicRefAcqTimes": []}},
    ],
    ids=["no header", "damaged header", "no spacing", "no number", "no grid", "other normal", "tile beyond"],
)
def test_a_mosaic_that_cannot_be_sure_of_its_slices_is_refused(changes):
    reason, evidence = refusal_of([mosaic(**changes)])
    assert reason is Reason.MOSAIC_INVALID
    assert (evidence["rows"], evidence["columns"]) == (15, 18)


def test_a_truncated_mosaic_among_others_refuses_the_series():
    files = [mosaic(n) for n in range(3)]
    reason, evidence = refusal_of([files[0][:-10], *files[1:]])
    assert (reason, evidence["unusable_files_inside"]) == (Reason.SLICE_SPACING_INCONSISTENT, 1)


@pytest.mark.parametrize("modern", [True, False])
def test_a_private_header_cut_anywhere_is_an_error_and_never_another_header(modern):
    whole = csa(FACTS, modern=modern)
    assert csa_values(whole)["MosaicRefAcqTimes"][3] == "50.0"
    outcomes = []
    for cut in range(len(whole) - 3):
        try:
            outcomes.append(csa_values(whole[:cut]))
        except ValueError:
            outcomes.append(None)
    assert outcomes == [None] * (len(whole) - 3)


def test_a_slice_of_another_kind_is_not_taken_for_a_mosaic():
    assert refusal_of([slice_bytes(0)])[0] is Reason.TOO_FEW_SLICES
