"""Open a DICOM file for de-identification: its encoding, and the elements of its data set."""

from __future__ import annotations

from dataclasses import dataclass

from pydicom.uid import AllTransferSyntaxes

from imaging.deid.reasons import DeidReason, DeidRefusal
from imaging.deid.rules import standard_vr
from imaging.dicom_reading.strict.data_set import DataElement, WholeFile, read_whole
from imaging.dicom_reading.strict.encodings import Encoding
from imaging.dicom_reading.strict.file_meta import has_prefix
from imaging.dicom_reading.strict.heads import OddError

KNOWN_SYNTAXES = frozenset(AllTransferSyntaxes)
# What a file without a preamble starts with: meta information, or group 0008 in either byte order.
STARTS = frozenset({b"\x02\x00", b"\x08\x00", b"\x00\x08"})


@dataclass(frozen=True)
class SourceData:
    """The data set of a file: its bytes (inflated), their encoding, and its elements in order of the file."""

    data: bytes
    encoding: Encoding
    transfer_syntax: str
    elements: list[DataElement]

    def has(self, tag: int) -> bool:
        """Whether the element stands at the top level."""
        return any(element.tag == tag for element in self.elements)

    def vr(self, tag: int) -> str:
        """Return the VR of an element of the top level as the file states it; '' when absent."""
        return next((element.vr for element in self.elements if element.tag == tag), "")

    def value(self, tag: int) -> bytes:
        """Return the value of an element of the top level without padding; b"" when absent."""
        for element in self.elements:
            if element.tag == tag:
                return self.data[element.value : element.stop].strip(b" \0")
        return b""


def open_source(data: bytes) -> SourceData | DeidRefusal:
    """Take a file apart; EMPTY_FILE, NOT_DICOM or UNREADABLE when that is not possible to its last byte."""
    if not data:
        return DeidRefusal(DeidReason.EMPTY_FILE)
    if not has_prefix(data) and data[:2] not in STARTS:
        return DeidRefusal(DeidReason.NOT_DICOM)
    try:
        whole = _read(data)
    except OddError as error:
        return DeidRefusal(DeidReason.UNREADABLE, {"problem": error.problem, "byte": error.at})
    return SourceData(whole.data, whole.encoding, whole.syntax, whole.elements)


def _read(data: bytes) -> WholeFile:
    whole = read_whole(data, standard_vr)
    if whole.syntax not in KNOWN_SYNTAXES:
        raise OddError("an unknown transfer syntax", whole.start)
    if not whole.elements:
        raise OddError("no elements", whole.start)
    return whole
