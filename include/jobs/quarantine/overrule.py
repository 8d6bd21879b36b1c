"""Overrule refusals, or withdraw that, by a record; the partition then has to run again.

Refuses, with the remedy and nothing recorded: unknown file, series or date, a file that is not quarantined,
or one that was refused for a reason that no person may overrule.

Nothing is deleted: raw file and refusal stay, and plan_preprocess reads the record. What is recorded already
is not recorded again. The date is first noted as due, so that it runs again even if the DAG run that
started this ends early. One writer at a time: the DAG quarantine_release has one run at a time.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from jobs.base.errors import JobInputError
from jobs.base.protocol import end, progress, run
from jobs.base.store import Store, open_store
from jobs.quarantine.files import Choice, Partition, chosen
from jobs.quarantine.form import action_of, choice_of, dated, one_line
from jobs.quarantine.record import Action, Entry, Row, append, in_force, recorded
from lake.places import Places
from messages.quarantine import Overrule, Overruled

WHY_LENGTH = 500
BY_LENGTH = 100
DUE = b"a release from quarantine was recorded; to be taken in again"


@dataclass(frozen=True)
class _Change:
    """Refusals to record now, and files for which the record says so already."""

    new: list[Row]
    already: list[Row]


def execute(request: Overrule) -> Overruled:
    """Note the date as due and append to its record.

    :raises JobInputError: see the module's docstring.
    """
    entry = Entry(
        action_of(request.action),
        one_line(request.why, "why", WHY_LENGTH),
        one_line(request.by, "by", BY_LENGTH),
        request.recorded_at,
        request.run_id,
    )
    store, places = open_store(request.hdfs), Places(request.root)
    scan_date, choice = dated(request.scan_date), choice_of(request.series_key, request.sha256)
    partition = Partition.read(store, places, scan_date)
    _check_landed(store, places, scan_date)
    force = in_force(recorded(store, places, scan_date))
    names = chosen(partition, choice, scan_date)
    match entry.action:
        case Action.RELEASE:
            change = _to_overrule(partition, choice, names, force)
        case Action.WITHDRAW:
            change = _to_withdraw(choice, names, force)
    if store.exists(places.committed(scan_date)):
        store.swap_changed(places.committed(scan_date), DUE)
    if change.new:
        append(store, places, scan_date, entry, change.new)
    progress(f"{entry.action} {scan_date}: {len(change.new)} files now, {len(change.already)} before")
    both = [*change.new, *change.already]
    return Overruled(
        action=str(entry.action),
        scan_date=scan_date,
        files=len(both),
        recorded=len(change.new),
        already=len(change.already),
        reasons=dict(sorted(Counter(row["reason"] for row in both).items())),
        series=sorted({row["series_key"] for row in both}),
        record=places.releases(scan_date),
    )


def _check_landed(store: Store, places: Places, scan_date: str) -> None:
    """Refuse a date that cannot run again: scan_intake starts from files in the landing zone."""
    dates = places.index_dates()
    landed = json.loads(store.read(dates))["digests"] if store.exists(dates) else {}
    if scan_date not in landed:
        raise JobInputError(
            f"the landing zone holds no file of scan date {scan_date} any more, so it cannot run again",
            "land its files again and run late_arrivals, then overrule again",
        )


def _to_overrule(
    partition: Partition, choice: Choice, names: list[str], force: Mapping[tuple[str, str], Row]
) -> _Change:
    held = {sha256: row for (sha256, _), row in force.items() if sha256 not in partition.refused}
    already = [held[name] for name in names if name in held]
    refused = [partition.overrulable[name] for name in names if name in partition.overrulable]
    new = [row for row in refused if (row["sha256"], row["reason"]) not in force]
    already += [row for row in refused if (row["sha256"], row["reason"]) in force]
    done = {row["sha256"] for row in (*new, *already)}
    if not done or (choice.files and len(done) < len(names)):
        raise partition.not_overrulable([name for name in names if name not in done], choice)
    return _Change(new, already)


def _to_withdraw(choice: Choice, names: list[str], force: Mapping[tuple[str, str], Row]) -> _Change:
    new = [row for (sha256, _), row in sorted(force.items()) if sha256 in set(names)]
    missing = sorted(set(names) - {row["sha256"] for row in new})
    if not new or (choice.files and missing):
        raise JobInputError(
            f"{choice.named(missing)} has nothing overruled that could be withdrawn",
            "`make quarantine DATE=...` lists what is overruled of a date",
        )
    return _Change(new, [])


def main() -> int:
    """Run as a program."""
    return run(Overrule, execute)


if __name__ == "__main__":
    end(main())
