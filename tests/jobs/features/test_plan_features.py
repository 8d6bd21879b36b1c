"""Series are spread over tasks by their work."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from jobs.base.errors import JobInputError
from jobs.base.reducer_keys import reducer_keys
from jobs.base.schemas import MRI_SCANS, table
from jobs.base.store import Store, open_store
from jobs.features.plan import plan_features, work
from messages.wire import as_json
from tests.jobs.conftest import DAY, ROOT, tree

BUILD = "f" * 16


def scan(series: str, regions: int = 1, **columns: Any) -> dict[str, Any]:
    masks = {f"r{number}": f"/{series}.r{number}" for number in range(regions)}
    size = {"columns_": 100, "rows_": 100, "slices": 100, "volumes": 1, "dtype": "int16"}
    return dict.fromkeys(MRI_SCANS.names) | {"series_key": series, "masks": masks} | size | columns


def put(store: Store, *scans: dict[str, Any]) -> None:
    store.swap_table(f"{ROOT}/mri_scans/scan_date={DAY}/scans.parquet", table(scans, MRI_SCANS))


def plan(store: Store, **changes: Any) -> dict[str, Any]:
    asked = {"target_bytes": 2_000_000, "max_tasks": 4, **changes}
    return as_json(plan_features(store, ROOT, DAY, BUILD, **asked), "result")


def tasks(store: Store, result: dict[str, Any]) -> dict[int, list[str]]:
    """Series by reducer."""
    found: dict[int, list[str]] = defaultdict(list)
    for row in store.read_table(result["table"]).to_pylist():
        found[reducer_keys(result["tasks"]).index(row["task_key"])].append(row["series_key"])
    return dict(found)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"file://{tmp_path}")


def test_a_series_with_many_regions_has_a_task_of_its_own(store: Store) -> None:
    put(store, scan("many", regions=6), *(scan(f"s{number}") for number in range(6)))
    result = plan(store, max_tasks=2)
    assert (result["tasks"], result["series"], result["regions"]) == (2, 7, 12)
    assert sorted(tasks(store, result).values(), key=len) == [["many"], [f"s{number}" for number in range(6)]]
    assert result["heaviest_bytes"] < 0.52 * result["work_bytes"]


def test_every_series_is_in_one_task_and_every_task_has_one(store: Store) -> None:
    put(store, *(scan(f"s{number:02d}", regions=number % 3, slices=number) for number in range(1, 20)))
    result = plan(store)
    found = tasks(store, result)
    assert sorted(found) == list(range(result["tasks"]))
    assert sorted(name for names in found.values() for name in names) == [f"s{n:02d}" for n in range(1, 20)]


@pytest.mark.parametrize(
    ("target", "limit", "expected"), [(10**9, 4, 1), (4_200_000, 4, 2), (1, 4, 4), (1, 99, 4)]
)
def test_there_are_no_more_tasks_than_the_work_the_limit_or_the_series_ask_for(
    store: Store, target: int, limit: int, expected: int
) -> None:
    put(store, *(scan(f"s{number}") for number in range(4)))
    assert plan(store, target_bytes=target, max_tasks=limit)["tasks"] == expected


def test_work_is_the_uncompressed_image_times_its_regions() -> None:
    one, two, floats = (work(scan("s", 1)), work(scan("s", 2)), work(scan("s", 1, dtype="float32")))
    assert (two - one) // 10_000 == (floats - one) // 10_000 + 4 == 204
    assert work(scan("s", 0)) == work(scan("s", 1, volumes=9)) < one // 10


def test_planning_again_gives_the_same_table(store: Store, tmp_path: Path) -> None:
    put(store, *(scan(f"s{number}", slices=number) for number in range(9)))
    plan(store)
    before = tree(tmp_path)
    plan(store)
    assert tree(tmp_path) == before


def test_a_date_without_volumes_has_one_task_and_no_rows(store: Store) -> None:
    put(store)
    result = plan(store)
    assert (result["tasks"], result["series"], tasks(store, result)) == (1, 0, {})


def test_without_scans_the_remedy_is_stage_two(store: Store) -> None:
    with pytest.raises(JobInputError, match="run stage 2"):
        plan(store)
