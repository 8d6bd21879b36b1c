"""The record of a run that an ethics board can read: what was done, by which rules, to how many files."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from operator import attrgetter

import pydicom
from pydicom.datadict import dictionary_description, dictionary_has_tag

from imaging.deid.options import BASIC_CODE, EDITION, VERSION
from imaging.deid.profile import PRIVATE
from imaging.deid.pseudonyms import FEWEST_DAYS, MOST_DAYS
from imaging.deid.reasons import DeidReason, DeidRefusal
from imaging.deid.remover import Deidentifier
from imaging.records import JsonValue

MADE_BY = "nightscan deid"
DATA_FILES = ("profile.tsv", "vocabulary.txt", "technical_text.txt", "kinds.tsv", "image_marks.tsv")
NOT_USED = (
    "Retain Device Identity, Retain Institution Identity, Retain UIDs, Retain Full Dates, Clean Pixel Data, "
    "Clean Recognizable Visual Features, Clean Structured Content, Clean Graphics"
)
LETTERS = {
    "C": "cleaned: text cut down to known words, dates moved",
    "D": "replaced by a dummy or a pseudonym",
    "K": "kept",
    "U": "UID replaced",
    "X": "removed",
    "Z": "emptied, or replaced by a pseudonym",
}


@dataclass(frozen=True)
class Quarantined:
    """A file that stayed behind, and why.

    ``sha256``: of its bytes, so that its owner can find it; '' when they could not be read.
    """

    sha256: str
    refusal: DeidRefusal


@dataclass
class Outcomes:
    """What became of the files of a run: released (name -> SHA-256) or quarantined, and whose."""

    released: dict[str, str] = field(default_factory=dict)
    quarantined: list[Quarantined] = field(default_factory=list)
    patients: set[str] = field(default_factory=set)

    def counts(self) -> dict[str, JsonValue]:
        """Count files in, out and quarantined by reason; in = out + quarantined."""
        reasons = Counter(str(item.refusal.reason) for item in self.quarantined)
        return {
            "files": len(self.released) + len(self.quarantined),
            "released": len(self.released),
            "quarantined": len(self.quarantined),
            "reasons": dict(sorted(reasons.items())),
            "patients": len(self.patients),
        }


def record_of(worker: Deidentifier, outcomes: Outcomes) -> dict[str, JsonValue]:
    """Return the record, JSON-ready and the same for the same input, key and options; no identifiers."""
    options = worker.options.codes(private_kept=bool(worker.safe_private.entries))
    letters: Counter[str] = Counter()
    for (_, letter), number in worker.counts.items():
        letters[letter] += number
    return {
        "made_by": MADE_BY,
        "version": VERSION,
        "pydicom": pydicom.__version__,
        "profile": "DICOM PS3.15 Annex E, Basic Application Level Confidentiality Profile",
        "edition": EDITION,
        "options": [{"code": code, "meaning": meaning} for code, meaning in options],
        "key_id": worker.pseudonyms.key_id,
        "dates_moved_days": [FEWEST_DAYS, MOST_DAYS] if worker.options.modified_dates else None,
        "counts": outcomes.counts(),
        "actions": {letter: letters[letter] for letter in sorted(letters)},
        "tags": [*_tags(worker.counts)],
        "safe_private_elements": len(worker.safe_private.entries),
        "rules_sha256": {name: _sha256_of(name) for name in DATA_FILES},
        "quarantine": [
            {"sha256": item.sha256, "reason": str(item.refusal.reason), "evidence": {**item.refusal.evidence}}
            for item in sorted(outcomes.quarantined, key=attrgetter("sha256"))
        ],
        "outputs": {name: outcomes.released[name] for name in sorted(outcomes.released)},
    }


def _tags(counts: Mapping[tuple[int, str], int]) -> Iterable[dict[str, JsonValue]]:
    """List what was not simply kept, by tag and action; private attributes together."""
    summed: Counter[tuple[str, str, str]] = Counter()
    for (tag, letter), number in counts.items():
        if letter == "K" or not number:
            continue
        if tag >> 16 & 1:
            summed[PRIVATE, "Private Attributes", letter] += number
        else:
            summed[f"{tag:08X}", _name(tag), letter] += number
    for (tag_text, name, letter), number in sorted(summed.items()):
        yield {"tag": tag_text, "name": name, "action": letter, "elements": number}


def _name(tag: int) -> str:
    if dictionary_has_tag(tag):
        return dictionary_description(tag)
    return "Group Length" if tag & 0xFFFF == 0 else "not in the dictionary"


def _sha256_of(name: str) -> str:
    return hashlib.sha256(files(__package__).joinpath(name).read_bytes()).hexdigest()


def page_of(worker: Deidentifier, outcomes: Outcomes) -> str:
    """Return the record as a page of Markdown."""
    counts = outcomes.counts()
    record = record_of(worker, outcomes)
    options = worker.options.codes(private_kept=bool(worker.safe_private.entries))
    lines = [
        "# De-identification record",
        "",
        f"- Profile: DICOM PS3.15 Annex E, {BASIC_CODE[1]} ({BASIC_CODE[0]}), edition {EDITION}",
        *(f"- Option: {meaning} ({code})" for code, meaning in options[1:]),
        f"- Not used: {NOT_USED}",
        f"- Key: {worker.pseudonyms.key_id} (a hash; the key itself stays at the site)",
        f"- Software: {MADE_BY} {VERSION}, pydicom {pydicom.__version__}",
        _dates_line(worker),
        "",
        f"Files in: {counts['files']}. Released: {counts['released']}. Kept back: {counts['quarantined']}.",
        f"Patients among the released: {counts['patients']}.",
        "Every released file was read again by an independent check before it was written.",
        "Faces in the pixels are not removed; burned-in text is known only where a file or its kind says so.",
        "",
        "## Kept back",
        "",
        *_reason_lines(outcomes),
        "",
        "## Actions",
        "",
        "| action | elements | meaning |",
        "|---|---|---|",
        *_action_lines(record),
        "",
        "## Attributes changed",
        "",
        "| tag | name | action | elements |",
        "|---|---|---|---|",
        *_tag_lines(worker.counts),
        "",
    ]
    return "\n".join(lines)


def _dates_line(worker: Deidentifier) -> str:
    if not worker.options.modified_dates:
        return "- Dates: removed"
    return (
        f"- Dates: moved back by a secret whole number of days per patient, {FEWEST_DAYS} to {MOST_DAYS}; "
        "intervals and times of day kept"
    )


def _reason_lines(outcomes: Outcomes) -> list[str]:
    reasons = Counter(item.refusal.reason for item in outcomes.quarantined)
    if not reasons:
        return ["None."]
    rows = [
        f"| {reason} | {reasons[reason]} | {reason.meaning} | {reason.remedy} |"
        for reason in DeidReason
        if reasons[reason]
    ]
    return ["| reason | files | meaning | remedy |", "|---|---|---|---|", *rows]


def _action_lines(record: Mapping[str, JsonValue]) -> list[str]:
    actions = record["actions"]
    if not isinstance(actions, dict):
        return []
    return [f"| {letter} | {number} | {LETTERS[letter]} |" for letter, number in actions.items()]


def _tag_lines(counts: Mapping[tuple[int, str], int]) -> list[str]:
    return ["| " + " | ".join(str(cell) for cell in row.values()) + " |" for row in _tags(counts)]
