"""Integers that Hive's DISTRIBUTE BY sends to a reducer of our choice.

Hive gives a row to reducer (hash AND 0x7fffffff) MOD reducers. The hash of an INT is Murmur3 of its four
bytes (bucketing version 2, with or without vectorisation), so that 0, 1, 2, ... collide; in Hive 2 it was the
number itself. The keys given here land on the same reducer by either.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

SEED = 104729  # org.apache.hive.common.util.Murmur3.DEFAULT_SEED
MASK = 0xFFFFFFFF
POSITIVE = 0x7FFFFFFF


def reducer_keys(reducers: int) -> list[int]:
    """Return one key for each reducer, in the order of reducers."""
    return [next(_keys_of(reducer, reducers)) for reducer in range(reducers)]


def _keys_of(reducer: int, reducers: int) -> Iterator[int]:
    return (key for key in count(reducer, reducers) if (murmur3(key) & POSITIVE) % reducers == reducer)


def murmur3(value: int) -> int:
    """Return Hive's hash of an INT, as an unsigned number: 32-bit Murmur3 of its bytes, highest first."""
    word = int.from_bytes(value.to_bytes(4, "big"), "little")
    mixed = _rotate(word * 0xCC9E2D51 & MASK, 15) * 0x1B873593 & MASK
    state = (_rotate(SEED ^ mixed, 13) * 5 + 0xE6546B64) & MASK ^ 4
    state = (state ^ state >> 16) * 0x85EBCA6B & MASK
    state = (state ^ state >> 13) * 0xC2B2AE35 & MASK
    return state ^ state >> 16


def _rotate(word: int, bits: int) -> int:
    return (word << bits | word >> 32 - bits) & MASK
