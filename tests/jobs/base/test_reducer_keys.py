"""Keys that Hive sends to the reducer we want."""

from __future__ import annotations

import pytest

from jobs.base.reducer_keys import POSITIVE, murmur3, reducer_keys


@pytest.mark.parametrize(
    ("value", "hashed"),  # Hive 4.0.1: SELECT value, murmur_hash(value)
    [(0, 1362653161), (1, 1321152925), (2, -249917244), (3, 1183246022), (4, -170158827)],
)
def test_the_hash_is_that_of_hive(value: int, hashed: int) -> None:
    assert murmur3(value) == hashed % 2**32


def test_numbers_from_nought_collide_which_is_why_there_are_keys() -> None:
    assert [(murmur3(value) & POSITIVE) % 4 for value in range(4)] == [1, 1, 0, 2]


@pytest.mark.parametrize("reducers", [1, 2, 3, 4, 7, 16, 60])
def test_every_reducer_has_its_key_by_the_hash_of_now_and_by_the_one_before(reducers: int) -> None:
    keys = reducer_keys(reducers)
    assert [(murmur3(key) & POSITIVE) % reducers for key in keys] == list(range(reducers))
    assert [key % reducers for key in keys] == list(range(reducers))
    assert max(keys) < 2**31
