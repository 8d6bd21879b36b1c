"""The columns of every table that Python writes: the one source for writers and Hive declarations.

Partition columns are not in the files. Types are those every engine reads alike: no timestamps, no unsigned
numbers, maps as the standard Parquet MAP.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

STRING = pa.string()
INT = pa.int32()
BIGINT = pa.int64()
DOUBLE = pa.float64()
BOOLEAN = pa.bool_()
TEXT_MAP = pa.map_(STRING, STRING)
NUMBER_MAP = pa.map_(STRING, DOUBLE)


def _schema(**columns: pa.DataType) -> pa.Schema:
    return pa.schema(list(columns.items()))


RAW_FILES = _schema(
    sha256=STRING,
    bytes=BIGINT,
    raw_path=STRING,
    source_path=STRING,
    sop_class=STRING,
    modality=STRING,
    role=STRING,
    patient_key=STRING,
    study_key=STRING,
    series_key=STRING,
    target_series_key=STRING,
)

MRI_SCANS = _schema(
    series_key=STRING,
    patient_key=STRING,
    study_key=STRING,
    modality=STRING,
    image_path=STRING,
    image_sha256=STRING,
    masks=TEXT_MAP,
    mask_sha256=TEXT_MAP,
    region_volume_ml=NUMBER_MAP,
    columns_=INT,
    rows_=INT,
    slices=INT,
    volumes=INT,
    fourth_axis=STRING,
    tilt_degrees=DOUBLE,
    spacing_x=DOUBLE,
    spacing_y=DOUBLE,
    spacing_z=DOUBLE,
    affine=STRING,
    units=STRING,
    dtype=STRING,
    files=INT,
    bytes=BIGINT,
    files_digest=STRING,
    manufacturer=STRING,
    simulated=BOOLEAN,
    geometry=STRING,
    build=STRING,
)

QUARANTINE = _schema(
    sha256=STRING,
    raw_path=STRING,
    source_path=STRING,
    level=STRING,
    reason=STRING,
    evidence=STRING,
    patient_key=STRING,
    series_key=STRING,
    build=STRING,
)

QUARANTINE_RELEASES = _schema(
    number=INT,
    action=STRING,
    sha256=STRING,
    series_key=STRING,
    level=STRING,
    reason=STRING,
    evidence=STRING,
    build=STRING,
    why=STRING,
    by_=STRING,
    recorded_at=STRING,
    run_id=STRING,
)

FEATURES_HEAD = _schema(
    series_key=STRING,
    patient_key=STRING,
    modality=STRING,
    region=STRING,
    image_path=STRING,
    mask_path=STRING,
    image_sha256=STRING,
    mask_sha256=STRING,
    settings_hash=STRING,
    settings=STRING,
    status=STRING,
    reason=STRING,
    null_reasons=TEXT_MAP,
)

FEATURE_TASKS = _schema(series_key=STRING, task_key=INT)

GROUND_TRUTH = _schema(patient_key=STRING, label=INT, source_sha256=STRING)

MODEL_PREDICTIONS = _schema(
    patient_key=STRING,
    series_key=STRING,
    scan_date_=STRING,
    modality=STRING,
    region=STRING,
    fold=INT,
    score=DOUBLE,
    predicted=INT,
)

MODEL_METRICS = _schema(
    model_name=STRING,
    model_version=STRING,
    slice=STRING,
    patients=INT,
    positives=INT,
    folds=INT,
    accuracy_avg=DOUBLE,
    accuracy_stddev=DOUBLE,
    sensitivity=DOUBLE,
    specificity=DOUBLE,
    auc=DOUBLE,
    auc_stddev=DOUBLE,
    brier=DOUBLE,
)

STAGE_RUNS = _schema(
    dag_id=STRING,
    run_id=STRING,
    stage=INT,
    stage_name=STRING,
    scan_date_=STRING,
    model_version=STRING,
    engine=STRING,
    application_id=STRING,
    files_in=BIGINT,
    volumes_out=BIGINT,
    regions_out=BIGINT,
    quarantined=BIGINT,
    bytes_in=BIGINT,
    seconds=DOUBLE,
    started_at=STRING,
    status=STRING,
    note=STRING,
)


def image_features(names: Iterable[str]) -> pa.Schema:
    """Give the columns of image_features: one DOUBLE a feature name, in the order given, the build last."""
    return pa.schema([*FEATURES_HEAD, *((name, DOUBLE) for name in names), ("build", STRING)])


def table(rows: Iterable[Mapping[str, Any]], schema: pa.Schema) -> pa.Table:
    """Rows as a table of `schema`, ordered by all text columns from the left; maps ordered by key.

    A row that lacks a column, or has one more, is a mistake of the writer: ValueError.
    """
    wanted = set(schema.names)
    plain = []
    for row in rows:
        if row.keys() != wanted:
            raise ValueError(f"row has columns {sorted(row.keys() ^ wanted)} too many or too few")
        plain.append({name: _plain(row[name]) for name in schema.names})
    keys = [field.name for field in schema if field.type == STRING]
    plain.sort(key=lambda row: tuple((row[key] is not None, row[key] or "") for key in keys))
    return pa.Table.from_pylist(plain, schema=schema)


def _plain(value: Any) -> Any:
    return sorted(value.items()) if isinstance(value, Mapping) else value
