"""A scan date is due when it is new or when its files are no longer those of its partition."""

from __future__ import annotations

import json

import pytest

from jobs.base.errors import JobInputError
from jobs.base.store import open_store
from jobs.index.due_dates import due_dates
from lake.places import Places

ROOT = "/data"


@pytest.fixture
def store(tmp_path):
    return open_store(f"file://{tmp_path}")


def index(store, **digests):
    store.write(Places(ROOT).index_dates(), json.dumps({"digests": digests}).encode())


def test_a_new_date_a_changed_one_and_no_other_are_due(store):
    index(store, **{"2025-03-03": "a", "2025-03-04": "b", "2025-03-05": "c"})
    store.write(Places(ROOT).committed("2025-03-03"), b"a")
    store.write(Places(ROOT).committed("2025-03-04"), b"before the late file")
    assert due_dates(store, ROOT) == {
        "due": ["2025-03-04", "2025-03-05"],
        "new": ["2025-03-05"],
        "dates": 3,
    }


def test_nothing_is_due_when_all_is_committed(store):
    index(store, **{"2025-03-03": "a"})
    store.write(Places(ROOT).committed("2025-03-03"), b"a")
    assert due_dates(store, ROOT)["due"] == []


def test_without_an_index_the_remedy_is_named(store):
    with pytest.raises(JobInputError, match="start the DAG site_setup"):
        due_dates(store, ROOT)
