"""Print the tables of ``docs/features.md``: every feature with its code, unit, meaning and pyradiomics' name.

``python -m radiomics_check.page`` writes them into the page, between the markers; all else there is written
by hand. A test holds the page to this.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from radiomics_check.correspondence import MATCHES, Match, why_alone

ROOT = Path(__file__).resolve().parents[2]
FEATURES = ROOT / "include" / "hive" / "features.tsv"
REASONS = ROOT / "include/java/src/main/java/com/hospital/ml/reason/Reason.java"
PAGE = ROOT / "docs" / "features.md"
BEGIN, END = "<!-- printed: {} -->\n", "<!-- end of {} -->\n"
SUFFIX = re.compile(r"_(2d|25d|3d)(_avg|_mrg)?$")
INLINE = re.compile(r"\{@(?:link|code) ([\w#]+)}")
REASON = re.compile(r"/\*\*(?P<text>(?:(?!\*/).)*)\*/\s*(?P<name>[A-Z_]+)\b", re.DOTALL)

Row = Mapping[str, str]


def rows() -> list[dict[str, str]]:
    """Read the list of features."""
    with FEATURES.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def features_text(listed: Sequence[Row]) -> str:
    """Print a section a class; a feature of several aggregations is listed once."""
    sections = []
    for one in dict.fromkeys(row["class"] for row in listed):
        own = [row for row in listed if row["class"] == one]
        endings = dict.fromkeys(row["aggregation"] for row in own)
        ends = ", ".join(f"`_{ending}`" for ending in endings if ending)
        once = {SUFFIX.sub("", row["column"]) if ends else row["column"]: row for row in own}
        sections.append(
            f"### `{one}`: IBSI {own[0]['section']}\n"
            f"{len(once)} features{f', each with the endings {ends}' if ends else ''}.\n\n"
            "| feature | IBSI | unit | meaning | pyradiomics 3.1.4 |\n|---|---|---|---|---|\n"
            + "".join(
                f"| `{name.removeprefix(f'{one}_')}` | {row['ibsi_code']} | {row['unit']} "
                f"| {_cell(row['definition'])} | {_cell(_theirs(name))} |\n"
                for name, row in once.items()
            )
        )
    return "\n".join(sections)


def _theirs(ours: str) -> str:
    match = next((match for match in MATCHES if match.ours == ours), None)
    if match is None:
        return f"none: {why_alone(ours)}"
    return f"{match.theirs}{_difference(match)}"


def _difference(match: Match) -> str:
    notes = [match.note] if match.note else []
    if match.stand_in is not None:
        notes.append(f"{match.stand_in:g} where ours is NULL")
    return f"; {'; '.join(notes)}" if notes else ""


def others_text() -> str:
    """Print what pyradiomics has and IBSI has not."""
    return "| pyradiomics | why it is not here |\n|---|---|\n" + "".join(
        f"| {match.theirs} | {_cell(match.note)} |\n" for match in MATCHES if match.ours is None
    )


def reasons_text(source: str) -> str:
    """Print the reasons, from the comments of the Java enum."""
    found = [
        (match["name"], INLINE.sub(r"\1", " ".join(match["text"].replace("*", " ").split())))
        for match in REASON.finditer(source)
    ]
    if not found:
        raise ValueError(f"{REASONS.name} lists no reasons with a comment; see its form")
    return "| reason | |\n|---|---|\n" + "".join(f"| `{name}` | {_cell(text)} |\n" for name, text in found)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def filled(page: str, sections: Mapping[str, str]) -> str:
    """Return the page with each section between its markers.

    :raises ValueError: when the page lacks a marker
    """
    for name, text in sections.items():
        begin, end = BEGIN.format(name), END.format(name)
        if page.count(begin) != 1 or page.count(end) != 1:
            raise ValueError(f"{PAGE.name} needs the lines {begin.strip()} and {end.strip()} once each")
        head, rest = page.split(begin)
        page = f"{head}{begin}{text}{end}{rest.split(end)[1]}"
    return page


def printed() -> str:
    """Return the page as it should be."""
    sections = {
        "reasons": reasons_text(REASONS.read_text(encoding="utf-8")),
        "features": features_text(rows()),
        "others": others_text(),
    }
    return filled(PAGE.read_text(encoding="utf-8"), sections)


def main(_: Iterable[str] = ()) -> int:
    """Write the page."""
    PAGE.write_text(printed(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
