"""Records of single files: what the mapper prints and the commit accounts for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from imaging.records import Level, Refusal

Line = Mapping[str, Any]
Record = dict[str, Any]


def file_record(
    line: Line, file: Line, outcome: str, level: Level = Level.FILE, refusal: Refusal | None = None
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
