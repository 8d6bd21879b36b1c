"""What a de-identified file says of itself: the attributes of the method, and new file meta information."""

from __future__ import annotations

from imaging.deid.options import METHOD, Options
from imaging.dicom_reading.strict.encodings import Encoding
from imaging.dicom_reading.strict.writing import element, file_start, sequence

IMPLEMENTATION_UID = b"2.25.284903862390428136215127703524173961234"
IMPLEMENTATION_NAME = b"NIGHTSCAN_DEID"


def method_elements(encoding: Encoding, options: Options, *, private_kept: bool) -> dict[int, bytes]:
    """Return the encoded elements that PS3.15 E.1.1 asks for, by tag."""
    codes = options.codes(private_kept=private_kept)
    items = [
        element(encoding, 0x00080100, "SH", code.encode())
        + element(encoding, 0x00080102, "SH", b"DCM")
        + element(encoding, 0x00080104, "LO", meaning.encode())
        for code, meaning in codes
    ]
    moved = b"MODIFIED" if options.modified_dates else b"REMOVED"
    return {
        0x00120062: element(encoding, 0x00120062, "CS", b"YES"),
        0x00120063: element(encoding, 0x00120063, "LO", METHOD.encode()),
        0x00120064: sequence(encoding, 0x00120064, items),
        0x00280303: element(encoding, 0x00280303, "CS", moved),
    }


def file_meta(sop_class: bytes, sop_instance: bytes, transfer_syntax: bytes) -> bytes:
    """Return an empty preamble and meta information that names nothing of the source (PS3.10 7.1)."""
    return file_start(
        (0x00020001, "OB", b"\0\1"),
        (0x00020002, "UI", sop_class),
        (0x00020003, "UI", sop_instance),
        (0x00020010, "UI", transfer_syntax),
        (0x00020012, "UI", IMPLEMENTATION_UID),
        (0x00020013, "SH", IMPLEMENTATION_NAME),
    )
