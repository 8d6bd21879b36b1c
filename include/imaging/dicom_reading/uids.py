"""What the standard's registry (PS3.6 annex A) says of a unique identifier."""

from __future__ import annotations

from imaging.dicom_reading.dictionary import unique_identifiers
from imaging.dicom_reading.strict.encodings import (
    BIG_ENDIAN_SYNTAX,
    DEFLATED_SYNTAX,
    EXPLICIT_SYNTAX,
    IMPLICIT_SYNTAX,
)

NATIVE = frozenset({IMPLICIT_SYNTAX, EXPLICIT_SYNTAX, BIG_ENDIAN_SYNTAX, DEFLATED_SYNTAX})


def uid_name(uid: str) -> str:
    """Return the standard's name of a UID, or the UID itself when it is unknown."""
    entry = unique_identifiers().get(uid)
    return uid if entry is None else entry[0]


def is_transfer_syntax(uid: str) -> bool:
    """Whether the standard lists this UID as a transfer syntax."""
    entry = unique_identifiers().get(uid)
    return uid in NATIVE or (entry is not None and entry[1] == "Transfer Syntax")


def is_encapsulated(syntax: str) -> bool:
    """Whether a transfer syntax of the standard puts pixel data into fragments (PS3.5 A.4)."""
    return syntax not in NATIVE and is_transfer_syntax(syntax)
