"""The tables of stage 3. A site's settings say which features of `include/hive/features.tsv` are columns."""

from __future__ import annotations

from collections.abc import Iterable

from lake.table import Column, Table, Type, filled_by_hive

HEAD = (
    Column("series_key", Type.STRING, "keyed hash of the SeriesInstanceUID"),
    Column("patient_key", Type.STRING, "keyed hash of the PatientID"),
    Column("modality", Type.STRING, "Modality (0008,0060) of the image"),
    Column("region", Type.STRING, "name of the region; NULL for a volume without one"),
    Column("image_path", Type.STRING, "the volume in HDFS"),
    Column("mask_path", Type.STRING, "the region's mask in HDFS"),
    Column("image_sha256", Type.STRING, "SHA-256 of the volume's file"),
    Column("mask_sha256", Type.STRING, "SHA-256 of the mask's file"),
    Column("settings_hash", Type.STRING, "hash of `settings`, 16 hex digits"),
    Column("settings", Type.STRING, "what was measured and how, canonical JSON"),
    Column("status", Type.STRING, "OK, or NULL when nothing could be measured"),
    Column("reason", Type.STRING, "why nothing could be measured, or what limits the values"),
    Column("null_reasons", Type.TEXT_MAP, "feature -> why it is NULL"),
)


def image_features(names: Iterable[str] = ()) -> Table:
    """Return the table with one column a feature name, in the order given."""
    build = Column("build", Type.STRING, "16 hex digits, of the volumes, the function and its settings")
    return Table(
        "image_features",
        "one row a region; NULL features have a reason",
        ("scan_date",),
        (*HEAD, *(Column(name, Type.DOUBLE) for name in names), build),
    )


def image_features_build(names: Iterable[str] = ()) -> Table:
    """Return the table that Hive inserts into, by position."""
    return filled_by_hive(image_features(names))


FEATURE_TASKS = Table(
    "feature_tasks",
    "how the work of a build is spread over tasks",
    ("scan_date", "build"),
    (
        Column("series_key", Type.STRING, "keyed hash of the SeriesInstanceUID"),
        Column("task_key", Type.INT, "key whose hash names the reducer that takes the series"),
    ),
    location="_build/feature_tasks",
)
