"""The table of a comparison, for people and as JSON."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Sequence

from radiomics_check.compare import Row, Verdict

HEAD = ("ours", "pyradiomics", "our value", "their value", "difference", "verdict")


def columns(rows: Sequence[Sequence[str]], head: Sequence[str]) -> str:
    """Return rows in columns below a head, each as wide as its widest cell."""
    widths = [max(map(len, cells)) for cells in zip(head, *rows, strict=True)]
    lines = [head, ["-" * width for width in widths], *rows]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def verdict_text(verdict: Verdict, why: str) -> str:
    """Return the verdict and, where there is one, its reason."""
    return f"{verdict}: {why}" if why else str(verdict)


def number(value: float | None) -> str:
    """Return a number with ten digits; ``NULL`` where there is none."""
    return "NULL" if value is None else f"{value:.10g}"


def difference_text(difference: float | None) -> str:
    """Return a relative difference with two digits; empty where there is none."""
    return "" if difference is None else f"{difference:.1e}"


def table(rows: Sequence[Row]) -> str:
    """Return the table of one region and a line that counts the verdicts."""
    cells = [
        [
            row.column or "-",
            row.theirs,
            number(row.ours_value) if row.column else "-",
            number(row.theirs_value),
            difference_text(row.difference),
            verdict_text(row.verdict, row.why),
        ]
        for row in rows
    ]
    return f"{columns(cells, HEAD)}\n{counts([row.verdict for row in rows])}"


def counts(verdicts: Sequence[Verdict]) -> str:
    """Return one line that counts the verdicts; the sum is the number of features compared."""
    found = Counter(verdicts)
    named = ", ".join(f"{found[verdict]} {verdict}" for verdict in Verdict if found[verdict])
    return f"{len(verdicts)} features of pyradiomics: {named}"


def as_json(rows: Sequence[Row]) -> str:
    """Return the rows as a JSON list."""
    return json.dumps([dataclasses.asdict(row) for row in rows], indent=1)
