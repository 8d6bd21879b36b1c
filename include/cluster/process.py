"""What the tool knows about one process of the cluster."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from signal import SIGTERM

Probe = Callable[[], str]
Step = Callable[[], None]


def nothing() -> None:
    """Do nothing: the step of a process that needs none."""


@dataclass(frozen=True, kw_only=True)
class Process:
    """One row of the process table.

    `ports` maps names of cluster.ports to numbers; the process is only alive while it listens on the first.
    `probe` returns what is still missing, "" when the process serves; an OSError means no answer yet.
    `prepare` runs before each start (must be harmless when repeated), `finish` once the probe succeeds.
    """

    name: str
    note: str
    command: tuple[str, ...]
    probe: Probe
    ports: Mapping[str, int] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    memory_mb: int
    user: str | None = None
    prepare: Step = nothing
    finish: Step = nothing
    stop_signal: int = SIGTERM
    stop_s: float = 20.0
    ready_s: float = 120.0

    @property
    def main_port(self) -> int | None:
        """The port that proves the process alive, if it listens at all."""
        return next(iter(self.ports.values()), None)


Table = Mapping[str, Process]


def closure(table: Table, names: tuple[str, ...]) -> list[str]:
    """`names` (all when empty) and everything they need, in an order in which they can start."""
    ordered: list[str] = []

    def visit(name: str) -> None:
        if name not in ordered:
            for needed in table[name].needs:
                visit(needed)
            ordered.append(name)

    for name in names or tuple(table):
        visit(name)
    return ordered


def dependants(table: Table, names: tuple[str, ...]) -> list[str]:
    """`names` (all when empty) and everything that needs them, in an order in which they can stop."""
    wanted = set(names or table)
    for name in closure(table, ()):
        if wanted & set(table[name].needs):
            wanted.add(name)
    return [name for name in reversed(closure(table, ())) if name in wanted]
