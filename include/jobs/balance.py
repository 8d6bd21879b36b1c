"""Cut series into map tasks of about equal bytes, for an input format that counts lines and not bytes."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """The order of the series, and how many lines each task takes (the last may take fewer)."""

    order: tuple[str, ...]
    lines_per_task: int
    tasks: int


def balance(sizes: Mapping[str, int], target_bytes: int) -> Plan:
    """Order series so that each run of `lines_per_task` lines holds about equal bytes.

    Largest first into the lightest task that has a line free; ties by name, so equal input gives equal order.
    """
    if not sizes:
        return Plan((), 1, 0)
    wanted = max(1, -(-sum(sizes.values()) // max(1, target_bytes)))
    lines = -(-len(sizes) // min(wanted, len(sizes)))
    tasks = -(-len(sizes) // lines)
    room = [lines] * (tasks - 1) + [len(sizes) - lines * (tasks - 1)]
    taken: list[list[str]] = [[] for _ in range(tasks)]
    lightest = [(0, number) for number in range(tasks)]
    for name in sorted(sizes, key=lambda key: (-sizes[key], key)):
        load, number = heapq.heappop(lightest)
        taken[number].append(name)
        if len(taken[number]) < room[number]:
            heapq.heappush(lightest, (load + sizes[name], number))
    return Plan(tuple(name for task in taken for name in task), lines, tasks)
