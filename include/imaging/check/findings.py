"""What a check found, one finding a check, for people and for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from imaging.records import JsonValue


class State(StrEnum):
    """Whether a check held, did not, or could not be made (the detail says why)."""

    OK = "ok"
    FAILED = "FAILED"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class Finding:
    """One check and its result; ``detail`` holds the numbers, or why it was not made."""

    check: str
    state: State
    detail: str

    @property
    def line(self) -> str:
        return f"{self.state:<12} {self.check}: {self.detail}"


def judged(check: str, held: bool, detail: str) -> Finding:
    """Return the finding of a check that was made."""
    return Finding(check, State.OK if held else State.FAILED, detail)


def not_checked(check: str, why: str) -> Finding:
    """Return the finding of a check that could not be made."""
    return Finding(check, State.NOT_CHECKED, why)


def failed(findings: Sequence[Finding]) -> bool:
    """Whether any check failed."""
    return any(item.state is State.FAILED for item in findings)


def summary(findings: Sequence[Finding]) -> str:
    """Count the findings by state: '14 ok, 0 FAILED, 2 not checked'."""
    counts = Counter(item.state for item in findings)
    return ", ".join(f"{counts[state]} {state}" for state in State)


def as_json(findings: Sequence[Finding]) -> JsonValue:
    """Return the findings as plain values."""
    listed: list[JsonValue] = [dict(asdict(item)) for item in findings]
    return {"failed": failed(findings), "findings": listed}
