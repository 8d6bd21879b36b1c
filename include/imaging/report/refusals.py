"""The refusals: by reason, what it means, what to do, the numbers that show it, and which files."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Sequence

from imaging.output.converted import REFUSED, Entry
from imaging.reasons import Reason
from imaging.report.formatting import escape, names, number, numbers_of, plural, table

GROUPS = 50  # shown for one reason
NAMES = 12  # shown for one group
SERIES = "series"


def refused_by_reason(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    """Sort the refused entries by reason, the most frequent first."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.outcome == REFUSED:
            found[str(entry.reason)].append(entry)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))


def refusals(entries: Sequence[Entry]) -> str:
    """Return the section of all refusals."""
    found = refused_by_reason(entries)
    if not found:
        return '<section id="refusals"><h2>Refusals</h2><p class="good">No file was refused.</p></section>'
    head = ("Reason", "Files", "What it means", "What to do", "Standard")
    rows = [_row(reason, items) for reason, items in found.items()]
    shown = table("Refused files by reason", head, rows, "wide")
    details = "".join(_details(reason, items) for reason, items in found.items())
    return f'<section id="refusals"><h2>Refusals</h2><div class="card">{shown}</div>{details}</section>'


def known_reason(value: str) -> Reason | None:
    """Return the reason of this value; None when this version's list does not hold it."""
    return next((reason for reason in Reason if reason.value == value), None)


def _row(reason: str, items: Sequence[Entry]) -> Sequence[str]:
    known = known_reason(reason)
    texts = (
        (known.meaning, known.remedy, known.source) if known else ("Not in this version's list.", "-", "-")
    )
    link = f'<a href="#r-{escape(reason)}">{escape(reason)}</a>'
    return (link, number(len(items)), *(escape(text) for text in texts))


def _details(reason: str, items: Sequence[Entry]) -> str:
    groups: dict[tuple[str, str, str], list[Entry]] = defaultdict(list)
    for item in items:
        folder = os.path.dirname(item.name) or "."  # noqa: PTH120 -- text, no path of this machine
        place = folder if item.level == SERIES else ""
        groups[item.level, place, json.dumps(item.evidence, sort_keys=True)].append(item)
    shown = "".join(_group(level, place, group) for (level, place, _), group in list(groups.items())[:GROUPS])
    rest = len(groups) - GROUPS
    more = f'<p class="dim">and {number(rest)} more groups; records.json has them all</p>' if rest > 0 else ""
    return (
        f'<div class="card" id="r-{escape(reason)}"><h3>{escape(reason)} '
        f'<span class="dim">({plural(len(items), "file")})</span></h3>{shown}{more}</div>'
    )


def _group(level: str, place: str, items: Sequence[Entry]) -> str:
    count = plural(len(items), "file")
    if level == SERIES:
        title = f"Refused with its whole series: {count} in <code>{escape(place)}</code>"
        listed = [item.name.rpartition("/")[2] for item in items]
    else:
        title = f"Refused by itself: {count}"
        listed = [item.name for item in items]
    evidence = numbers_of(items[0].evidence)
    numbers = f'<p class="dim">Evidence: {evidence}</p>' if evidence else ""
    return f'<div class="group"><p>{title}</p>{numbers}{names(sorted(listed), NAMES)}</div>'
