"""Read what the index needs from one DICOM file, without its pixels."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from contextlib import nullcontext
from functools import lru_cache
from pathlib import Path

from imaging.dicom_reading.sop_classes import role_of
from imaging.dicom_reading.source import (
    Source,
    integer,
    items,
    open_source,
    parse_errors,
    quiet,
    text,
    transfer_syntax,
)
from imaging.dicom_reading.strict.elements import Elements
from imaging.dicom_reading.tags import tags_of
from imaging.dicom_reading.uids import uid_name
from imaging.reasons import Reason
from imaging.records import Header, JsonValue, Refusal, Role

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
FRAME_TAGS = frozenset(tags_of(("FrameOfReferenceUID", "RTReferencedStudySequence")))
STUDY_TAGS = frozenset(tags_of(("RTReferencedSeriesSequence",)))
SERIES_TAGS = frozenset(tags_of(("SeriesInstanceUID",)))
HEADER_TAGS = frozenset(tags_of((*REQUIRED, *DATES, *REFERENCES, *OPTIONAL)))

SHARED_TAGS = tuple(sorted(HEADER_TAGS.difference(tags_of(("SOPInstanceUID", "InstanceNumber")))))
MADE_AT_MOST = 256
_MADE: dict[tuple[object, ...], Header] = {}


def read_header(source: bytes | Path) -> Header | Refusal:
    """Read the header of a DICOM file given as bytes or path, stopping before the pixels.

    Bad data give a Refusal (EMPTY_FILE, NOT_DICOM, UNREADABLE_HEADER), never an exception; OSError passes.
    Of a path only the beginning is read. Any thread may call it.
    """
    opened = open_source(source, HEADER_TAGS, pixels=False)
    if isinstance(opened, Refusal):
        return opened
    with nullcontext() if isinstance(opened, Elements) else quiet():
        return header_of(opened)


def header_of(source: Source) -> Header | Refusal:
    """Take the header out of a parsed file; UNREADABLE_HEADER when an identifier is missing."""
    try:
        header = _header(source)
    except parse_errors() as error:
        return Refusal(Reason.UNREADABLE_HEADER, {"error": type(error).__name__})
    if header.sop_class and header.sop_uid and header.study_uid and header.series_uid:
        return header
    missing: list[JsonValue] = [keyword for keyword in REQUIRED if not text(source, keyword)]
    return Refusal(Reason.UNREADABLE_HEADER, {"missing": missing})


def _header(source: Source) -> Header:
    """Make the header; files of one series share all but two elements of it, which then are decoded once."""
    if not isinstance(source, Elements):
        return _decoded(source)
    found = source.found
    alike = (source.encoding, source.syntax, *map(found.get, SHARED_TAGS))
    header = _MADE.get(alike)
    if header is None:
        header = _decoded(source)
        if header.role is Role.IMAGE:
            if len(_MADE) >= MADE_AT_MOST:
                _MADE.clear()
            _MADE[alike] = header
        return header
    return header.of_object(text(source, "SOPInstanceUID"), integer(source, "InstanceNumber"))


def _decoded(source: Source) -> Header:
    sop_class = text(source, "SOPClassUID")
    role = role_of(sop_class)
    series, frames = _references(source) if role is Role.REGION else ((), ())
    return Header(
        patient_id=text(source, "PatientID"),
        study_uid=text(source, "StudyInstanceUID"),
        series_uid=text(source, "SeriesInstanceUID"),
        sop_uid=text(source, "SOPInstanceUID"),
        sop_class=sop_class,
        sop_class_name=uid_name(sop_class),
        transfer_syntax=transfer_syntax(source),
        modality=text(source, "Modality"),
        role=role,
        date=header_date(text(source, keyword) for keyword in DATES),
        rows=integer(source, "Rows") or 0,
        columns=integer(source, "Columns") or 0,
        frames=integer(source, "NumberOfFrames") or 1,
        instance_number=integer(source, "InstanceNumber"),
        frame_of_reference=text(source, "FrameOfReferenceUID"),
        manufacturer=text(source, "Manufacturer"),
        image_type=tuple(part for part in text(source, "ImageType").split("\\") if part),
        simulated=text(source, "SyntheticData") == "YES",
        referenced_series=series,
        referenced_frames=frames,
    )


def header_date(values: Iterable[str]) -> dt.date | None:
    """Return the first valid date (YYYYMMDD, or the old YYYY.MM.DD of PS3.5 6.2), None when there is none."""
    return next((date for date in map(_date, values) if date is not None), None)


@lru_cache(maxsize=4096)
def _date(value: str) -> dt.date | None:
    match = DATE_FORM.fullmatch(value)
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups() if part is not None)
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _references(source: Source) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Collect the series and frames of reference that a region object (RTSTRUCT, SEG) points to."""
    series: dict[str, None] = {}
    frames: dict[str, None] = {}
    for frame in items(source, "ReferencedFrameOfReferenceSequence", FRAME_TAGS):
        frames[text(frame, "FrameOfReferenceUID")] = None
        for study in items(frame, "RTReferencedStudySequence", STUDY_TAGS):
            for item in items(study, "RTReferencedSeriesSequence", SERIES_TAGS):
                series[text(item, "SeriesInstanceUID")] = None
    for item in items(source, "ReferencedSeriesSequence", SERIES_TAGS):
        series[text(item, "SeriesInstanceUID")] = None
    if not frames:
        frames[text(source, "FrameOfReferenceUID")] = None
    return tuple(uid for uid in series if uid), tuple(uid for uid in frames if uid)


def identity_refusal(header: Header) -> Refusal | None:
    """Refuse a header that names no patient or has no scan date (NO_PATIENT_ID, NO_SCAN_DATE)."""
    if not header.patient_id:
        return Refusal(Reason.NO_PATIENT_ID)
    if header.date is None:
        return Refusal(Reason.NO_SCAN_DATE)
    return None
