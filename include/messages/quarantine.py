"""What a person overrules, and what is quarantined."""

from __future__ import annotations

from typing import Annotated, Any

from messages.message import ByReason, Count, Message, Request, Result, ScanDate, Text, doc


class Overruled(Result, frozen=True, kw_only=True):
    """What was recorded; files = recorded + already."""

    action: Annotated[Text, doc("release or withdraw")]
    scan_date: ScanDate
    files: Annotated[Count, doc("named files to which it applies")]
    recorded: Annotated[Count, doc("of these recorded now")]
    already: Annotated[Count, doc("of these recorded before")]
    reasons: Annotated[ByReason, doc("files by reason")]
    series: Annotated[list[str | None], doc("keys of their series")]
    record: Annotated[Text, doc("HDFS path of the record, a partition of quarantine_releases")]


class Overrule(Request[Overruled], frozen=True, kw_only=True):
    """Overrule refusals, or withdraw that; what a person typed is judged by the program."""

    program = "jobs.quarantine.overrule"

    action: Annotated[str | None, doc("release or withdraw; empty: release")]
    scan_date: Annotated[Text, doc("YYYY-MM-DD")]
    series_key: Annotated[str | None, doc("key of a series, or empty where files are named")]
    sha256: Annotated[
        list[str] | str | None, doc("SHA-256 of files, as a list or in one text; empty beside a series")
    ]
    why: Annotated[str | None, doc("text that is stored (no patient data), 1 to 500 characters")]
    by: Annotated[str | None, doc("who decides, 1 to 100 characters")]
    recorded_at: Annotated[Text, doc("ISO 8601")]
    run_id: Annotated[str, doc("id of the DAG run; empty without one")]


class RefusedCount(Message, frozen=True, kw_only=True):
    """How often a reason stands in a partition."""

    scan_date: Annotated[Text, doc("YYYY-MM-DD or undated")]
    reason: Annotated[Text, doc("name of the reason")]
    files: Annotated[Count, doc("files refused for it")]
    series: Annotated[Count, doc("their series")]


class ReasonShown(Message, frozen=True, kw_only=True):
    """What a reason means."""

    files: Annotated[Count, doc("files refused for it in all that is shown")]
    meaning: Annotated[str, doc("what it means")]
    remedy: Annotated[str, doc("what to do about it")]
    overrulable: Annotated[bool, doc("whether a person may overrule it")]


class OverruleShown(Message, frozen=True, kw_only=True):
    """Refusals of one series and reason that a person overruled at one time."""

    scan_date: Annotated[Text, doc("YYYY-MM-DD")]
    series_key: Annotated[str | None, doc("key of the series")]
    reason: Annotated[Text, doc("the reason overruled")]
    files: Annotated[Count, doc("files for which it is overruled")]
    why: Annotated[str, doc("why, as typed")]
    by: Annotated[str, doc("who decided")]
    recorded_at: Annotated[str, doc("ISO 8601")]
    volume: Annotated[bool, doc("whether the series is a volume now")]
    refused: Annotated[ByReason, doc("files of the series refused now, by reason")]


class FileShown(Message, frozen=True, kw_only=True):
    """One refused file; names of source files stay out, since senders put patients' names there."""

    series_key: Annotated[str | None, doc("key of its series")]
    sha256: Annotated[str | None, doc("SHA-256 of its content; null where it could not be read")]
    level: Annotated[str | None, doc("what was refused: file, series, ...")]
    reason: Annotated[Text, doc("name of the reason")]
    evidence: Annotated[dict[str, Any], doc("facts by name")]


class QuarantineShown(Result, frozen=True, kw_only=True):
    """What is quarantined, why, and what is overruled."""

    files: Annotated[Count, doc("files refused in all")]
    dates: Annotated[Count, doc("partitions")]
    rows: Annotated[list[RefusedCount], doc("one a partition and reason")]
    reasons: Annotated[dict[str, ReasonShown], doc("by name of the reason")]
    overruled: Annotated[list[OverruleShown], doc("what is overruled and not withdrawn")]
    listed: Annotated[
        list[FileShown] | None, doc("one a file of the date that was asked for; null: all dates")
    ]


class ShowQuarantine(Request[QuarantineShown], frozen=True, kw_only=True):
    """Read the partitions of quarantine."""

    program = "jobs.quarantine.show"

    scan_date: Annotated[
        str | None, doc("YYYY-MM-DD or undated, to list its files; null: counts of all dates")
    ]
