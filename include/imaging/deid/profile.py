"""The action of each attribute, read from the table of PS3.15 E.1-1 kept as data in ``profile.tsv``."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydicom.datadict import dictionary_has_tag, repeater_has_tag

ACTIONS = frozenset({"D", "Z", "X", "K", "C", "U", "Z/D", "X/Z", "X/D", "X/Z/D", "X/Z/U*"})
OPTION_ACTIONS = frozenset({"", "K", "C"})
TAG_FORM = re.compile(r"[0-9A-F]{8}|50xxxxxx|60xx[0-9A-F]{4}|Private")
PRIVATE = "Private"
REPEATING, CURVES, OVERLAYS = 0xFF00, 0x5000, 0x6000
OPTION_COLUMNS = (
    "retain_safe_private",
    "retain_uids",
    "retain_device",
    "retain_institution",
    "retain_patient",
    "retain_full_dates",
    "modified_dates",
    "clean_descriptors",
    "clean_structured",
    "clean_graphics",
)
# Of a combined action the last is taken: it is right for an attribute of any type (PS3.15 E.3).
STRONGEST = {"X/Z": "Z", "X/D": "D", "Z/D": "D", "X/Z/D": "D", "X/Z/U*": "U"}
# Attributes newer than the dictionary: their VR is not known here, so nothing but removal is possible.
NEWER_ACTIONS = frozenset({"X"})


class ProfileError(ValueError):
    """A data file of the profile is not as it must be."""


@dataclass(frozen=True)
class Row:
    """One row of Table E.1-1: the basic action and what each option makes of it ('' for nothing)."""

    tag: str
    name: str
    basic: str
    options: Mapping[str, str]

    def action(self, columns: Sequence[str]) -> tuple[str, str]:
        """Return the action, K/C/X/Z/D/U, and the option's column that gave it ('' for the basic action)."""
        for column in columns:
            if self.options[column]:
                return self.options[column], column
        return STRONGEST.get(self.basic, self.basic), ""


def read_table(name: str) -> list[dict[str, str]]:
    """Read a tab-separated data file of this package; lines that start with # are its header text."""
    return parse_table(files(__package__).joinpath(name).read_text(encoding="utf-8"), name)


def parse_table(text: str, name: str) -> list[dict[str, str]]:
    """Parse tab-separated text with a line of column names; ProfileError for a line of another width."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not lines:
        raise ProfileError(f"{name} has no line of column names; restore it")
    header, *rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    for row in rows:
        if len(row) != len(header):
            raise ProfileError(
                f"{name}: {row[0]} has {len(row)} columns, not {len(header)}; correct the line"
            )
    return [dict(zip(header, row, strict=True)) for row in rows]


@cache
def profile() -> Mapping[str, Row]:
    """Read and check the table: tag as eight hex digits (x in a repeating group) or "Private" -> row."""
    return build_profile(read_table("profile.tsv"))


def build_profile(lines: Sequence[Mapping[str, str]]) -> Mapping[str, Row]:
    """Check each line and return the table; ProfileError names the first tag that is wrong."""
    rows: dict[str, Row] = {}
    for line in lines:
        options = {column: line[column] for column in OPTION_COLUMNS}
        row = Row(line["tag"], line["name"], line["basic"], options)
        problem = _problem(row)
        if row.tag in rows:
            problem = "is there twice"
        if problem:
            raise ProfileError(f"profile.tsv: {row.tag} {problem}; correct the line")
        rows[row.tag] = row
    return rows


def _problem(row: Row) -> str:
    if not TAG_FORM.fullmatch(row.tag):
        return "is no tag"
    if row.basic not in ACTIONS:
        return f"has the unknown action {row.basic}"
    if not OPTION_ACTIONS.issuperset(row.options.values()):
        return "has an option with an unknown action"
    if row.tag != PRIVATE and not _known(row.tag) and row.basic not in NEWER_ACTIONS:
        return "is not in the dictionary, so it can only be removed"
    return ""


def _known(tag: str) -> bool:
    number = int(tag.replace("x", "0"), 16)
    return tag.startswith("50xx") or dictionary_has_tag(number) or repeater_has_tag(number)


def row_of(tag: int) -> Row | None:
    """Return the row of a public tag, repeating groups included; None for a tag not in the table."""
    table = profile()
    group = tag >> 16
    if group & REPEATING == CURVES:
        return table["50xxxxxx"]
    if group & REPEATING == OVERLAYS:
        return table.get(f"60xx{tag & 0xFFFF:04X}")
    return table.get(f"{tag:08X}")
