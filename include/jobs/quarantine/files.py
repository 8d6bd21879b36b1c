"""The files of a scan date and which of them are quarantined, for a person who wants to overrule some."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from jobs.base.dates import nearest
from jobs.base.errors import JobInputError
from jobs.base.explanations import explanation_of
from jobs.base.schemas import QUARANTINE, RAW_FILES
from jobs.base.store import Store
from jobs.quarantine.record import Row
from lake.folders import UNDATED, scan_dates
from lake.places import Places

SHOWN_DIGITS = 12
UNDATED_REMEDY = "correct StudyDate (or what else the refusal names) in the archive and land the files again"


@dataclass(frozen=True)
class Choice:
    """What a person named: a series by its key, or files by their SHA-256; the other is empty."""

    series_key: str
    files: tuple[str, ...]

    def named(self, files: list[str]) -> str:
        """Name the thing in a message: the series, or the first of `files`."""
        if self.series_key:
            return f"series {self.series_key}"
        return f"file {files[0][:SHOWN_DIGITS]}..." if files else "nothing"


@dataclass(frozen=True)
class Partition:
    """One scan date.

    ``raw``: series key by file (sha256). ``refused``: rows of quarantine by file.
    ``undated``: files without a usable date.
    """

    raw: Mapping[str, str]
    refused: Mapping[str, Row]
    undated: frozenset[str]

    @classmethod
    def read(cls, store: Store, places: Places, scan_date: str) -> Partition:
        """Read the committed partition.

        :raises JobInputError: the date has none; the nearest that have one are named.
        """
        if not store.exists(places.quarantine(scan_date)):
            raise JobInputError(
                f"scan date {scan_date} has no partition; nearest dates that have one: "
                + (", ".join(nearest(scan_date, partition_dates(store, places))) or "none"),
                "choose one of these dates, or take this one in first (DAG scan_intake)",
            )
        raw = store.read_table_or_empty(places.raw_files(scan_date), RAW_FILES).to_pylist()
        refused = store.read_table(places.quarantine(scan_date)).to_pylist()
        undated = store.read_table_or_empty(places.quarantine(UNDATED), QUARANTINE).to_pylist()
        return cls(
            {row["sha256"]: row["series_key"] for row in raw},
            {row["sha256"]: row for row in refused},
            frozenset(row["sha256"] for row in undated if row["sha256"]),
        )

    @property
    def overrulable(self) -> dict[str, Row]:
        """The rows of quarantine whose reason a person may overrule, by file."""
        return {name: row for name, row in self.refused.items() if explanation_of(row["reason"]).overrulable}

    def not_overrulable(self, files: list[str], choice: Choice) -> JobInputError:
        """Say why nothing of `files` (all of this date) can be overruled: by the commonest reason."""
        reasons = Counter(self.refused[name]["reason"] for name in files if name in self.refused)
        if not reasons:
            return JobInputError(
                f"{choice.named(files)} is not quarantined",
                "nothing needs to be overruled; `make quarantine DATE=...` lists what is refused",
            )
        reason = reasons.most_common(1)[0][0]
        known = explanation_of(reason)
        first = [name for name in files if name in self.refused and self.refused[name]["reason"] == reason]
        return JobInputError(
            f"{choice.named(first)}: {reason} cannot be overruled: {known.meaning.rstrip('.')}", known.remedy
        )


def chosen(partition: Partition, choice: Choice, scan_date: str) -> list[str]:
    """Return the files of the date that a choice names, in order.

    :raises JobInputError: the date has no such series or file.
    """
    if choice.series_key:
        files = sorted(name for name, series in partition.raw.items() if series == choice.series_key)
        unknown = [] if files else [choice.series_key]
    else:
        files = sorted(set(choice.files))
        unknown = [name for name in files if name not in partition.raw]
    if undated := [name for name in unknown if name in partition.undated]:
        raise JobInputError(
            f"{choice.named(undated)} belongs to no scan date and cannot be overruled", UNDATED_REMEDY
        )
    if unknown:
        raise JobInputError(
            f"scan date {scan_date} has no {choice.named(unknown)}",
            f"`make quarantine DATE={scan_date}` lists its refused files and series",
        )
    return files


def partition_dates(store: Store, places: Places) -> list[str]:
    """Return the scan dates that have a quarantine partition, in order, without the undated one."""
    folders = [entry.name for entry in store.list(places.quarantine_folder()) if entry.is_dir]
    return [day for day in scan_dates(folders) if day != UNDATED]
