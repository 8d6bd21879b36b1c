"""Stage 3: the features of every region."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from messages.message import Build, ByReason, Count, Counted, Positive, Request, Result, ScanDate, Text, doc

Hashes = Annotated[dict[str, Text], Meta(min_length=1)]


class FeaturesPlanned(Result, frozen=True, kw_only=True):
    """How the series are spread over tasks."""

    scan_date: ScanDate
    build: Build
    tasks: Annotated[Positive, doc("number of reducers to ask for")]
    series: Annotated[Count, doc("series")]
    regions: Annotated[Count, doc("regions")]
    work_bytes: Annotated[Count, doc("work of all, bytes")]
    heaviest_bytes: Annotated[Count, doc("work of the heaviest task, bytes")]
    table: Annotated[Text, doc("HDFS path of the table of tasks")]


class PlanFeatures(Request[FeaturesPlanned], frozen=True, kw_only=True):
    """Spread the series of a scan date over tasks."""

    program = "jobs.features.plan"

    scan_date: ScanDate
    build: Build
    target_bytes: Annotated[Positive, doc("work of one task, bytes")]
    max_tasks: Annotated[Positive, doc("most tasks")]


class FeaturesCommitted(Result, frozen=True, kw_only=True):
    """The partition of image_features; rows = ok + null_total."""

    scan_date: ScanDate
    build: Build
    rows: Annotated[Count, doc("one a region")]
    ok: Annotated[Count, doc("rows with features")]
    null_rows: Annotated[ByReason, doc("rows without features, by reason")]
    null_total: Annotated[Count, doc("all rows without features")]
    null_values: Annotated[ByReason, doc("features without a value in rows that have others, by reason")]
    series: Annotated[Count, doc("series of the scan date")]
    files_merged: Annotated[Count, doc("files that Hive wrote")]
    features: Annotated[Text, doc("HDFS path of the partition's file")]
    names: Annotated[Count, doc("feature columns")]

    def counted(self) -> Counted:
        return Counted(volumes_out=self.ok, quarantined=self.null_total)


class CommitFeatures(Request[FeaturesCommitted], frozen=True, kw_only=True):
    """Check what Hive computed and commit it."""

    program = "jobs.features.commit"

    scan_date: ScanDate
    build: Annotated[Text, doc("build of Hive's INSERT OVERWRITE")]
    settings_hashes: Annotated[
        Hashes | None,
        doc("hash of the settings by modality, and `default`: every row must have its own; null: any"),
    ]
    index_digest: Annotated[
        Text | None,
        doc("hash of the landed files that the date is up to date with now, to be noted; null: none"),
    ]
