"""Tasks that end together, whatever the series, though the input format counts lines."""

from __future__ import annotations

import pytest

from jobs.base.balance import FILE_COST_BYTES, Plan, balance, cost


def cut(plan: Plan) -> list[tuple[str | None, ...]]:
    """Cut the manifest's lines as NLineInputFormat does."""
    step = plan.lines_per_task
    return [plan.lines[at : at + step] for at in range(0, len(plan.lines), step)]


def loads(plan: Plan, costs: dict[str, int]) -> list[int]:
    return [sum(costs[name] for name in task if name is not None) for task in cut(plan)]


def test_tasks_cost_about_the_same() -> None:
    costs = {f"series {n:02d}": 10 * (n % 7) + 1 for n in range(40)}
    plan = balance(costs, 300)
    assert len(plan.tasks) == 4
    assert max(loads(plan, costs)) - min(loads(plan, costs)) <= 10


def test_one_large_series_has_a_task_of_its_own_and_the_small_ones_share_another() -> None:
    costs = {"large": 1000, **{f"small {n}": 10 for n in range(100)}}
    plan = balance(costs, 1000)
    assert [len(task) for task in plan.tasks] == [1, 100]
    assert loads(plan, costs) == [1000, 1000]
    assert plan.lines.count(None) == 99


def test_the_last_task_is_not_filled_up() -> None:
    plan = balance({"a": 10, "b": 3, "c": 3, "d": 3}, 10)
    assert plan.lines[-1] is not None


def test_the_heaviest_task_comes_first() -> None:
    costs = {"a": 5, "b": 5, "c": 5, "d": 9}
    assert loads(balance(costs, 12), costs) == [14, 10]


@pytest.mark.parametrize("series", [1, 2, 3, 7, 10])
@pytest.mark.parametrize("target", [1, 5, 10**9])
def test_every_series_is_in_one_task_whatever_the_numbers(series: int, target: int) -> None:
    costs = {str(n): n for n in range(series)}
    plan = balance(costs, target)
    assert sorted(name for name in plan.lines if name is not None) == sorted(costs)
    assert [[name for name in task if name] for task in cut(plan)] == [list(task) for task in plan.tasks]
    assert min(len(task) for task in plan.tasks) >= 1


def test_no_series_need_no_task() -> None:
    assert (balance({}, 100).tasks, balance({}, 100).lines_per_task) == ((), 1)


def test_many_small_files_cost_more_than_few_large_ones() -> None:
    assert cost(300, 10_000_000) == 300 * FILE_COST_BYTES + 10_000_000
