"""Hold the strict reader to pydicom: the same values of the same bytes, or no answer."""

from __future__ import annotations

from collections.abc import Callable

from pydicom.dataset import FileDataset

from imaging.dicom_reading.by_pydicom import open_dataset
from imaging.dicom_reading.header import HEADER_TAGS, header_of
from imaging.dicom_reading.source import (
    Source,
    has,
    integer,
    little_endian,
    numbers,
    parse_errors,
    pixel_bytes,
    quiet,
    raw_text,
    text,
    transfer_syntax,
)
from imaging.dicom_reading.strict.elements import read_elements
from imaging.dicom_reading.tags import tags_of
from imaging.records import Header, Refusal

KEYWORDS = (
    "SpecificCharacterSet", "ImageType", "SOPClassUID", "SOPInstanceUID", "StudyDate", "SeriesDate",
    "StudyTime", "Modality", "Manufacturer", "InstitutionName", "SeriesDescription", "PatientID",
    "PatientName", "PatientAge", "PatientWeight", "SliceThickness", "EchoTime", "GantryDetectorTilt",
    "StudyInstanceUID", "SeriesInstanceUID", "InstanceNumber", "ImagePositionPatient",
    "ImageOrientationPatient", "FrameOfReferenceUID", "SliceLocation", "ImageComments",
    "SamplesPerPixel", "PhotometricInterpretation", "NumberOfFrames", "Rows", "Columns", "PixelSpacing",
    "PixelAspectRatio", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation",
    "PixelPaddingValue", "SmallestImagePixelValue", "RescaleIntercept", "RescaleSlope", "RescaleType",
    "ModalityLUTSequence", "DiffusionBValue", "DiffusionGradientOrientation", "ReferencedSeriesSequence",
    "RequestAttributesSequence", "ReferencedFrameOfReferenceSequence", "StructureSetROISequence",
    "RadiopharmaceuticalInformationSequence", "FloatPixelData", "FrameIncrementPointer", "Units",
)  # fmt: skip
TAGS = frozenset((*tags_of(KEYWORDS), *HEADER_TAGS))


def outcome(question: Callable[[], object]) -> object:
    """The answer, or the kind of error."""
    try:
        return question()
    except parse_errors() as error:
        return type(error)


def given(source: Source, keyword: str) -> tuple[object, ...]:
    """All that the accessors say of one element."""
    return (
        has(source, keyword),
        outcome(lambda: text(source, keyword)),
        outcome(lambda: integer(source, keyword)),
        *[outcome(lambda count=count: repr(numbers(source, keyword, count))) for count in (2, 3, 6)],
    )


def raw_value(source: Source, keyword: str) -> object:
    return outcome(lambda: raw_text(source, keyword))


def differences(data: bytes, *, pixels: bool) -> list[str] | None:
    """Where the strict reader and pydicom differ; None when the strict reader gives no answer."""
    fast = read_elements(data, TAGS, pixels=pixels)
    if fast is None or fast.cut:  # of a file cut within encapsulated pixels pydicom keeps nothing
        return None
    with quiet():
        slow = open_dataset(data, TAGS, pixels=pixels)
        if not isinstance(slow, FileDataset):
            return [f"pydicom refuses: {slow}"]
        found = [
            "raw " + keyword
            for keyword in KEYWORDS[:40]
            if raw_value(fast, keyword) != raw_value(slow, keyword)
        ]
        found += [
            keyword
            for keyword in (*KEYWORDS, "PixelData")
            if value_of(fast, keyword) != value_of(slow, keyword)
        ]
        whole = (transfer_syntax, little_endian, lambda source: bytes(pixel_bytes(source) or b""))
        return found + [str(name) for name in whole if name(fast) != name(slow)]


def value_of(source: Source, keyword: str) -> object:
    return has(source, keyword) if keyword in {"PixelData", "FloatPixelData"} else given(source, keyword)


def header_by_pydicom(data: bytes) -> Header | Refusal:
    """The header as it comes out when the strict reader is never asked."""
    with quiet():
        parsed = open_dataset(data, HEADER_TAGS, pixels=False)
        return parsed if isinstance(parsed, Refusal) else header_of(parsed)
