"""Read what the index needs from one DICOM file, without its pixels."""

from __future__ import annotations

from pathlib import Path

from imaging.records import Header, Refusal


def read_header(source: bytes | Path) -> Header | Refusal:
    """Read the header of a DICOM file given as bytes or path, stopping before the pixels.

    Bad data give a Refusal (EMPTY_FILE, NOT_DICOM, UNREADABLE_HEADER), never an exception; OSError passes.
    """
    raise NotImplementedError


def identity_refusal(header: Header) -> Refusal | None:
    """Refuse a header that names no patient or has no scan date (NO_PATIENT_ID, NO_SCAN_DATE)."""
    raise NotImplementedError
