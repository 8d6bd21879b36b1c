"""The export: a scan date de-identified, and copied out."""

from __future__ import annotations

from typing import Annotated

from messages.message import Build, ByReason, Count, Counted, Positive, Request, Result, ScanDate, Text, doc

KeyId = Annotated[Text, doc("id of the site's key")]


class DeidentifyPlanned(Result, frozen=True, kw_only=True):
    """The manifest of the streaming job."""

    scan_date: ScanDate
    build: Build
    key_id: KeyId
    manifest: Annotated[Text, doc("HDFS path")]
    output: Annotated[Text, doc("HDFS folder for -output")]
    lines_per_map: Annotated[Count, doc("manifest lines of a map task, for NLineInputFormat")]
    tasks: Annotated[Count, doc("map tasks")]
    files: Annotated[Count, doc("distinct contents of the date")]
    bytes: Annotated[Count, doc("bytes of the contents")]


class PlanDeidentify(Request[DeidentifyPlanned], frozen=True, kw_only=True):
    """Plan the de-identification of a scan date."""

    program = "jobs.deidentify.plan"
    keyed = True

    scan_date: ScanDate
    code: Annotated[Text, doc("hash of the shipped code")]
    target_bytes: Annotated[Positive, doc("input of one map task, bytes")]


class DeidentifyCommitted(Result, frozen=True, kw_only=True):
    """What became of each file; files = released + quarantined."""

    scan_date: ScanDate
    build: Build
    files: Annotated[Count, doc("distinct contents of the date")]
    released: Annotated[Count, doc("files released")]
    quarantined: Annotated[Count, doc("files kept back")]
    patients: Annotated[Count, doc("pseudonyms among the released")]
    by_reason: Annotated[ByReason, doc("files kept back, by reason")]
    bytes: Annotated[Count, doc("bytes released")]
    folder: Annotated[Text, doc("HDFS folder of the build")]
    record: Annotated[Text, doc("HDFS path of the record")]

    def counted(self) -> Counted:
        return Counted(quarantined=self.quarantined)


class CommitDeidentify(Request[DeidentifyCommitted], frozen=True, kw_only=True):
    """Account for every file, write the record, commit the build."""

    program = "jobs.deidentify.commit"
    keyed = True

    scan_date: ScanDate
    build: Build
    key_id: Annotated[Text, doc("id of the site's key, as planned: every mapper must have used it")]


class CopyOutPlanned(Result, frozen=True, kw_only=True):
    """What may be copied out: released files and the record."""

    scan_date: ScanDate
    build: Build
    source: Annotated[Text, doc("HDFS folder")]
    files: Annotated[Count, doc("its files")]
    bytes: Annotated[Count, doc("their bytes")]


class PlanCopyOut(Request[CopyOutPlanned], frozen=True, kw_only=True):
    """Read and hash the committed build once more."""

    program = "jobs.deidentify.plan_copy_out"

    scan_date: ScanDate
    build: Build
