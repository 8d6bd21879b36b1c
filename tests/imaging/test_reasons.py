"""Every reason of the closed list has a case that gives it, and each case gives its reason and no other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from imaging.dicom_reading.header import identity_refusal, read_header
from imaging.dicom_reading.source_file import SourceFile
from imaging.folder.landing import unreadable
from imaging.guard import guarded
from imaging.memory import too_large
from imaging.reasons import Reason
from imaging.records import Header, Limits, Refusal
from imaging.regions.rasterise import rasterise
from imaging.series.plan import Links
from tests.imaging.factories import (
    MR,
    contour,
    convert,
    encode,
    slice_bytes,
    slice_dataset,
    square,
    stack,
    structure_bytes,
    volume_of,
)

CR = "1.2.840.10008.5.1.4.1.1.1"
ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2.1"
TILTED = [[-10.0, 20.0 + 3.0 * i, 2.5 * i] for i in range(5)]


def header(data: bytes) -> Header:
    found = read_header(data)
    assert isinstance(found, Header)
    return found


def of_header(data: bytes) -> Refusal | None:
    found = read_header(data)
    return found if isinstance(found, Refusal) else identity_refusal(found)


def of_series(*changes: dict[str, object]) -> Refusal | None:
    """Convert five slices, the first ones changed; a single change applies to all."""
    padded = [*changes, *[{}] * (5 - len(changes))] if len(changes) > 1 else [changes[0]] * 5
    return convert([slice_bytes(index, **change) for index, change in enumerate(padded)]).refusal


def of_region(*contours: object, **changes: object) -> Refusal | None:
    found = rasterise(structure_bytes({"GTV": contours}, **changes), volume_of(stack()))
    return found if isinstance(found, Refusal) else found[0].refusal


def of_link(images: int, **changes: object) -> object:
    data = structure_bytes({"GTV": []}, **changes)
    return Links.of(header(slice_bytes(0, SeriesInstanceUID=f"1.2.{n}")) for n in range(images)).drawn_on(
        header(data)
    )


def of_same_names() -> Refusal | None:
    found = rasterise(
        structure_bytes({"GTV 1": [square(2.5, 1, 3)], "gtv-1": [square(5, 1, 3)]}), volume_of(stack())
    )
    assert isinstance(found, list)
    return found[1].refusal


def positions(*z: float) -> list[dict[str, object]]:
    return [{"ImagePositionPatient": [0, 0, value]} for value in z]


CASES: dict[Reason, Callable[[], object]] = {
    Reason.EMPTY_FILE: lambda: of_header(b""),
    Reason.NOT_DICOM: lambda: of_header(b"Dear colleague, the images are on the way."),
    Reason.UNREADABLE_HEADER: lambda: of_header(slice_bytes(0)[:400]),
    Reason.NO_SCAN_DATE: lambda: of_header(slice_bytes(0, StudyDate="")),
    Reason.NO_PATIENT_ID: lambda: of_header(slice_bytes(0, PatientID="")),
    Reason.UNSUPPORTED_SOP_CLASS: lambda: of_series({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"}),
    Reason.UNSUPPORTED_MULTIFRAME: lambda: of_series({"NumberOfFrames": 3}),
    Reason.MULTIFRAME_INVALID: lambda: of_series({"SOPClassUID": ENHANCED_CT, "NumberOfFrames": 2}),
    Reason.MOSAIC_INVALID: lambda: of_series({"SOPClassUID": MR, "ImageType": ["ORIGINAL", "MOSAIC"]}),
    Reason.SEVERAL_PROJECTIONS: lambda: of_series({"SOPClassUID": CR, "Modality": "CR"}),
    Reason.UNSUPPORTED_TRANSFER_SYNTAX: lambda: (
        convert(
            [encode(slice_dataset(0, PixelData=b"\xfe\xff\x00\xe0\0\0\0\0"), "1.2.840.10008.1.2.4.100")]
        ).refusal
    ),
    Reason.NO_PIXEL_DATA: lambda: of_series({"PixelData": None}),
    Reason.TRUNCATED_PIXEL_DATA: lambda: convert([data[:-20] for data in stack()]).refusal,
    Reason.PIXEL_DECODE_FAILED: lambda: of_series({"PixelData": b"\0" * 400}),
    Reason.UNSUPPORTED_PHOTOMETRIC: lambda: of_series({"PhotometricInterpretation": "PALETTE COLOR"}),
    Reason.UNUSED_BITS_SET: lambda: of_series(
        {"stored": np.full((5, 6), 0x7001, np.uint16), "BitsStored": 12, "HighBit": 11}
    ),
    Reason.UNREADABLE_FILE: lambda: unreadable(PermissionError(13, "Permission denied")),
    Reason.VOLUME_TOO_LARGE: lambda: too_large([SourceFile.from_bytes("f", b"1")], [], Limits(1)),
    Reason.CONVERTER_FAILED: lambda: guarded(lambda: 1 / 0, Limits()),
    Reason.PIXEL_IDENTITY_RISK: lambda: of_series({"BurnedInAnnotation": "YES"}),
    Reason.BAD_RESCALE: lambda: of_series({"RescaleSlope": 0}),
    Reason.SERIES_INCOMPLETE: lambda: of_series({"PixelData": None}, {}),
    Reason.SERIES_INCONSISTENT: lambda: of_series({"PatientID": "P2"}, {}),
    Reason.FRAME_OF_REFERENCE_INCONSISTENT: lambda: of_series({"FrameOfReferenceUID": "1.9"}, {}),
    Reason.MISSING_GEOMETRY: lambda: of_series({"PixelSpacing": None}),
    Reason.MATRIX_INCONSISTENT: lambda: of_series({"stored": np.zeros((6, 6), np.int16)}, {}),
    Reason.ORIENTATION_INCONSISTENT: lambda: of_series({"ImageOrientationPatient": [0, 1, 0, 0, 0, -1]}, {}),
    Reason.ORIENTATION_NOT_ORTHOGONAL: lambda: of_series(
        {"ImageOrientationPatient": [1, 0, 0, 0.1, 0.995, 0]}
    ),
    Reason.SLICE_SPACING_INCONSISTENT: lambda: of_series(*positions(0, 2, 4, 6, 13)),
    Reason.GANTRY_TILT: lambda: of_series(*[{"ImagePositionPatient": position} for position in TILTED]),
    Reason.SLICE_SHIFT: lambda: of_series({}, {"ImagePositionPatient": [-9.0, 20.0, 2.5]}),
    Reason.DUPLICATE_SLICES: lambda: of_series(*positions(0, 0, 2, 4, 6)),
    Reason.DUPLICATE_INSTANCE: lambda: of_series({"SOPInstanceUID": "1.2.3.4.2"}, {}),
    Reason.TOO_FEW_SLICES: lambda: convert(stack(2)).refusal,
    Reason.REGION_WITHOUT_IMAGE: lambda: of_link(0),
    Reason.REGION_AMBIGUOUS: lambda: of_link(2, series=None),
    Reason.REGION_UNSUPPORTED: lambda: of_region(contour([(0, 20, 2.5), (1, 20, 2.5)], "OPEN_PLANAR")),
    Reason.REGION_OFF_GRID: lambda: of_region(square(3.75, 1, 3)),
    Reason.REGION_CONTOURS_OVERLAP: lambda: of_region(square(5, 0.5, 3.5), square(5, 0.6, 3.6)),
    Reason.EMPTY_REGION: of_region,
    Reason.DUPLICATE_REGION: of_same_names,
}


@pytest.mark.parametrize("reason", list(CASES), ids=str)
def test_the_case_of_each_reason_is_refused_for_it(reason):
    refusal = CASES[reason]()
    assert isinstance(refusal, Refusal), refusal
    assert refusal.reason is reason


def test_every_reason_has_a_case():
    assert set(CASES) == set(Reason)


@pytest.mark.parametrize("reason", list(Reason), ids=str)
def test_each_reason_says_what_it_means_how_it_is_fixed_and_where_the_standard_has_it(reason):
    assert reason == reason.name
    assert reason.meaning.endswith(".")
    assert reason.remedy.endswith(".")
    assert reason.source.startswith("PS3.") or reason is Reason.CONVERTER_FAILED
    assert reason.meaning in (reason.__doc__ or "")
