"""Stage 2: from DICOM to volumes and masks."""

from __future__ import annotations

from typing import Annotated

from messages.message import Build, ByReason, Count, Counted, Positive, Request, Result, ScanDate, Text, doc


class PreprocessPlanned(Result, frozen=True, kw_only=True):
    """The manifest of the streaming job."""

    scan_date: ScanDate
    build: Build
    manifest: Annotated[Text, doc("HDFS path")]
    output: Annotated[Text, doc("HDFS folder for -output; must not exist when a job is submitted anew")]
    preprocessed: Annotated[Text, doc("HDFS folder of the volumes")]
    lines_per_map: Annotated[Count, doc("manifest lines of a map task, for NLineInputFormat")]
    tasks: Annotated[Count, doc("map tasks")]
    series: Annotated[Count, doc("series that may become a volume; 0: no job is needed")]
    files: Annotated[Count, doc("distinct contents of the date")]
    refused: Annotated[Count, doc("of these refused already")]
    bytes: Annotated[Count, doc("bytes of the contents")]


class PlanPreprocess(Request[PreprocessPlanned], frozen=True, kw_only=True):
    """Plan the conversion of a scan date."""

    program = "jobs.preprocess.plan"

    scan_date: ScanDate
    code: Annotated[Text, doc("hash of the shipped code")]
    memory_mb: Annotated[
        Positive | None, doc("what a mapper may take, MiB: decides what is too large; null: no limit")
    ]
    target_bytes: Annotated[Positive, doc("input of one map task, bytes")]


class PreprocessCommitted(Result, frozen=True, kw_only=True):
    """What became of each file; files = volume_files + region_files + quarantined."""

    scan_date: ScanDate
    build: Build
    files: Annotated[Count, doc("distinct contents of the date")]
    volumes: Annotated[Count, doc("volumes")]
    volume_files: Annotated[Count, doc("files in volumes")]
    region_files: Annotated[Count, doc("files that gave a region")]
    regions: Annotated[Count, doc("masks")]
    quarantined: Annotated[Count, doc("files refused")]
    by_reason: Annotated[ByReason, doc("files refused, by reason")]
    refused_regions: Annotated[
        ByReason, doc("regions refused inside files that gave another region, by reason")
    ]
    bytes: Annotated[Count, doc("bytes of all files")]
    scans: Annotated[Text, doc("HDFS path of the partition of mri_scans")]
    quarantine: Annotated[Text, doc("HDFS path of the partition of quarantine")]

    def counted(self) -> Counted:
        return Counted(volumes_out=self.volumes, regions_out=self.regions, quarantined=self.quarantined)


class CommitPreprocess(Request[PreprocessCommitted], frozen=True, kw_only=True):
    """Account for every file and commit the scan date."""

    program = "jobs.preprocess.commit"

    scan_date: ScanDate
    build: Build
