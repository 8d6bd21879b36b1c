"""The tables of stages 1 and 2: what landed, the volumes made of it, what was refused, what was overruled.

Keys of patients, studies and series are keyed hashes of their identifiers: 16 hex digits.
"""

from __future__ import annotations

from lake.table import Column, Table, Type

RAW_FILES = Table(
    "raw_files",
    "one row a file that was ingested",
    ("scan_date",),
    (
        Column("sha256", Type.STRING, "SHA-256 of the file, 64 hex digits"),
        Column("bytes", Type.BIGINT, "size of the file"),
        Column("raw_path", Type.STRING, "the file in HDFS"),
        Column("source_path", Type.STRING, "where the file landed; may name a patient"),
        Column("sop_class", Type.STRING, "SOP Class UID (0008,0016)"),
        Column("modality", Type.STRING, "Modality (0008,0060)"),
        Column("role", Type.STRING, "image, region or other: what the file can become"),
        Column("patient_key", Type.STRING, "keyed hash of the PatientID"),
        Column("study_key", Type.STRING, "keyed hash of the StudyInstanceUID"),
        Column("series_key", Type.STRING, "keyed hash of the SeriesInstanceUID"),
        Column("target_series_key", Type.STRING, "series that the regions of this file are drawn on"),
    ),
)

MRI_SCANS = Table(
    "mri_scans",
    "one row a volume, any modality; the commit point of a scan date",
    ("scan_date",),
    (
        Column("series_key", Type.STRING, "keyed hash of the SeriesInstanceUID"),
        Column("patient_key", Type.STRING, "keyed hash of the PatientID"),
        Column("study_key", Type.STRING, "keyed hash of the StudyInstanceUID"),
        Column("modality", Type.STRING, "Modality (0008,0060)"),
        Column("image_path", Type.STRING, "the volume in HDFS, gzipped NIfTI-1"),
        Column("image_sha256", Type.STRING, "SHA-256 of the volume's file"),
        Column("masks", Type.TEXT_MAP, "region -> its mask in HDFS, on the grid of the volume"),
        Column("mask_sha256", Type.TEXT_MAP, "region -> SHA-256 of its mask's file"),
        Column("region_volume_ml", Type.NUMBER_MAP, "region -> volume of its voxels, ml"),
        Column("columns_", Type.INT, "voxels along the first axis"),
        Column("rows_", Type.INT, "voxels along the second axis"),
        Column("slices", Type.INT, "voxels along the third axis"),
        Column("volumes", Type.INT, "volumes along the fourth axis; 1 without one"),
        Column("fourth_axis", Type.STRING, "what the volumes differ in; empty without a fourth axis"),
        Column("tilt_degrees", Type.DOUBLE, "angle between the slices' step and their normal, degrees"),
        Column("spacing_x", Type.DOUBLE, "voxel size along the first axis, mm"),
        Column("spacing_y", Type.DOUBLE, "voxel size along the second axis, mm"),
        Column("spacing_z", Type.DOUBLE, "voxel size along the third axis, mm"),
        Column("affine", Type.STRING, "4 x 4 matrix from voxel indices to RAS+ mm, JSON"),
        Column("units", Type.STRING, "unit of the voxels' values"),
        Column("dtype", Type.STRING, "type of the voxels' values in the file"),
        Column("files", Type.INT, "DICOM files that the volume was made of"),
        Column("bytes", Type.BIGINT, "size of those files"),
        Column("files_digest", Type.STRING, "SHA-256 over the sorted SHA-256 of those files"),
        Column("manufacturer", Type.STRING, "Manufacturer (0008,0070)"),
        Column("simulated", Type.BOOLEAN, "whether the files say that they were simulated"),
        Column("geometry", Type.STRING, "the numbers that prove the geometry, JSON; lengths in mm"),
        Column("build", Type.STRING, "16 hex digits, of the files, the code and its settings"),
    ),
)

QUARANTINE = Table(
    "quarantine",
    "one row a file that was refused, with the reason",
    ("scan_date",),
    (
        Column("sha256", Type.STRING, "SHA-256 of the file, 64 hex digits"),
        Column("raw_path", Type.STRING, "the file in HDFS"),
        Column("source_path", Type.STRING, "where the file landed; may name a patient"),
        Column("level", Type.STRING, "file or series: which of them was refused"),
        Column("reason", Type.STRING, "code of the closed list of reasons"),
        Column("evidence", Type.STRING, "the numbers that show it, JSON"),
        Column("patient_key", Type.STRING, "keyed hash of the PatientID"),
        Column("series_key", Type.STRING, "keyed hash of the SeriesInstanceUID"),
        Column("build", Type.STRING, "build of mri_scans that refused it"),
    ),
)

# a folder of its own: Hive and Drill read all that lies below quarantine/ as rows of quarantine
QUARANTINE_RELEASES = Table(
    "quarantine_releases",
    "one row a file that a person released, or whose release was withdrawn; rows are only ever added",
    ("scan_date",),
    (
        Column("number", Type.INT, "number of the entry within the scan date, from 1"),
        Column("action", Type.STRING, "release or withdraw; the last one of a file and reason counts"),
        Column("sha256", Type.STRING, "SHA-256 of the file, 64 hex digits"),
        Column("series_key", Type.STRING, "keyed hash of the SeriesInstanceUID"),
        Column("level", Type.STRING, "file or series: which of them had been refused"),
        Column("reason", Type.STRING, "the reason that is overruled"),
        Column("evidence", Type.STRING, "the numbers that had shown it, JSON"),
        Column("build", Type.STRING, "build of mri_scans that had refused it"),
        Column("why", Type.STRING, "the person's grounds"),
        Column("by_", Type.STRING, "the person"),
        Column("recorded_at", Type.STRING, "when it was recorded, ISO 8601 in UTC"),
        Column("run_id", Type.STRING, "Airflow's run that recorded it"),
    ),
)
