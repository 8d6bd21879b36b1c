"""What each action of the profile does to a value: one small function each.

An action takes the bytes of a value and the patient's stand-ins and returns the new bytes, or None when the
element goes. What an action cannot understand is emptied: the original never comes back.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from imaging.deid.dates import shift_dates, shift_moments
from imaging.deid.pseudonyms import Patient, Pseudonyms
from imaging.deid.vocabulary import clean


@dataclass(frozen=True)
class Subject:
    """Whom a file is of: stand-ins, the map of UIDs, and the file's own identifiers in lower case.

    ``forbidden``: their words, dropped from descriptors; ``phrases``: their parts of four letters and more.
    """

    pseudonyms: Pseudonyms
    patient: Patient
    forbidden: frozenset[bytes]
    phrases: frozenset[bytes]


Action = Callable[[bytes, Subject], bytes | None]

DUMMY_TEXT = b"DEIDENTIFIED"
DUMMIES = {
    **dict.fromkeys(("AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UT"), DUMMY_TEXT),
    **dict.fromkeys(("OB", "OW"), b"\0\0"),
    "AS": b"000Y",
    "DS": b"0",
    "IS": b"0",
}
OLDEST = 89
AGE = re.compile(rb"(\d{3})([DWMY])")
OVER_OLDEST = b"090Y"
# What the characters of a VR allow (PS3.5 6.2); anything else is text where none belongs.
FORMS = {
    "CS": re.compile(rb"[A-Z0-9_ \\]*\0?"),
    "DS": re.compile(rb"[-+0-9.eE \\]*\0?"),
    "IS": re.compile(rb"[-+0-9 \\]*\0?"),
    "TM": re.compile(rb"[0-9:. \\]*\0?"),
}


def remove(value: bytes, subject: Subject) -> None:
    """Remove the element (X)."""
    del value, subject


def empty(value: bytes, subject: Subject) -> bytes:
    """Keep the element without a value (Z)."""
    del value, subject
    return b""


def dummy_for(vr: str) -> Action:
    """Put a value that means nothing in place of one that is there (D); one that is empty stays empty."""
    stand_in = DUMMIES.get(vr, b"")

    def dummy(value: bytes, subject: Subject) -> bytes:
        del subject
        return stand_in if value.strip(b" \0") else b""

    return dummy


def cleaned_or(otherwise: Action) -> Action:
    """Drop the words that are not known to be safe (C); when none stays, do what the basic profile does."""

    def clean_text(value: bytes, subject: Subject) -> bytes | None:
        if not value.strip(b" \0"):
            return b""
        return clean(value, subject.forbidden) or otherwise(value, subject)

    return clean_text


def replace_instance_uids(value: bytes, subject: Subject) -> bytes:
    """Map each UID that names an object (U)."""
    return _replace_uids(value, subject, instance=True)


def replace_other_uids(value: bytes, subject: Subject) -> bytes:
    """Map each UID, those under the standard's root excepted."""
    return _replace_uids(value, subject, instance=False)


def _replace_uids(value: bytes, subject: Subject, *, instance: bool) -> bytes:
    parts = (part.strip(b" \0").decode("latin-1") for part in value.split(b"\\"))
    return "\\".join(
        subject.pseudonyms.uid(part, instance=instance) if part else "" for part in parts
    ).encode()


def move_date(value: bytes, subject: Subject) -> bytes:
    """Move a DA by the patient's days (C of the Modified Dates Option)."""
    return shift_dates(value, subject.patient.days)


def move_moment(value: bytes, subject: Subject) -> bytes:
    """Move the date of a DT by the patient's days (C of the Modified Dates Option)."""
    return shift_moments(value, subject.patient.days)


def cap_age(value: bytes, subject: Subject) -> bytes:
    """Keep an age up to 89 years; older is 090Y, anything that is no age is emptied."""
    del subject
    match = AGE.fullmatch(value.strip(b" \0"))
    if match is None:
        return b""
    # 999 months are 83 years: only an age in years can pass the limit.
    return OVER_OLDEST if match[2] == b"Y" and int(match[1]) > OLDEST else match[0]


def pseudonym_id(value: bytes, subject: Subject) -> bytes:
    """Put the patient's pseudonym in place of PatientID."""
    del value
    return subject.patient.id.encode()


def pseudonym_name(value: bytes, subject: Subject) -> bytes:
    """Put a name made from the pseudonym in place of PatientName."""
    del value
    return subject.patient.name.encode()


def keep_unless_identifying(value: bytes, subject: Subject) -> bytes:
    """Keep a text that a device wrote; empty it when it holds one of the file's identifiers."""
    low = value.lower()
    return b"" if any(phrase in low for phrase in subject.phrases) else value


def keep_form(vr: str) -> Action:
    """Keep a value that has the form of its VR; empty anything else (K of a coded or numeric value)."""
    form = FORMS[vr].fullmatch

    def keep_well_formed(value: bytes, subject: Subject) -> bytes:
        del subject
        return value if form(value) else b""

    return keep_well_formed
