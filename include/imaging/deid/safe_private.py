"""The private attributes that a site has reviewed and keeps (Retain Safe Private Option, PS3.15 E.3.10)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from imaging.deid import actions
from imaging.deid.profile import ProfileError, parse_table, read_table

NAME = "safe_private.tsv"
CREATORS = range(0x0010, 0x0100)
GROUP, ELEMENT = re.compile(r"[0-9A-Fa-f]{3}[13579BDFbdf]"), re.compile(r"[0-9A-Fa-f]{2}")
# A safe element still goes through the action of its VR; VRs without one here cannot be listed.
BY_VR: Mapping[str, actions.Action | None] = {
    **dict.fromkeys(("FD", "FL", "OF", "OW", "SL", "SS", "UL", "US")),
    **{vr: actions.keep_form(vr) for vr in actions.FORMS},
    **dict.fromkeys(("LO", "SH", "ST", "LT", "UT"), actions.cleaned_or(actions.empty)),
    "AS": actions.cap_age,
    "DA": actions.move_date,
    "DT": actions.move_moment,
    "UI": actions.replace_instance_uids,
}


@dataclass(frozen=True)
class SafeList:
    """(group, private creator, last two digits of the element) -> VR."""

    entries: Mapping[tuple[int, str, int], str]

    def vr(self, tag: int, creator: str) -> str | None:
        """Return the VR of a listed private element; None for every other."""
        return self.entries.get((tag >> 16, creator, tag & 0xFF))

    def value(self, vr: str, value: bytes, subject: actions.Subject) -> bytes:
        """Return the value as the action of its VR leaves it."""
        run = BY_VR[vr]
        return value if run is None else run(value, subject) or b""


def safe_list(path: Path | None) -> SafeList:
    """Read a site's safe list, or the empty one of this package; ProfileError for a line that is wrong."""
    lines = read_table(NAME) if path is None else parse_table(path.read_text(encoding="utf-8"), path.name)
    entries: dict[tuple[int, str, int], str] = {}
    for line in lines:
        fits = GROUP.fullmatch(line["group"]) and ELEMENT.fullmatch(line["element"])
        if not fits or not line["creator"] or line["vr"] not in BY_VR:
            raise ProfileError(
                f"{NAME}: {line['group']} {line['element']} needs an odd group, a creator, two hex digits "
                f"and a VR of {', '.join(sorted(BY_VR))}"
            )
        key = int(line["group"], 16), line["creator"].strip(), int(line["element"], 16)
        entries[key] = line["vr"]
    return SafeList(entries)
