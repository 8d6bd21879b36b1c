"""The refusals: by reason, the numbers that show it, and which files."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from imaging.output.converted import REFUSED, Entry

SERIES = "series"


@dataclass(frozen=True)
class Group:
    """Files refused alike; ``place``: the folder of a series refused as a whole, '' for single files."""

    place: str
    evidence: Mapping[str, Any]
    names: Sequence[str]


@dataclass(frozen=True)
class Refused:
    """The files of one reason, which need not be in this version's list."""

    reason: str
    files: int
    groups: Sequence[Group]


def refused_by_reason(entries: Sequence[Entry]) -> list[Refused]:
    """Sort the refused entries by reason, the most frequent first."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.outcome == REFUSED:
            found[str(entry.reason)].append(entry)
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return [Refused(reason, len(items), _groups(items)) for reason, items in ordered]


def _groups(items: Sequence[Entry]) -> list[Group]:
    groups: dict[tuple[str, str, str], list[Entry]] = defaultdict(list)
    for item in items:
        folder = os.path.dirname(item.name) or "."  # noqa: PTH120 -- text, no path of this machine
        place = folder if item.level == SERIES else ""
        groups[item.level, place, json.dumps(item.evidence, sort_keys=True)].append(item)
    return [
        Group(place, group[0].evidence, sorted(_name(item) for item in group))
        for (_, place, _), group in groups.items()
    ]


def _name(item: Entry) -> str:
    return item.name.rpartition("/")[2] if item.level == SERIES else item.name
