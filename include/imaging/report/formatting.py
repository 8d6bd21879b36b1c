"""Numbers and evidence as text for people; the templates escape it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

SMALLEST, SMALL = 1e-6, 1e-4
NO_BREAK = "\N{NO-BREAK SPACE}"


def printable(value: object) -> object:
    """Return ``value`` with a mark for each control character of its text; what is markup stays as it is."""
    if hasattr(value, "__html__"):
        return value
    text = str(value)
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() or letter == NO_BREAK else "\N{REPLACEMENT CHARACTER}"
        for letter in text
    )


def number(value: object, unit: str = "") -> str:
    """Write a number for people: six digits, thousands apart, tiny ones as 'below', with its unit."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return "-" if value is None else str(value)
    if isinstance(value, int):
        text = f"{value:,}"
    elif 0 < abs(value) < SMALLEST:
        text = "below 0.000001"
    elif 0 < abs(value) < SMALL:
        text = f"{value:.6f}".rstrip("0")
    else:
        text = f"{value:,.6g}"
    return f"{text} {unit}".strip().replace(" ", NO_BREAK)


def plural(count: int, noun: str) -> str:
    """Write '1 file', '2 files'."""
    return f"{number(count)} {noun}{'' if count == 1 else 's'}"


def fact(value: object) -> str:
    """Write a value of a JSON object: a number as ``number`` does, an object as its 'name = value' pairs."""
    return pairs(value) if isinstance(value, Mapping) else _plain(value)


def pairs(evidence: Mapping[str, Any]) -> str:
    """Write evidence as 'name = value' pairs, names with spaces."""
    return "; ".join(f"{name.replace('_', ' ')} = {_plain(value)}" for name, value in evidence.items())


def _plain(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "none", True: "yes", False: "no"}[value]
    if isinstance(value, (int, float)):
        return number(value)
    if isinstance(value, list) and all(isinstance(item, (int, float, str)) for item in value):
        return ", ".join(f"{item:g}" if isinstance(item, float) else str(item) for item in value)
    return value if isinstance(value, str) else json.dumps(value)
