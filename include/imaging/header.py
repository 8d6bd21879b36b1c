"""Read what the index needs from one DICOM file, without its pixels."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from pathlib import Path

import pydicom
from pydicom.datadict import tag_for_keyword

from imaging.dicom import PARSE_ERRORS, integer, open_dataset, quiet, text
from imaging.reasons import Reason
from imaging.records import Header, JsonValue, Refusal, Role
from imaging.sop_classes import name_of, role_of

REQUIRED = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID")
DATES = ("StudyDate", "AcquisitionDate", "SeriesDate")
REFERENCES = ("ReferencedFrameOfReferenceSequence", "ReferencedSeriesSequence")
OPTIONAL = (
    "SpecificCharacterSet",
    "PatientID",
    "Modality",
    "Rows",
    "Columns",
    "NumberOfFrames",
    "InstanceNumber",
    "FrameOfReferenceUID",
    "Manufacturer",
    "ImageType",
    "SyntheticData",
)
DATE_FORM = re.compile(r"(\d{4})(\d{2})(\d{2})|(\d{4})\.(\d{2})\.(\d{2})")


def tags_of(keywords: Iterable[str]) -> tuple[int, ...]:
    """Return the tags of DICOM keywords; KeyError for an unknown one."""
    found = {keyword: tag_for_keyword(keyword) for keyword in keywords}
    unknown = [keyword for keyword, tag in found.items() if tag is None]
    if unknown:
        raise KeyError(f"not in the DICOM dictionary: {unknown}; correct the spelling")
    return tuple(tag for tag in found.values() if tag is not None)


HEADER_TAGS = tags_of((*REQUIRED, *DATES, *REFERENCES, *OPTIONAL))


def read_header(source: bytes | Path) -> Header | Refusal:
    """Read the header of a DICOM file given as bytes or path, stopping before the pixels.

    Bad data give a Refusal (EMPTY_FILE, NOT_DICOM, UNREADABLE_HEADER), never an exception; OSError passes.
    """
    with quiet():
        dataset = open_dataset(source, HEADER_TAGS, pixels=False)
        return dataset if isinstance(dataset, Refusal) else header_of(dataset)


def header_of(dataset: pydicom.FileDataset) -> Header | Refusal:
    """Take the header out of a parsed dataset; UNREADABLE_HEADER when an identifier is missing."""
    try:
        missing: list[JsonValue] = [keyword for keyword in REQUIRED if not text(dataset, keyword)]
        if missing:
            return Refusal(Reason.UNREADABLE_HEADER, {"missing": missing})
        return _header(dataset)
    except PARSE_ERRORS as error:
        return Refusal(Reason.UNREADABLE_HEADER, {"error": type(error).__name__})


def _header(dataset: pydicom.FileDataset) -> Header:
    sop_class = text(dataset, "SOPClassUID")
    role = role_of(sop_class)
    series, frames = _references(dataset) if role is Role.REGION else ((), ())
    return Header(
        patient_id=text(dataset, "PatientID"),
        study_uid=text(dataset, "StudyInstanceUID"),
        series_uid=text(dataset, "SeriesInstanceUID"),
        sop_uid=text(dataset, "SOPInstanceUID"),
        sop_class=sop_class,
        sop_class_name=name_of(sop_class),
        transfer_syntax=text(dataset.file_meta, "TransferSyntaxUID"),
        modality=text(dataset, "Modality"),
        role=role,
        scan_date=scan_date(text(dataset, keyword) for keyword in DATES),
        rows=integer(dataset, "Rows") or 0,
        columns=integer(dataset, "Columns") or 0,
        frames=integer(dataset, "NumberOfFrames") or 1,
        instance_number=integer(dataset, "InstanceNumber"),
        frame_of_reference=text(dataset, "FrameOfReferenceUID"),
        manufacturer=text(dataset, "Manufacturer"),
        image_type=tuple(part for part in text(dataset, "ImageType").split("\\") if part),
        simulated=text(dataset, "SyntheticData") == "YES",
        referenced_series=series,
        referenced_frames=frames,
    )


def scan_date(values: Iterable[str]) -> dt.date | None:
    """Return the first valid date (YYYYMMDD, or the old YYYY.MM.DD of PS3.5 6.2), None when there is none."""
    for value in values:
        match = DATE_FORM.fullmatch(value)
        if match is None:
            continue
        year, month, day = (int(part) for part in match.groups() if part is not None)
        try:
            return dt.date(year, month, day)
        except ValueError:
            continue
    return None


def _references(dataset: pydicom.Dataset) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Collect the series and frames of reference that a region object (RTSTRUCT, SEG) points to."""
    series: dict[str, None] = {}
    frames: dict[str, None] = {}
    for frame in dataset.get("ReferencedFrameOfReferenceSequence") or ():
        frames[text(frame, "FrameOfReferenceUID")] = None
        for study in frame.get("RTReferencedStudySequence") or ():
            for item in study.get("RTReferencedSeriesSequence") or ():
                series[text(item, "SeriesInstanceUID")] = None
    for item in dataset.get("ReferencedSeriesSequence") or ():
        series[text(item, "SeriesInstanceUID")] = None
    if not frames:
        frames[text(dataset, "FrameOfReferenceUID")] = None
    return tuple(uid for uid in series if uid), tuple(uid for uid in frames if uid)


def identity_refusal(header: Header) -> Refusal | None:
    """Refuse a header that names no patient or has no scan date (NO_PATIENT_ID, NO_SCAN_DATE)."""
    if not header.patient_id:
        return Refusal(Reason.NO_PATIENT_ID)
    if header.scan_date is None:
        return Refusal(Reason.NO_SCAN_DATE)
    return None
