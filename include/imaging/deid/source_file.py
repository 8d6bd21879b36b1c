"""Open a DICOM file for de-identification: its encoding, and the elements of its data set."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from pydicom.uid import AllTransferSyntaxes

from imaging.deid.encoding import SHORT, Encoding, EncodingError, Field, Parser
from imaging.deid.reasons import DeidReason, DeidRefusal

PREFIX_AT, PREFIX = 128, b"DICM"
META_GROUP = 0x0002
TRANSFER_SYNTAX = 0x00020010
IMPLICIT, EXPLICIT, DEFLATED, BIG = (
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2.1.99",
    "1.2.840.10008.1.2.2",
)
KNOWN_SYNTAXES = frozenset(AllTransferSyntaxes)
# What a data set without meta information starts with: a tag of group 0008 in either byte order.
FIRST_LITTLE, FIRST_BIG = b"\x08\x00", b"\x00\x08"


@dataclass(frozen=True)
class SourceData:
    """The data set of a file: its bytes (inflated), their encoding, and its elements in order of the file."""

    data: bytes
    encoding: Encoding
    transfer_syntax: str
    fields: list[Field]

    def has(self, tag: int) -> bool:
        """Whether the element stands at the top level."""
        return any(field.tag == tag for field in self.fields)

    def vr(self, tag: int) -> str:
        """Return the VR of an element of the top level as the file states it; '' when absent."""
        return next((field.vr for field in self.fields if field.tag == tag), "")

    def value(self, tag: int) -> bytes:
        """Return the value of an element of the top level without padding; b"" when absent."""
        for field in self.fields:
            if field.tag == tag:
                return self.data[field.value : field.stop].strip(b" \0")
        return b""


def open_source(data: bytes) -> SourceData | DeidRefusal:
    """Take a file apart; EMPTY_FILE, NOT_DICOM or UNREADABLE when that is not possible to its last byte."""
    if not data:
        return DeidRefusal(DeidReason.EMPTY_FILE)
    has_prefix = data[PREFIX_AT : PREFIX_AT + len(PREFIX)] == PREFIX
    if not has_prefix and data[:2] not in {b"\x02\x00", FIRST_LITTLE, FIRST_BIG}:
        return DeidRefusal(DeidReason.NOT_DICOM)
    try:
        return _open(data, PREFIX_AT + len(PREFIX) if has_prefix else 0)
    except EncodingError as error:
        return DeidRefusal(DeidReason.UNREADABLE, {"problem": error.problem, "byte": error.at})
    except (zlib.error, RecursionError) as error:
        return DeidRefusal(DeidReason.UNREADABLE, {"problem": type(error).__name__})


def _open(data: bytes, at: int) -> SourceData:
    syntax, at = _meta(data, at)
    if not syntax:
        syntax = _guess(data, at)
    if syntax not in KNOWN_SYNTAXES:
        raise EncodingError("an unknown transfer syntax", at)
    if syntax == DEFLATED:
        data, at = zlib.decompress(data[at:], -zlib.MAX_WBITS), 0
    encoding = Encoding(explicit=syntax != IMPLICIT, little=syntax != BIG)
    fields, _ = Parser(data, encoding).fields(at, len(data))
    if not fields:
        raise EncodingError("no elements", at)
    return SourceData(data, encoding, syntax, fields)


def _meta(data: bytes, at: int) -> tuple[str, int]:
    """Return the transfer syntax ('' when not stated) and where the data set starts."""
    parser = Parser(data, Encoding(explicit=True, little=True))
    syntax = ""
    while data[at : at + 2] == META_GROUP.to_bytes(2, "little"):
        field = parser.field(at, len(data))
        if field.tag == TRANSFER_SYNTAX:
            syntax = data[field.value : field.stop].strip(b" \0").decode("latin-1")
        at = field.end
    return syntax, at


def _guess(data: bytes, at: int) -> str:
    """Tell the encoding of a data set without meta information by its first element (PS3.5 7.1)."""
    if data[at + 4 : at + 6] in SHORT:
        return BIG if data[at : at + 2] == FIRST_BIG else EXPLICIT
    return IMPLICIT
