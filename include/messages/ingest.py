"""Stage 1: the copy of one scan date from the landing zone to HDFS."""

from __future__ import annotations

from typing import Annotated

from messages.message import Build, Count, Request, Result, ScanDate, Text, doc


class IngestPlanned(Result, frozen=True, kw_only=True):
    """What is to be copied; files = contents + duplicates."""

    scan_date: ScanDate
    build: Build
    digest: Annotated[Text, doc("hash of the contents")]
    index_digest: Annotated[Text, doc("hash of the date's files in the index")]
    files: Annotated[Count, doc("source files")]
    contents: Annotated[Count, doc("distinct contents among them")]
    duplicates: Annotated[Count, doc("further copies")]
    bytes: Annotated[Count, doc("bytes of the contents")]
    to_copy: Annotated[Count, doc("contents that are not yet in raw_images")]
    copy_bytes: Annotated[Count, doc("bytes of these")]
    link_dir: Annotated[Text, doc("local folder of symbolic links `<sha256>.dcm`, one a content to copy")]
    incoming: Annotated[Text, doc("HDFS folder that DistCp fills")]
    target: Annotated[Text, doc("HDFS folder of the scan date")]


class PlanIngest(Request[IngestPlanned], frozen=True, kw_only=True):
    """Plan the copy of a scan date."""

    program = "jobs.ingest.plan"

    landing: Annotated[Text, doc("folder of the landing zone")]
    scan_date: ScanDate
    work_dir: Annotated[Text, doc("folder that the worker and every node see under the same path")]


class IngestCommitted(Result, frozen=True, kw_only=True):
    """What a scan date consists of now; files = contents + duplicates."""

    scan_date: ScanDate
    build: Build
    files: Annotated[Count, doc("source files: rows of raw_files")]
    contents: Annotated[Count, doc("distinct contents among them")]
    duplicates: Annotated[Count, doc("further copies")]
    bytes: Annotated[Count, doc("bytes of the contents")]
    moved: Annotated[Count, doc("files that came in now")]
    sampled: Annotated[Count, doc("files whose SHA-256 was read back")]
    raw_files: Annotated[Text, doc("HDFS path of the scan date's table of files")]


class CommitIngest(Request[IngestCommitted], frozen=True, kw_only=True):
    """Verify the copy and commit it."""

    program = "jobs.ingest.commit"

    scan_date: ScanDate
    build: Build
