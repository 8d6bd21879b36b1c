"""Commits what Hive evaluated: the rows of a build become the one file of their metric date.

The rows of other versions that the date already has are kept, so two releases of one day both stay; those
of the build replace theirs. With `mlflow` the run of the version gets the numbers of slice 'all' as metrics,
under the names of the columns: they are computed nowhere else. Refuses a build without exactly one row of
slice 'all' for the version.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from jobs.base.errors import JobInputError
from jobs.base.protocol import end, progress, run
from jobs.base.schemas import MODEL_METRICS, table
from jobs.base.store import Store, open_store
from jobs.model.mlflow_server import log_metrics
from lake import model
from lake.places import Places
from lake.table import Type
from messages.model import CommitMetrics, MetricsCommitted

WHOLE = "all"


def commit_metrics(request: CommitMetrics) -> MetricsCommitted:
    """Check the build and swap the metric date's file."""
    store, root, version = open_store(request.hdfs), request.root, request.model_version
    folder = Places(root).metrics_build(request.metric_date, request.build)
    built = built_rows(store, folder)
    whole = [row for row in built if row["model_version"] == version and row["slice"] == WHOLE]
    if len(whole) != 1:
        raise JobInputError(
            f"{folder} has {len(whole)} rows of slice {WHOLE!r} for version {version}, not 1",
            "read the log of the evaluation in Hive, then run it again",
        )
    target = Places(root).metrics(request.metric_date)
    versions = {(row["model_name"], row["model_version"]) for row in built}
    before = store.read_table_or_empty(target, MODEL_METRICS).to_pylist()
    kept = [row for row in before if (row["model_name"], row["model_version"]) not in versions]
    store.swap_table(target, table([*kept, *built], MODEL_METRICS))
    progress(f"{len(built)} rows of metrics committed to {target}, {len(kept)} of other versions kept")
    if request.mlflow is not None:
        log_metrics(request.mlflow, request.run_id, numbers(whole[0]))
    return MetricsCommitted(path=target, rows=len(built), metrics=whole[0])


def numbers(row: Mapping[str, Any]) -> dict[str, float]:
    """Return the metrics of a row that could be computed, by column."""
    columns = [column.name for column in model.MODEL_METRICS.columns if column.type is Type.DOUBLE]
    return {name: row[name] for name in columns if row[name] is not None}


def built_rows(store: Store, folder: str) -> list[dict[str, Any]]:
    """Read the rows of all files that Hive left, in the columns of model_metrics; doubles are refused."""
    paths = [entry.path for entry in store.list(folder) if not entry.is_dir and entry.name[0] not in "_."]
    tables = [_as_metrics(store.read_table(path), path) for path in paths]
    rows: list[dict[str, Any]] = pa.concat_tables([MODEL_METRICS.empty_table(), *tables]).to_pylist()
    counts = Counter((row["model_name"], row["model_version"], row["slice"]) for row in rows)
    doubled = sorted(str(key) for key, count in counts.items() if count > 1)
    if doubled:
        raise JobInputError(
            f"{folder} has two rows for {doubled[0]}", "correct the grouping of the evaluation"
        )
    return rows


def _as_metrics(found: pa.Table, path: str) -> pa.Table:
    missing = sorted(set(MODEL_METRICS.names) - set(found.column_names))
    if missing:
        raise JobInputError(f"{path} lacks {', '.join(missing)}", "let the evaluation select every column")
    return found.select(MODEL_METRICS.names).cast(MODEL_METRICS)


def main() -> int:
    """Run as a program."""
    return run(CommitMetrics, commit_metrics)


if __name__ == "__main__":
    end(main())
