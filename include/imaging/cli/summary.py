"""Counts as text: a few lines, and a table of refusals with what to do about each."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from imaging.reasons import Reason
from imaging.records import JsonValue

WIDTH = 100
LABELS = {
    "files": "files",
    "used": "files used",
    "volumes": "volumes",
    "masks": "masks",
    "series": "image series",
    "patients": "patients",
    "scan_dates": "scan dates",
    "removed": "files of an earlier run removed",
}
GROUPS = {"roles": "by role", "modalities": "by modality"}


def summary(counts: Mapping[str, JsonValue]) -> str:
    """Return the counts of an index or a conversion as text."""
    lines = [f"{counts[name]!s:>8}  {label}" for name, label in LABELS.items() if counts.get(name)]
    for name, label in GROUPS.items():
        group = counts.get(name)
        if isinstance(group, Mapping) and group:
            lines.append(f"{'':8}  {label}: " + ", ".join(f"{n} {key or '-'}" for key, n in group.items()))
    refused = counts.get("refused")
    if isinstance(refused, Mapping) and refused:
        lines += ["", "refused:", *_refusals({str(name): int(str(n)) for name, n in refused.items()})]
    return "\n".join(lines)


def _refusals(refused: Mapping[str, int]) -> Iterator[str]:
    for name, number in sorted(refused.items(), key=lambda item: (-item[1], item[0])):
        yield f"{number:>8}  {name}"
        reason = Reason.__members__[name]
        for text in (reason.meaning, f"Remedy: {reason.remedy}"):
            yield from textwrap.wrap(text, WIDTH, initial_indent=" " * 10, subsequent_indent=" " * 10)
