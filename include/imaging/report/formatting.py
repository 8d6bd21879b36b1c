"""Small pieces of HTML; whatever comes from data passes through ``escape`` here."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

SMALLEST, SMALL = 1e-6, 1e-4
NO_BREAK = "&nbsp;"


def escape(value: object) -> str:
    """Make any text safe inside an element or a quoted attribute; control characters become a mark."""
    text = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in str(value))
    return html.escape(text, quote=True)


def number(value: object, unit: str = "") -> str:
    """Write a number for people: six digits, thousands apart, tiny ones as 'below', with its unit."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return escape("-" if value is None else value)
    if isinstance(value, int):
        text = f"{value:,}"
    elif 0 < abs(value) < SMALLEST:
        text = "below 0.000001"
    elif 0 < abs(value) < SMALL:
        text = f"{value:.6f}".rstrip("0")
    else:
        text = f"{value:,.6g}"
    return escape(f"{text} {unit}".strip()).replace(" ", NO_BREAK)


def plural(count: int, word: str) -> str:
    """Write '1 file', '2 files'."""
    return f"{number(count)} {word}{'' if count == 1 else 's'}"


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "") -> str:
    """Return a table; the cells are HTML already, the first of a row heads it. '' when there are no rows."""
    lines = ["<tr>" + "".join(_cell(cell, index) for index, cell in enumerate(row)) + "</tr>" for row in rows]
    if not lines:
        return ""
    heads = "".join(f'<th scope="col">{escape(title)}</th>' for title in head)
    body = "".join(lines)
    return (
        f'<div class="scroll"><table class="{kind}"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def numbers_of(evidence: Mapping[str, Any]) -> str:
    """Write evidence as 'name = value' pairs, names with spaces."""
    pairs = [f"{escape(name.replace('_', ' '))} = {_plain(value)}" for name, value in evidence.items()]
    return "; ".join(pairs)


def names(items: Sequence[str], limit: int) -> str:
    """List names, at most ``limit`` of them, and say how many are left out."""
    shown = "".join(f"<li><code>{escape(item)}</code></li>" for item in items[:limit])
    rest = len(items) - limit
    more = f'<p class="dim">and {number(rest)} more; records.json has them all</p>' if rest > 0 else ""
    return f'<ul class="names">{shown}</ul>{more}'


def _plain(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "none", True: "yes", False: "no"}[value]
    return number(value) if isinstance(value, (int, float)) else escape(_text(value))


def _text(value: object) -> str:
    if isinstance(value, list) and all(isinstance(item, (int, float, str)) for item in value):
        return ", ".join(f"{item:g}" if isinstance(item, float) else str(item) for item in value)
    return value if isinstance(value, str) else json.dumps(value)


def _cell(cell: str, index: int) -> str:
    return f'<th scope="row">{cell}</th>' if index == 0 else f"<td>{cell}</td>"
