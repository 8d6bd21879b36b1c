"""Reads with Spark exactly the rows a training manifest names, from exactly the files it names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np

from jobs.base.errors import JobInputError
from jobs.train.core import TrainingSet
from lake.places import Places

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_KEYS = ("scan_date", "patient_key", "series_key", "region", "image_sha256", "mask_sha256")


def read_training_set(spark: SparkSession, manifest: Mapping[str, Any], url: str, root: str) -> TrainingSet:
    """Join the planned rows with their features and labels; one row a patient, ordered by key."""
    used = [date for date in manifest["scan_dates"] if date["rows"]]
    require_planned_files(spark, manifest, url, used)
    names = tuple(manifest["features"])
    planned = [
        tuple({"scan_date": date["scan_date"], **row}[key] for key in (*_KEYS, "fold"))
        for date in used
        for row in date["rows"]
    ]
    columns = ", ".join(f"`{name}` string" for name in _KEYS)
    rows = spark.createDataFrame(planned, f"{columns}, `fold` int")
    labels = spark.read.parquet(url + manifest["labels_path"]).select("patient_key", "label")
    joined = _features(spark, url, root, used, names).join(rows, list(_KEYS)).join(labels, "patient_key")
    found: Any = joined.where("label is not null").toPandas()
    frame = found.sort_values("patient_key")
    if len(frame) != len(planned):
        raise JobInputError(
            f"the manifest plans {len(planned)} rows, features and labels have {len(frame)} of them",
            "clear plan_release, so that it plans from what is there now",
        )
    return TrainingSet(
        patients=tuple(frame["patient_key"]),
        names=names,
        x=frame[list(names)].to_numpy(dtype=np.float64, na_value=np.nan),
        y=frame["label"].to_numpy(dtype=np.int64),
        fold=frame["fold"].to_numpy(dtype=np.int64),
    )


def require_planned_files(
    spark: SparkSession, manifest: Mapping[str, Any], url: str, used: list[Mapping[str, Any]]
) -> None:
    """Compare the digest of every file to be read with the one planned."""
    planned = {date["path"]: date["sha256"] for date in used}
    planned[manifest["labels_path"]] = manifest["settings"]["labels_sha256"]
    # binaryFile would list the folder of a partitioned path as a table: one path a file keeps it literal.
    files = spark.read.format("binaryFile").load([url + path for path in planned])
    found = {
        _plain(row.path, url): row.digest
        for row in files.selectExpr("path", "sha2(content, 256) as digest").collect()
    }
    changed = sorted(path for path, digest in planned.items() if found.get(path) != digest)
    if changed:
        raise JobInputError(
            f"{len(changed)} files are not those the release was planned with, the first is {changed[0]}",
            "clear plan_release, so that it plans from what is there now",
        )


def _plain(path: str, url: str) -> str:
    """Return the absolute path in the store; Spark writes file:/x for file:///x."""
    return urlsplit(path).path.removeprefix(urlsplit(url).path)


def _features(
    spark: SparkSession, url: str, root: str, used: list[Mapping[str, Any]], names: tuple[str, ...]
) -> DataFrame:
    columns = [f"`{key}` string" for key in _KEYS] + [f"`{name}` double" for name in names]
    return (
        spark.read.schema(", ".join(columns))  # a file without a feature gives NULL there
        .option("basePath", url + Places(root).features_folder())
        .parquet(*(url + date["path"] for date in used))
    )
