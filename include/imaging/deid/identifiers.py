"""What identifies in an original file, collected for the residual check by its own rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from imaging.deid.residual_scan import Leaf

# Names, numbers and places of people and of the institution, by tag: implicit files state no VR.
IDENTIFYING = frozenset(
    {
        *(0x00080050, 0x00080080, 0x00080081, 0x00080090, 0x00080092, 0x00080094, 0x0008009C, 0x00081010),
        *(0x00081040, 0x00081048, 0x00081050, 0x00081060, 0x00081070, 0x00100010, 0x00100020, 0x00100021),
        *(0x00101000, 0x00101001, 0x00101005, 0x00101040, 0x00101050, 0x00101060, 0x00101090, 0x00102154),
        *(0x00102155, 0x00102297, 0x00120040, 0x00181000, 0x00200010, 0x00321032, 0x00321033, 0x00380010),
        *(0x00400006, 0x00401001, 0x00402008, 0x00402009, 0x00402010, 0x00402016, 0x00402017, 0x0040A123),
        *(0x00700084, 0x300600A6, 0x300E0008, 0x40080042),
    }
)
NAMES = frozenset({0x00080090, 0x00081048, 0x00081050, 0x00081060, 0x00081070, 0x00100010, 0x00101001})
BIRTH = frozenset({0x00100030, 0x00100033, 0x00100034, 0x300600A7})
CHARACTER_SET = 0x00080005
SHORTEST, LONG, SHORTEST_NUMBER = 4, 8, 6
PARTS = re.compile(rb"[\\^=]")
WORD_BYTES = re.compile(rb"[0-9A-Za-z\x80-\xff\x1b]")
UID_FORM = re.compile(rb"[012](?:\.\d+){3,}[\\.\d]*\0?")
LEAST_UID = 9
DAY = re.compile(rb"((?:1[89]|20)\d{6})(?:\d{2,6}(?:\.\d{1,6})?)?(?:[+-]\d{4})?")
DAY_START = re.compile(rb" *(?:\d{8}|\d{4}\.\d\d\.|\\)")
OLD_DAY = re.compile(rb"(\d{4})\.(\d{2})\.(\d{2})")
STANDARD = b"1.2.840.10008."
ENCODINGS = {
    b"ISO_IR 100": "latin-1",
    b"ISO_IR 101": "iso8859-2",
    b"ISO_IR 109": "iso8859-3",
    b"ISO_IR 110": "iso8859-4",
    b"ISO_IR 144": "iso8859-5",
    b"ISO_IR 127": "iso8859-6",
    b"ISO_IR 126": "iso8859-7",
    b"ISO_IR 138": "iso8859-8",
    b"ISO_IR 148": "iso8859-9",
    b"ISO_IR 13": "shift_jis",
    b"ISO_IR 166": "tis-620",
    b"ISO_IR 192": "utf-8",
    b"GB18030": "gb18030",
    b"GBK": "gbk",
    b"ISO 2022 IR 13": "shift_jis",
    b"ISO 2022 IR 58": "iso2022_jp_2",
    b"ISO 2022 IR 87": "iso2022_jp",
    b"ISO 2022 IR 100": "latin-1",
    b"ISO 2022 IR 149": "euc_kr",
}
ALWAYS = ("utf-8", "latin-1", "utf-16-le")


def date_of(leaf: Leaf) -> list[bytes]:
    """Return the days, YYYYMMDD, of a value that is all dates or moments; [] for any other value."""
    if leaf.vr not in {"", "DA", "DT"} or DAY_START.match(leaf.value) is None:
        return []
    days = []
    for part in leaf.value.strip(b" \0").split(b"\\"):
        match = DAY.fullmatch(part.strip()) or OLD_DAY.fullmatch(part.strip())
        if match is not None:
            days.append(b"".join(match.groups()))
    return days


@dataclass(frozen=True)
class Identifiers:
    """Values of the original that must not come back.

    ``short``: 4 to 7 bytes, sought as whole words; ``long``: 8 and more, sought anywhere; both lower case.
    ``dates``: (sequences around, tag) -> days, YYYYMMDD. ``long_needles``: as written, for bulk data.
    """

    short: frozenset[bytes]
    long: frozenset[bytes]
    long_needles: frozenset[bytes]
    births: frozenset[bytes]
    dates: Mapping[tuple[tuple[int, ...], int], frozenset[bytes]]
    all_dates: frozenset[bytes]
    uids: frozenset[bytes]

    @classmethod
    def of(cls, leaves: Iterable[Leaf]) -> Identifiers:
        """Collect from the leaves of an original."""
        listed = list(leaves)
        sets = next((leaf.value for leaf in listed if leaf.tag == CHARACTER_SET), b"")
        codecs = [ENCODINGS[name.strip()] for name in sets.split(b"\\") if name.strip() in ENCODINGS]
        needles: set[bytes] = set()
        dates: dict[tuple[tuple[int, ...], int], set[bytes]] = {}
        uids: set[bytes] = set()
        for leaf in listed:
            if leaf.vr == "PN" or leaf.tag in IDENTIFYING:
                needles |= _needles(leaf, codecs)
            for day in date_of(leaf):
                dates.setdefault((leaf.path, leaf.tag), set()).add(day)
            if leaf.vr == "UI" or (not leaf.vr and UID_FORM.fullmatch(leaf.value)):
                uids |= {uid for uid in leaf.value.strip(b" \0").split(b"\\") if not uid.startswith(STANDARD)}
        births = {day for (_, tag), days in dates.items() if tag in BIRTH for day in days}
        return cls(
            short=frozenset(needle.lower() for needle in needles if len(needle) < LONG),
            long=frozenset(needle.lower() for needle in needles if len(needle) >= LONG),
            long_needles=frozenset(needle for needle in needles if len(needle) >= LONG) | births,
            births=frozenset(births),
            dates={place: frozenset(days) for place, days in dates.items()},
            all_dates=frozenset(day for days in dates.values() for day in days),
            uids=frozenset(uid for uid in uids if len(uid) >= LEAST_UID),
        )

    def in_text(self, text: bytes) -> bool:
        """Whether a text holds one of the values."""
        low = text.lower()
        if any(needle in low for needle in self.long):
            return True
        near = [needle for needle in self.short if needle in low]
        return any(re.search(rb"(?<![0-9a-z])%s(?![0-9a-z])" % re.escape(needle), low) for needle in near)

    def is_number(self, value: bytes) -> bool:
        """Whether one of several numbers is an identifier of six digits or more."""
        parts = {part.strip(b" \0") for part in value.split(b"\\")}
        return any(len(part) >= SHORTEST_NUMBER and part in self.short | self.long for part in parts)


def _needles(leaf: Leaf, codecs: Iterable[str]) -> set[bytes]:
    """Return the parts of a value, each in every encoding it could be written in."""
    found: set[bytes] = set()
    for part in PARTS.split(leaf.value):
        plain = part.strip(b" \0")
        words = plain.split() if leaf.vr == "PN" or leaf.tag in NAMES else ()
        for text in (plain, *words):
            found |= {text, *_encodings(text, codecs)}
    return {needle for needle in found if len(WORD_BYTES.findall(needle)) >= SHORTEST}


def _encodings(text: bytes, codecs: Iterable[str]) -> set[bytes]:
    if text.isascii() and b"\x1b" not in text:
        return set()
    found: set[bytes] = set()
    for codec in (*codecs, *ALWAYS):
        decoded = text.decode(codec, "ignore")
        found |= {decoded.encode(other, "ignore") for other in (*codecs, *ALWAYS)}
    return found
