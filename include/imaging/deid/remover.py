"""De-identify one file: every element gets the rule of its attribute, sequences to any depth."""

from __future__ import annotations

import zlib
from collections import Counter
from dataclasses import dataclass, field

from imaging.deid.actions import Subject
from imaging.deid.method import file_meta, method_elements
from imaging.deid.options import Options
from imaging.deid.pixel_risk import risk_of
from imaging.deid.pseudonyms import Pseudonyms
from imaging.deid.reasons import DeidReason, DeidRefusal
from imaging.deid.rules import LOCAL_CODE, Rule, rule_for
from imaging.deid.safe_private import CREATORS, SafeList, safe_list
from imaging.deid.source_file import SourceData, open_source
from imaging.deid.vocabulary import identifying_phrases, identifying_words
from imaging.dicom_reading.strict.data_set import DataElement
from imaging.dicom_reading.strict.encodings import DEFLATED_SYNTAX, Encoding
from imaging.dicom_reading.strict.heads import OddError
from imaging.dicom_reading.strict.writing import element, sequence

SOP_CLASS, SOP_INSTANCE, PATIENT_ID = 0x00080016, 0x00080018, 0x00100020
SERIES, DESIGNATOR = 0x0020000E, 0x00080102
CODE_TEXTS = frozenset({0x00080100, 0x00080104, 0x00080119})
# Their words are dropped from descriptors even when the vocabulary has them.
IDENTIFIERS = frozenset({0x00100020, 0x00101000, 0x00080050, 0x00080080, 0x00080081, 0x00081010, 0x00081040})
STANDARD_SCHEMES = frozenset(
    {b"DCM", b"SRT", b"SNM3", b"SCT", b"UCUM", b"LN", b"FMA", b"RADLEX", b"NCIt", b"UMLS", b"MDC", b"ACR"}
)
FASTEST = 1


@dataclass(frozen=True)
class Cleaned:
    """A de-identified file: its bytes, and the new identifiers by which it may be filed."""

    data: bytes
    patient: str
    series_uid: str


@dataclass
class Deidentifier:
    """The profile under one key and one set of options; keeps its maps from file to file.

    ``counts``: (tag, letter of the action) -> elements so treated, for the record.
    :raises KeyMissingError: the key is too short. :raises ProfileError: a data file is wrong.
    """

    pseudonyms: Pseudonyms
    options: Options = field(default_factory=Options)
    counts: Counter[tuple[int, str]] = field(default_factory=Counter)
    _rules: dict[tuple[int, str], Rule] = field(default_factory=dict, repr=False)
    _safe: SafeList = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._safe = safe_list(self.options.safe_private)

    @property
    def safe_private(self) -> SafeList:
        """The private attributes that stay."""
        return self._safe

    def clean(self, data: bytes) -> Cleaned | DeidRefusal:
        """De-identify the bytes of one file; a refusal says why it must stay behind."""
        source = open_source(data)
        if isinstance(source, DeidRefusal):
            return source
        required = {"SOPClassUID": SOP_CLASS, "SOPInstanceUID": SOP_INSTANCE, "PatientID": PATIENT_ID}
        missing = [name for name, tag in required.items() if not source.value(tag) or source.vr(tag) == "UN"]
        risk = risk_of(source) if source.value(SOP_CLASS) else None
        if risk is not None:
            return risk
        if missing:
            return DeidRefusal(DeidReason.MISSING_IDENTIFIER, {"missing": [*missing]})
        try:
            return self._clean(source)
        except OddError as error:
            return DeidRefusal(DeidReason.UNREADABLE, {"problem": str(error)})

    def _clean(self, source: SourceData) -> Cleaned:
        identifiers = _identifiers(source)
        subject = Subject(
            self.pseudonyms,
            self.pseudonyms.patient(source.value(PATIENT_ID)),
            identifying_words(*identifiers),
            identifying_phrases(*identifiers),
        )
        work = _Work(source.data, source.encoding, subject, self)
        parts = work.elements(source.elements)
        added = method_elements(source.encoding, self.options, private_kept=bool(self._safe.entries))
        parts = [part for part in parts if part[0] not in added]
        # Sorted: a file out of order stays readable, and the added elements find their place (PS3.5 7.1).
        body = b"".join(data for _, data in sorted([*parts, *added.items()], key=lambda part: part[0]))
        uid = self.pseudonyms.uid(source.value(SOP_INSTANCE).decode("latin-1"))
        meta = file_meta(source.value(SOP_CLASS), uid.encode(), source.transfer_syntax.encode())
        if source.transfer_syntax == DEFLATED_SYNTAX:
            packer = zlib.compressobj(FASTEST, zlib.DEFLATED, -zlib.MAX_WBITS)
            body = packer.compress(body) + packer.flush()
            body += b"\0" * (len(body) % 2)
        series = self.pseudonyms.uid(source.value(SERIES).decode("latin-1"))
        return Cleaned(meta + body, subject.patient.id, series)

    def rule(self, tag: int, vr: str) -> Rule:
        """Return the rule of an attribute, found once."""
        rule = self._rules.get((tag, vr))
        if rule is None:
            rule = self._rules[tag, vr] = rule_for(tag, vr, self.options)
        return rule


def _identifiers(source: SourceData) -> list[bytes]:
    """Return the file's own names, numbers and places."""
    return [
        source.data[item.value : item.stop]
        for item in source.elements
        if item.vr == "PN" or item.tag in IDENTIFIERS
    ]


@dataclass(frozen=True)
class _Work:
    """One file under work."""

    data: bytes
    encoding: Encoding
    subject: Subject
    owner: Deidentifier

    def elements(self, fields: list[DataElement]) -> list[tuple[int, bytes]]:
        """Return tag and new bytes of every element that stays, in the order of the file."""
        kept: list[tuple[int, bytes]] = []
        data, rule_of, counts = self.data, self.owner.rule, self.owner.counts
        for item in fields:
            tag, vr = item.tag, item.vr
            rule = LOCAL_CODE if tag in CODE_TEXTS and self._local(fields) else rule_of(tag, vr)
            counts[tag, rule.letter] += 1
            if rule.run is not None:
                value = data[item.value : item.stop]
                new = rule.run(value, self.subject)
                if new is None:
                    continue
                if new is not value:
                    kept.append((tag, element(self.encoding, tag, vr, new)))
                    continue
            elif item.items is not None:
                kept.append((tag, self._sequence(item)))
                continue
            kept.append((tag, data[item.start : item.end]))
        if self.owner.safe_private.entries:
            kept += self._private(fields)
            kept.sort(key=lambda part: part[0])
        return kept

    def _sequence(self, item: DataElement) -> bytes:
        items = [b"".join(data for _, data in self.elements(fields)) for fields in item.items or ()]
        return sequence(self.encoding, item.tag, items)

    def _local(self, fields: list[DataElement]) -> bool:
        """Whether the code of this item is of a site's own scheme, so that its text is free."""
        scheme = b""
        for item in fields:
            if item.tag == DESIGNATOR:
                scheme = self.data[item.value : item.stop].strip(b" \0")
        return scheme not in STANDARD_SCHEMES

    def _private(self, fields: list[DataElement]) -> list[tuple[int, bytes]]:
        """Return the private elements of the safe list, with the creators of their blocks."""
        creators = {
            item.tag: self.data[item.value : item.stop].strip(b" \0").decode("latin-1")
            for item in fields
            if item.tag & 0xFFFF in CREATORS and item.tag >> 16 & 1
        }
        kept: dict[int, bytes] = {}
        for item in fields:
            creator = item.tag & 0xFFFF0000 | item.tag >> 8 & 0xFF
            vr = self.owner.safe_private.vr(item.tag, creators.get(creator, ""))
            if vr is None or item.items is not None or item.vr not in {vr, "UN"}:
                continue
            value = self.owner.safe_private.value(vr, self.data[item.value : item.stop], self.subject)
            kept[item.tag] = element(self.encoding, item.tag, vr, value)
            kept[creator] = element(self.encoding, creator, "LO", creators[creator].encode("latin-1"))
            self.owner.counts[item.tag, "X"] -= 1
            self.owner.counts[item.tag, "C"] += 1
        return list(kept.items())
