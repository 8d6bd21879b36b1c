"""Which action an attribute gets: the table of the profile first, then rules by VR for what it leaves open.

The profile keeps what Table E.1-1 does not list. Here that holds only for values that cannot carry free
text: names are emptied, free text is cleaned, network addresses and unknown bytes go, dates move, UIDs are
mapped, wherever they stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydicom.datadict import keyword_for_tag, tag_for_keyword

from imaging.deid import actions
from imaging.deid.options import Options
from imaging.deid.profile import STRONGEST, Row, row_of
from imaging.dicom_reading.tags import vr_of

PATIENT_NAME, PATIENT_ID = 0x00100010, 0x00100020
LOWEST_GROUP = 0x0008
OVERLAYS = 0x6000
TEXT = frozenset({"LO", "SH", "LT", "ST", "UT", "UC"})
GONE = frozenset({"AE", "UR", "UN"})
TIMES = frozenset({"DA", "DT", "TM"})
DATES: dict[str, actions.Action] = {"DA": actions.move_date, "DT": actions.move_moment}
BINARY = frozenset({"AT", "FD", "FL", "OB", "OD", "OF", "OL", "OV", "OW", "SL", "SS", "SV", "UL", "US", "UV"})
FAMILIES = (TEXT | {"CS"}, frozenset({"DS", "IS"}), BINARY)
# UIDs that name a kind, a coding or an encoding, never an object: they stay, of whatever origin.
CLASS_UIDS = frozenset(
    {
        *("SOPClassUID", "RelatedGeneralSOPClassUID", "OriginalSpecializedSOPClassUID", "SOPClassesInStudy"),
        *("CodingSchemeUID", "ContextUID", "MappingResourceUID", "StoredInstanceTransferSyntaxUID"),
        *("ReferencedSOPClassUID", "SOPClassesSupported", "AvailableTransferSyntaxUID"),
        *("FlowTransferSyntaxUID", "MACCalculationTransferSyntaxUID", "EncryptedContentTransferSyntaxUID"),
        *("PertinentSOPClassesInStudy", "PertinentSOPClassesInSeries"),
    }
)


@dataclass(frozen=True)
class Rule:
    """An action, with its letter of PS3.15 E.1 for the record; no ``run``: copied, or its items gone through.

    Moved dates and cleaned text have the letter C, what is kept when well formed has K.
    """

    letter: str
    run: actions.Action | None = None


KEEP = Rule("K")
KEEP_TEXT = Rule("K", actions.keep_unless_identifying)
REMOVE = Rule("X", actions.remove)
EMPTY = Rule("Z", actions.empty)
LOCAL_CODE = Rule("C", actions.cleaned_or(actions.dummy_for("LO")))


@cache
def technical_text() -> frozenset[int]:
    """Return the tags of text and bytes that a device writes; KeyError for a keyword that does not exist."""
    text = files(__package__).joinpath("technical_text.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    found = {keyword: tag_for_keyword(keyword) for line in lines for keyword in line.split()}
    unknown = [keyword for keyword, tag in found.items() if tag is None]
    if unknown:
        raise KeyError(f"technical_text.txt: not in the dictionary: {unknown}; correct the spelling")
    return frozenset(tag for tag in found.values() if tag is not None)


@cache
def standard_vr(tag: int) -> str:
    """Return the dictionary's VR, the first of several; "UN" for a tag that is private or unknown."""
    return (vr_of(tag) or "UN")[:2] if not tag >> 16 & 1 else "UN"


def rule_for(tag: int, vr: str, options: Options) -> Rule:
    """Return the rule of a public or private attribute as it stands in a file with this VR."""
    group = tag >> 16
    if group & 1 or group < LOWEST_GROUP or tag & 0xFFFF == 0 or group & 0xFF00 == OVERLAYS:
        return REMOVE  # private, command or file groups, group lengths, overlays: with their data goes all
    standard = standard_vr(tag)
    if standard == "UN" or vr == "UN":
        return REMOVE
    if tag == PATIENT_NAME:
        return Rule("Z", actions.pseudonym_name)
    if tag == PATIENT_ID:
        return Rule("D", actions.pseudonym_id)
    row = row_of(tag)
    listed = _listed(row, vr, standard, options) if row is not None else None
    if listed is not None:
        return listed
    return _unlisted(tag, vr, options) if _same_family(vr, standard) else EMPTY


def _same_family(vr: str, standard: str) -> bool:
    """Whether the file's VR can hold what the dictionary's can; else one of them is wrong."""
    return vr == standard or any(vr in family and standard in family for family in FAMILIES)


def _listed(row: Row, vr: str, standard: str, options: Options) -> Rule | None:
    """Turn a row into a rule; None for "keep" and for dates, which the rules by VR then refine."""
    letter, column = row.action(options.columns())
    basic = STRONGEST.get(row.basic, row.basic)
    if column == "modified_dates" and standard in TIMES:
        return None
    if letter == "K":
        return None
    if letter == "C" and column != "modified_dates" and vr in TEXT:
        return Rule("C", actions.cleaned_or(_plain(basic, vr).run or actions.remove))
    return _plain(basic, vr)


def _plain(letter: str, vr: str) -> Rule:
    """Return the rule of a basic action; sequences are emptied for D and gone through for U."""
    if letter == "X":
        return REMOVE
    if letter == "U":
        return Rule("U", actions.replace_instance_uids if vr != "SQ" else None)
    if letter == "Z" or vr == "SQ":
        return EMPTY
    return Rule("D", actions.replace_instance_uids if vr == "UI" else actions.dummy_for(vr))


def _unlisted(tag: int, vr: str, options: Options) -> Rule:
    if vr in DATES:
        return Rule("C", DATES[vr]) if options.modified_dates else EMPTY
    if vr in GONE or (vr == "OB" and tag not in technical_text()):
        return REMOVE
    if vr in TEXT:
        technical = tag in technical_text()
        return KEEP_TEXT if technical else Rule("C", actions.cleaned_or(actions.empty))
    if vr == "UI" and keyword_for_tag(tag) not in CLASS_UIDS:
        return Rule("U", actions.replace_other_uids)
    if vr in actions.FORMS:
        return Rule("K", actions.keep_form(vr))
    return {"PN": EMPTY, "AS": Rule("K", actions.cap_age)}.get(vr, KEEP)
