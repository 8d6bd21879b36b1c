"""Cut series into map tasks that end together, for an input format that counts lines and not work."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass

FILE_COST_BYTES = 40_000  # to open, check and parse one more file costs as much as converting these bytes


@dataclass(frozen=True)
class Plan:
    """The series of each task, heaviest task first."""

    tasks: tuple[tuple[str, ...], ...]

    @property
    def lines_per_task(self) -> int:
        """Return the series of the longest task, which NLineInputFormat takes for all."""
        return max((len(task) for task in self.tasks), default=1)

    @property
    def lines(self) -> tuple[str | None, ...]:
        """Return the manifest in order: a series, or None for an empty line that fills up its task."""
        padded = [[*task, *[None] * (self.lines_per_task - len(task))] for task in self.tasks[:-1]]
        return tuple(name for task in [*padded, *self.tasks[-1:]] for name in task)


def cost(files: int, size: int) -> int:
    """Return the work of converting a series in bytes: those it has, and what each file costs beside."""
    return size + files * FILE_COST_BYTES


def balance(costs: Mapping[str, int], target: int) -> Plan:
    """Divide series into tasks of about equal cost, each of about ``target`` and no more of them than needed.

    Largest first into the lightest task; ties by name, so equal input gives an equal plan.
    """
    if not costs:
        return Plan(())
    wanted = min(len(costs), max(1, -(-sum(costs.values()) // max(1, target))))
    taken: list[list[str]] = [[] for _ in range(wanted)]
    lightest = [(0, number) for number in range(wanted)]
    for name in sorted(costs, key=lambda key: (-costs[key], key)):
        load, number = heapq.heappop(lightest)
        taken[number].append(name)
        heapq.heappush(lightest, (load + costs[name], number))
    heaviest = sorted(lightest, key=lambda item: (-item[0], item[1]))
    return Plan(tuple(tuple(taken[number]) for _, number in heaviest))
