"""Records of single files, and the guard around the imaging library, shared by series and regions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from imaging.records import Level, Refusal
from jobs.protocol import progress
from jobs.reasons import JobReason

T = TypeVar("T")
Line = Mapping[str, Any]
Record = dict[str, Any]


@dataclass(frozen=True)
class JobRefusal:
    """A refusal for a reason of the jobs, shaped like `imaging.records.Refusal`."""

    reason: JobReason
    evidence: Mapping[str, Any]


AnyRefusal = Refusal | JobRefusal


def guarded(function: Callable[[], T]) -> T | JobRefusal:
    """Call the imaging library; a fault of its own refuses this series and leaves the others alone."""
    try:
        return function()
    except (OSError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - one broken series must not stop the task
        progress(f"converter fault: {type(error).__name__}: {error}")
        return JobRefusal(JobReason.CONVERTER_FAILED, {"error": type(error).__name__})


def file_record(
    line: Line, file: Line, outcome: str, level: Level = Level.FILE, refusal: AnyRefusal | None = None
) -> Record:
    """Say what became of one file of a manifest line."""
    return {
        "record": "file",
        "sha256": file["sha256"],
        "series_key": line["series_key"],
        "outcome": outcome,
        "level": str(level),
        "reason": None if refusal is None else str(refusal.reason),
        "evidence": {} if refusal is None else dict(refusal.evidence),
    }
