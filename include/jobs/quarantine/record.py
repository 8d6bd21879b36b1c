"""The record of what persons overruled: rows are only ever added, the last one counts.

A row holds the refusal as it was (level, reason, evidence, build) beside who overruled it, when and why; the
partition's own row goes when the file belongs to a volume, this one stays. It holds for a file's content: a
file that comes later for the same series is not overruled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from jobs.base.schemas import QUARANTINE_RELEASES, table
from jobs.base.store import Store
from lake.places import Places

Row = dict[str, Any]
REFUSAL = ("sha256", "series_key", "level", "reason", "evidence", "build")


class Action(StrEnum):
    """What a person may record."""

    RELEASE = "release"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class Entry:
    """Who recorded what, when and why; columns of quarantine_releases.

    ``run_id``: the DAG run that recorded it, '' without one. ``recorded_at``: ISO 8601.
    """

    action: Action
    why: str
    by_: str
    recorded_at: str
    run_id: str


def recorded(store: Store, places: Places, scan_date: str) -> list[Row]:
    """Return the rows of a scan date in the order in which they were recorded."""
    rows = store.read_table_or_empty(places.releases(scan_date), QUARANTINE_RELEASES).to_pylist()
    return sorted(rows, key=lambda row: (row["number"], row["sha256"], row["reason"]))


def in_force(rows: Iterable[Row]) -> dict[tuple[str, str], Row]:
    """Return the overruled refusals, by file (sha256) and reason: those not withdrawn since.

    :param rows: in the order of ``recorded``
    """
    latest = {(row["sha256"], row["reason"]): row for row in rows}
    return {key: row for key, row in latest.items() if row["action"] == Action.RELEASE}


def overruled_reasons(store: Store, places: Places, scan_date: str) -> dict[str, list[str]]:
    """Return the reasons overruled for each file (sha256) of a scan date, both in order."""
    found: dict[str, list[str]] = {}
    for sha256, reason in sorted(in_force(recorded(store, places, scan_date))):
        found.setdefault(sha256, []).append(reason)
    return found


def append(
    store: Store, places: Places, scan_date: str, entry: Entry, refusals: Iterable[Mapping[str, Any]]
) -> None:
    """Add one row a refusal (a row of quarantine, or of this table when it is withdrawn) by a swap."""
    rows = recorded(store, places, scan_date)
    number = 1 + max((row["number"] for row in rows), default=0)
    columns = asdict(entry) | {"number": number}
    rows += [{name: refusal[name] for name in REFUSAL} | columns for refusal in refusals]
    store.swap_table(places.releases(scan_date), table(rows, QUARANTINE_RELEASES))
