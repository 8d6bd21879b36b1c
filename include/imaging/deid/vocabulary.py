"""Clean free text by an allow-list of words: what is not known to be safe is dropped (PS3.15 E.3.5)."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

TOKENS = re.compile(rb"([^\s_,;()<>\[\]\\\"]+)")
PARTS = re.compile(rb"[-/+&^*=.:]+")
# Up to three digits and two decimals, with a unit or none: too short for a date, an ID or a telephone.
NUMBER = re.compile(rb"\d{1,3}(?:\.\d{1,2})?(?:mm|cm|ml|ms|s|t|kv|mev|hz|%)?", re.IGNORECASE)
IDENTIFYING_WORDS = re.compile(rb"[0-9A-Za-z\x80-\xff]{2,}")
COMPONENTS = re.compile(rb"[\\^=]")
SHORTEST = 4
ESCAPE = b"\x1b"
REMEMBERED = 8192


def words(text: str) -> frozenset[bytes]:
    """Return the words of a data file, in lower case; lines that start with # are its header text."""
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(word.lower().encode() for line in lines for word in line.split())


@cache
def vocabulary() -> frozenset[bytes]:
    """Read the words that may stay."""
    return words(files(__package__).joinpath("vocabulary.txt").read_text(encoding="utf-8"))


def identifying_words(*values: bytes) -> frozenset[bytes]:
    """Return the words of identifying values, in lower case: they are dropped though the list has them."""
    return frozenset(word.lower() for value in values for word in IDENTIFYING_WORDS.findall(value))


def identifying_phrases(*values: bytes) -> frozenset[bytes]:
    """Return the parts and words of identifying values, four bytes and more, in lower case."""
    parts = {part.strip(b" \0").lower() for value in values for part in COMPONENTS.split(value)}
    found = parts | {word for part in parts for word in part.split()}
    return frozenset(part for part in found if sum(map(len, IDENTIFYING_WORDS.findall(part))) >= SHORTEST)


@lru_cache(maxsize=REMEMBERED)
def clean(value: bytes, forbidden: frozenset[bytes] = frozenset()) -> bytes:
    r"""Return the safe words of a text in their order; the text itself when all of it is safe.

    Values of a multi-valued text (parted by a backslash) are cleaned each for itself; b"" when nothing stays.
    """
    text = value.strip(b" \0")
    if ESCAPE in text:  # ISO 2022 switches the character set: bytes are no longer letters
        return b""
    tokens = TOKENS.findall(text)
    if all(_safe(token, forbidden) for token in tokens):
        return text if tokens else b""
    values = (
        b" ".join(token for token in TOKENS.findall(part) if _safe(token, forbidden))
        for part in text.split(b"\\")
    )
    return b"\\".join(part for part in values if part)


def _safe(token: bytes, forbidden: frozenset[bytes]) -> bool:
    low = token.lower()
    if low in forbidden:
        return False
    if NUMBER.fullmatch(low):
        return True
    known = vocabulary()
    parts = [part for part in PARTS.split(low) if part]
    return all(part in known and part not in forbidden for part in parts)
