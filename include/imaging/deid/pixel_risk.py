"""Refuse what the profile cannot clean: objects whose pixels or documents may show who the patient is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from pydicom.datadict import tag_for_keyword

from imaging.deid.profile import ProfileError, read_table
from imaging.deid.reasons import DeidReason, DeidRefusal
from imaging.deid.source_file import SourceData

PASS = "pass"  # noqa: S105 - an outcome, no password
SOP_CLASS = 0x00080016
OVERLAY_GROUPS, OVERLAY_POSITION, OVERLAY_DATA = 0x60, 0x0102, 0x3000
ENCAPSULATED = 0x00420011


@cache
def kinds() -> Mapping[str, str]:
    """Read which SOP classes may pass: class, or root with a last dot -> "pass" or a reason."""
    found = {line["class"]: line["outcome"] for line in read_table("kinds.tsv")}
    unknown = set(found.values()) - {PASS, *DeidReason}
    if unknown:
        raise ProfileError(f"kinds.tsv: unknown outcome {sorted(unknown)}; correct the line")
    return found


@cache
def marks() -> tuple[tuple[int, bytes, DeidReason], ...]:
    """Read the values that mark a risk: tag, value (with a star: a part of it), reason."""
    return tuple(
        (tag_for_keyword(line["attribute"]) or 0, line["value"].encode(), DeidReason[line["reason"]])
        for line in read_table("image_marks.tsv")
    )


def outcome_of(sop_class: str) -> str:
    """Return "pass", or the reason for which objects of this class stay behind."""
    table = kinds()
    fits = [key for key in table if key == sop_class or (key.endswith(".") and sop_class.startswith(key))]
    return table[max(fits, key=len)] if fits else DeidReason.UNSUPPORTED_SOP_CLASS


def risk_of(source: SourceData) -> DeidRefusal | None:
    """Refuse by kind of object, by what the header declares, and for overlays inside the pixels."""
    sop_class = source.value(SOP_CLASS).decode("latin-1")
    outcome = outcome_of(sop_class)
    if outcome != PASS:
        standard = sop_class.startswith("1.2.840.10008.")
        return DeidRefusal(DeidReason[outcome], {"class": sop_class if standard else "private"})
    if any(element.tag == ENCAPSULATED for element in source.elements):
        return DeidRefusal(DeidReason.ENCAPSULATED_DOCUMENT, {"tag": f"{ENCAPSULATED:08X}"})
    return _declared(source) or _embedded_overlay(source)


def _declared(source: SourceData) -> DeidRefusal | None:
    values = {tag: source.value(tag).upper() for tag, _, _ in marks()}
    for tag, mark, reason in marks():
        parts = [part.strip() for part in values[tag].split(b"\\")]
        hit = mark.strip(b"*") in values[tag] if mark.startswith(b"*") else mark in parts
        if hit:
            return DeidRefusal(reason, {"tag": f"{tag:08X}"})
    return None


def _embedded_overlay(source: SourceData) -> DeidRefusal | None:
    """Refuse an overlay without data of its own: it lies in the pixels (PS3.5 8.1.2, retired)."""
    planes = {element.tag >> 16 for element in source.elements if element.tag >> 24 == OVERLAY_GROUPS}
    for group in sorted(planes):
        position = source.value(group << 16 | OVERLAY_POSITION)
        if position or not source.has(group << 16 | OVERLAY_DATA):
            return DeidRefusal(DeidReason.OVERLAY_IN_PIXELS, {"group": f"{group:04X}"})
    return None
