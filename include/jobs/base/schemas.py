"""The Parquet schema of every table that Python writes, from its description in `lake`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from lake import features, intake, model
from lake.table import Table, Type

STRING = pa.string()
DOUBLE = pa.float64()
ARROW = {
    Type.STRING: STRING,
    Type.INT: pa.int32(),
    Type.BIGINT: pa.int64(),
    Type.DOUBLE: DOUBLE,
    Type.BOOLEAN: pa.bool_(),
    Type.TEXT_MAP: pa.map_(STRING, STRING),
    Type.NUMBER_MAP: pa.map_(STRING, DOUBLE),
}
BIGINT = ARROW[Type.BIGINT]


def arrow(table: Table) -> pa.Schema:
    """Return the schema of a table's files."""
    return pa.schema([(column.name, ARROW[column.type]) for column in table.columns])


RAW_FILES = arrow(intake.RAW_FILES)
MRI_SCANS = arrow(intake.MRI_SCANS)
QUARANTINE = arrow(intake.QUARANTINE)
QUARANTINE_RELEASES = arrow(intake.QUARANTINE_RELEASES)
FEATURE_TASKS = arrow(features.FEATURE_TASKS)
FEATURES_HEAD = arrow(features.image_features_build())
GROUND_TRUTH = arrow(model.GROUND_TRUTH)
MODEL_PREDICTIONS = arrow(model.MODEL_PREDICTIONS)
MODEL_METRICS = arrow(model.MODEL_METRICS)
STAGE_RUNS = arrow(model.STAGE_RUNS)


def image_features(names: Iterable[str]) -> pa.Schema:
    """Return the columns of image_features: one DOUBLE a feature name, in the order given, the build last."""
    return arrow(features.image_features(names))


def table(rows: Iterable[Mapping[str, Any]], schema: pa.Schema) -> pa.Table:
    """Return rows as a table of `schema`, ordered by all text columns from the left; maps ordered by key.

    :raises ValueError: a row lacks a column or has one more
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
