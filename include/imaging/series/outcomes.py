"""What is recorded of each file; apart from the plan, so that a mapper does not load that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from imaging.records import FileOutcome, JsonValue

if TYPE_CHECKING:
    from imaging.series.products import SeriesProducts


def outcomes_of(products: SeriesProducts) -> Iterator[tuple[FileOutcome, dict[str, JsonValue]]]:
    """Give each file of a converted series with its record, images first."""
    yield from ((item, record_of(item, "volume")) for item in products.result.outcomes)
    yield from ((item, record_of(item, "region")) for item in products.region_outcomes)


def record_of(item: FileOutcome, used: str = "") -> dict[str, JsonValue]:
    """Record what became of one file: ``used`` ("volume" or "region"), or "refused" with the reason."""
    evidence: dict[str, JsonValue] = {} if item.refusal is None else dict(item.refusal.evidence)
    if item.refused_regions:
        evidence["refused_regions"] = [str(reason) for reason in item.refused_regions]
    return {
        "sha256": item.sha256,
        "outcome": used if item.used else "refused",
        "level": str(item.level),
        "reason": None if item.refusal is None else str(item.refusal.reason),
        "evidence": evidence,
    }
