"""The residual check: read the released bytes again and look for anything of the original.

It knows nothing of the profile and shares no rule with the remover, only the reader of elements: it takes
what identifies from the original file, and demands that none of it stands anywhere in the result. A finding
never holds a value.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from imaging.deid.identifiers import UID_FORM, Identifiers, date_of
from imaging.deid.residual_scan import Leaf, Scan, scan
from imaging.dicom_reading.strict.encodings import PIXEL_DATA
from imaging.dicom_reading.strict.heads import OddError

SafeElement = tuple[int, str, int]
STANDARD = b"1.2.840.10008."
UUID_ROOT = b"2.25."
# UIDs of classes, encodings and coding schemes name no object.
KIND_UIDS = frozenset({0x00020002, 0x00020010, 0x00080016, 0x00081150, 0x0008001A, 0x0008001B, 0x0008010C})
KIND_UIDS |= {0x00080117, 0x00080118, 0x0008115A, 0x00080062, 0x04000010}
# Binary numbers hold no text; UIDs have a check of their own.
PLAIN = frozenset({"AT", "FD", "FL", "SL", "SS", "SV", "UI", "UL", "US", "UV"})
META = 0x0002
BULK = frozenset({"OB", "OD", "OF", "OL", "OV", "OW"})
NUMBERS = re.compile(rb"[-+0-9.eE\\ \0]*")
LARGE = 4096
DATES = re.compile(rb"(?=((?:19|20)\d{6}))")
UIDS = re.compile(rb"[012](?:\.\d+){3,}")
SOURCE_OF_FILE = frozenset(
    {0x00020016, 0x00020017, 0x00020018, 0x00020026, 0x00020027, 0x00020028, 0x00020100}
)
REMOVED, METHOD = 0x00120062, 0x00120063
INSTANCE, META_INSTANCE, MOVED = 0x00080018, 0x00020003, 0x00280303
CODES = 0x00120064
LAST_OWN = 0x00020013


@dataclass(frozen=True, order=True)
class Finding:
    """What was found and where: the tag in hex, and its kind (identifier, date, uid, private, ...)."""

    tag: str
    kind: str


def findings(original: bytes, released: bytes, safe: Collection[SafeElement] = ()) -> list[Finding]:
    """Compare a released file with its original; [] when nothing of the original's identity is left.

    ``safe``: (group, private creator, last two digits) of private elements that may stay.
    """
    try:
        before, after = scan(original), scan(released)
    except OddError:
        return [Finding("00000000", "bytes")]
    known = Identifiers.of(before.leaves)
    found = {*_private(after, safe), *_marks(after), *_uids(after, known), *_dates(after, known)}
    return sorted(found | {*_values(after, known)})


def _private(after: Scan, safe: Collection[SafeElement]) -> Iterable[Finding]:
    creators: dict[tuple[tuple[int, ...], int], str] = {}
    used: set[tuple[tuple[int, ...], int]] = set()
    for leaf in after.leaves:
        if not leaf.tag >> 16 & 1:
            continue
        element = leaf.tag & 0xFFFF
        if 0x10 <= element <= 0xFF:  # noqa: PLR2004 - private creators, PS3.5 7.8.1
            creators[leaf.path, leaf.tag] = leaf.value.strip(b" \0").decode("latin-1")
            continue
        block = leaf.path, leaf.tag & 0xFFFF0000 | element >> 8
        used.add(block)
        if (leaf.tag >> 16, creators.get(block, ""), element & 0xFF) not in safe:
            yield Finding(f"{leaf.tag:08X}", "private")
    for path, tag in creators.keys() - used:
        del path
        yield Finding(f"{tag:08X}", "private")
    for leaf in after.leaves:
        if any(tag >> 16 & 1 for tag in leaf.path):
            yield Finding(f"{leaf.tag:08X}", "private")


def _marks(after: Scan) -> Iterable[Finding]:
    top = {leaf.tag: leaf.value.strip(b" \0") for leaf in after.leaves if not leaf.path}
    codes = {leaf.value.strip(b" \0") for leaf in after.leaves if leaf.path == (CODES,)}
    right = {
        REMOVED: top.get(REMOVED) == b"YES",
        METHOD: bool(top.get(METHOD)),
        CODES: b"113100" in codes,
        MOVED: top.get(MOVED) in {b"MODIFIED", b"REMOVED"},
        META_INSTANCE: bool(top.get(INSTANCE)) and top.get(META_INSTANCE) == top.get(INSTANCE),
        0: after.preamble_empty,
        **dict.fromkeys(SOURCE_OF_FILE & top.keys(), False),
        **{tag: False for tag in top if tag >> 16 == META and tag > LAST_OWN},
    }
    return (Finding(f"{tag:08X}", "mark") for tag, fine in right.items() if not fine)


def _uids(after: Scan, known: Identifiers) -> Iterable[Finding]:
    for leaf in after.leaves:
        if leaf.tag in KIND_UIDS or (leaf.vr != "UI" and (leaf.vr or not UID_FORM.fullmatch(leaf.value))):
            continue
        for uid in leaf.value.strip(b" \0").split(b"\\"):
            made = uid.startswith(UUID_ROOT) and uid not in known.uids
            if uid and not made and not uid.startswith(STANDARD):
                yield Finding(f"{leaf.tag:08X}", "uid")


def _dates(after: Scan, known: Identifiers) -> Iterable[Finding]:
    """Find dates of the original at their own place, and the birth date anywhere."""
    for leaf in after.leaves:
        for day in date_of(leaf):
            if day in known.births or day in known.dates.get((leaf.path, leaf.tag), ()):
                yield Finding(f"{leaf.tag:08X}", "date")


def _values(after: Scan, known: Identifiers) -> Iterable[Finding]:
    """Find names, numbers, UIDs and dates of the original inside values of any other kind."""
    texts: list[Leaf] = []
    for leaf in after.leaves:
        if leaf.vr in PLAIN or leaf.tag >> 16 == META:
            continue
        if leaf.vr in BULK or leaf.tag == PIXEL_DATA or (len(leaf.value) > LARGE and not leaf.vr):
            found = any(needle in leaf.value for needle in known.long_needles)
        elif leaf.vr in {"DS", "IS"} or (not leaf.vr and NUMBERS.fullmatch(leaf.value)):
            found = len(leaf.value) < LARGE and known.is_number(leaf.value)
        else:
            found = False
            texts.append(leaf)
        if found:
            yield Finding(f"{leaf.tag:08X}", "identifier")
    yield from _texts([leaf for leaf in texts if not date_of(leaf)], known)


def _texts(texts: list[Leaf], known: Identifiers) -> Iterable[Finding]:
    """Look through all texts at once, and through each only when something was found."""
    whole = b"\n".join(leaf.value for leaf in texts)
    if not known.in_text(whole) and not _traces(whole, known):
        return
    for leaf in texts:
        if known.in_text(leaf.value):
            yield Finding(f"{leaf.tag:08X}", "identifier")
        elif _traces(leaf.value, known):
            yield Finding(f"{leaf.tag:08X}", "date or uid")


def _traces(text: bytes, known: Identifiers) -> bool:
    """Whether a text names a date or a UID of the original."""
    days = {match[1] for match in DATES.finditer(text)}
    return not known.all_dates.isdisjoint(days) or not known.uids.isdisjoint(UIDS.findall(text))
