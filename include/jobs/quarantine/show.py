"""Show what is quarantined, why, what to do about it, and what is overruled.

Refuses a date that has no partition.

Names of source files stay out: senders put patients' names there. `raw_files` has them, by hash.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict

from jobs.base.errors import JobInputError
from jobs.base.explanations import explanation_of
from jobs.base.protocol import end, run
from jobs.base.schemas import MRI_SCANS, QUARANTINE
from jobs.base.store import Store, open_store
from jobs.quarantine.files import partition_dates
from jobs.quarantine.record import Row, in_force, recorded
from lake.folders import UNDATED
from lake.places import Places
from messages.quarantine import (
    FileShown,
    OverruleShown,
    QuarantineShown,
    ReasonShown,
    RefusedCount,
    ShowQuarantine,
)


def show_quarantine(store: Store, root: str, scan_date: str | None = None) -> QuarantineShown:
    """Read the partitions.

    :raises JobInputError: the date has no partition.
    """
    places = Places(root)
    days = _days(store, places, scan_date)
    paths = {day: places.quarantine(day) for day in days}
    refused = {
        day: store.read_table_or_empty(path, QUARANTINE).to_pylist() for day, path in sorted(paths.items())
    }
    every = [row for rows in refused.values() for row in rows]
    return QuarantineShown(
        files=len(every),
        dates=len(days),
        rows=[line for day, rows in refused.items() for line in _counts(day, rows)],
        reasons=_reasons(every),
        overruled=[line for day in days for line in _overruled(store, places, day, refused[day])],
        listed=None if scan_date is None else [_listed(row) for row in refused[scan_date]],
    )


def _days(store: Store, places: Places, scan_date: str | None) -> list[str]:
    found = partition_dates(store, places)
    if store.exists(places.quarantine(UNDATED)):
        found.append(UNDATED)
    if scan_date is None:
        return found
    if scan_date not in found:
        raise JobInputError(
            f"scan date {scan_date} has no partition in quarantine",
            f"choose one of: {', '.join(found) or 'none yet; run scan_intake first'}",
        )
    return [scan_date]


def _counts(day: str, rows: Iterable[Row]) -> list[RefusedCount]:
    by_reason: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_reason[row["reason"]].append(row)
    return [
        RefusedCount(
            scan_date=day,
            reason=reason,
            files=len(group),
            series=len({row["series_key"] for row in group if row["series_key"]}),
        )
        for reason, group in sorted(by_reason.items())
    ]


def _reasons(rows: Iterable[Row]) -> dict[str, ReasonShown]:
    counts = Counter(row["reason"] for row in rows)
    return {
        reason: ReasonShown(files=number, **asdict(explanation_of(reason)))
        for reason, number in sorted(counts.items())
    }


def _listed(row: Row) -> FileShown:
    return FileShown(
        series_key=row["series_key"],
        sha256=row["sha256"],
        level=row["level"],
        reason=row["reason"],
        evidence=json.loads(row["evidence"] or "{}"),
    )


def _overruled(store: Store, places: Places, day: str, refused: Iterable[Row]) -> list[OverruleShown]:
    groups: dict[tuple[int, str, str], list[Row]] = defaultdict(list)
    for row in in_force(recorded(store, places, day)).values():
        groups[row["number"], row["series_key"], row["reason"]].append(row)
    if not groups:
        return []
    scans = store.read_table_or_empty(places.scans(day), MRI_SCANS)
    volumes = set(scans["series_key"].to_pylist())
    now: dict[str, Counter[str]] = defaultdict(Counter)
    for row in refused:
        now[row["series_key"]][row["reason"]] += 1
    return [
        OverruleShown(
            scan_date=day,
            series_key=series,
            reason=reason,
            files=len(rows),
            why=rows[0]["why"],
            by=rows[0]["by_"],
            recorded_at=rows[0]["recorded_at"],
            volume=series in volumes,
            refused=dict(sorted(now[series].items())),
        )
        for (_, series, reason), rows in sorted(groups.items())
    ]


def execute(request: ShowQuarantine) -> QuarantineShown:
    """Do what the request asks."""
    return show_quarantine(open_store(request.hdfs), request.root, request.scan_date or None)


def main() -> int:
    """Run as a program."""
    return run(ShowQuarantine, execute)


if __name__ == "__main__":
    end(main())
