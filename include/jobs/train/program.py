"""Trains one planned release on YARN: patient-disjoint folds with Spark, the model to MLflow and HDFS.

Spark program (cluster mode, through Livy): --manifest HDFS path, --hdfs url, --root path, --mlflow url,
--experiment name, --folds number (must be the manifest's), --tag run tag. Progress goes to stderr; Livy has
logs only, so the result goes to ROOT/_work/release/<version>/train.json: {"version", "run_id", "model_uri",
"model_number", "candidate", "predictions", "patients", "positives", "features", "strength", "threshold",
"application_id"}, or {"error", "remedy"} with exit code 2. A second run of the same version replaces
predictions and candidate whole and reuses the version in MLflow. How good the model is, Hive computes from
the predictions (evaluate.sql).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from jobs.base.protocol import BAD_INPUT, JobInputError, progress
from jobs.base.schemas import MODEL_PREDICTIONS, table
from jobs.base.store import Store, open_store
from jobs.train import core as train_core
from jobs.train import report as train_report
from jobs.train.candidate import write_candidate
from jobs.train.core import ALL_PATIENTS, TrainingSet
from jobs.train.grid import Batches, Mapper, Spread, score_all, select_strengths
from jobs.train.inputs import read_training_set
from lake.places import Places

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

EXAMPLE_ROWS = 3


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; 2 is bad input."""
    args = _arguments(argv)
    from pyspark.sql import SparkSession  # noqa: PLC0415 - only a Spark container has it

    store = open_store(args.hdfs)
    manifest = json.loads(store.read(args.manifest))
    target = Places(args.root).train_result(manifest["version"])
    store.delete(target)
    spark = SparkSession.builder.getOrCreate()
    try:
        result = train(args, spark, store, manifest)
    except JobInputError as error:
        progress(f"{error.error}; {error.remedy}")
        store.swap(target, json.dumps({"error": error.error, "remedy": error.remedy}).encode())
        return BAD_INPUT
    finally:
        spark.stop()
    store.swap(target, json.dumps(result, sort_keys=True).encode())
    progress(f"result written to {target}")
    return 0


def train(
    args: argparse.Namespace, spark: SparkSession, store: Store, manifest: dict[str, Any]
) -> dict[str, Any]:
    """Cross-validate, fit on all, and leave predictions, MLflow run and candidate behind."""
    folds = manifest["settings"]["folds"]
    if args.folds != folds:
        raise JobInputError(f"asked for {args.folds} folds, planned are {folds}", "pass the manifest's folds")
    # MLflow reads these when it is imported: it calls nobody but its server, and a container has no git.
    os.environ.update(MLFLOW_DISABLE_TELEMETRY="true", GIT_PYTHON_REFRESH="quiet")
    from jobs.train import tracking as train_tracking  # noqa: PLC0415 - see above

    application = spark.sparkContext.applicationId
    data = read_training_set(spark, manifest, store.base_url, args.root)
    train_core.check(data, folds)
    progress(f"{application}: {len(data.patients)} patients, {len(data.names)} features, {folds} folds")
    spread = _spread(spark, data)
    selected = select_strengths(spread, folds)
    strengths = {fold: chosen.strength for fold, chosen in selected.items()}
    progress(f"C by fold {strengths}")
    scores = score_all(spread, data, strengths)
    predicted = train_core.predictions(data, scores)
    predictions = Places(args.root).predictions(manifest["version"])
    rows = train_report.prediction_rows(manifest, data, scores, predicted)
    store.swap_table(predictions, table(rows, MODEL_PREDICTIONS))
    final = train_core.pipeline(strengths[ALL_PATIENTS])
    features = pd.DataFrame(data.x, columns=list(data.names))
    final.fit(features, data.y)
    tracked = train_tracking.track(
        args.mlflow,
        args.experiment,
        manifest["model_name"],
        tags={
            train_tracking.VERSION_TAG: manifest["version"],
            "nightscan.training_digest": manifest["digest"],
            "nightscan.manifest": args.manifest,
            "nightscan.application_id": application,
            "nightscan.run_tag": args.tag,
            "nightscan.modality": manifest["modality"],
            "nightscan.feature_settings": manifest["feature_settings"],
        },
        params=train_report.parameters(manifest, selected, data),
        metrics=train_report.selection_losses(selected),
        model=final,
        example=features.head(EXAMPLE_ROWS),
    )
    progress(f"MLflow run {tracked.run_id}, {tracked.model_uri}")
    result = {
        "version": manifest["version"],
        "run_id": tracked.run_id,
        "model_uri": tracked.model_uri,
        "model_number": tracked.model_number,
        "predictions": predictions,
        "patients": len(data.patients),
        "positives": int(data.y.sum()),
        "features": len(data.names),
        "strength": strengths[ALL_PATIENTS],
        "threshold": train_core.threshold(data.y),
        "application_id": application,
    }
    return {**result, "candidate": write_candidate(store, args.root, manifest, result, tracked.files)}


def _spread(spark: SparkSession, data: TrainingSet) -> Spread:
    """Return a function that runs mapper tasks on the executors, several to a Spark task."""
    shared = spark.sparkContext.broadcast(data)
    tasks = max(2, spark.sparkContext.defaultParallelism)

    def spread(
        rows: list[tuple[Any, ...]], columns: str, mapper: Callable[[TrainingSet], Mapper], out: str
    ) -> pd.DataFrame:
        frame = spark.createDataFrame(rows, columns).repartition(min(tasks, len(rows)))

        def on_executor(batches: Batches) -> Batches:
            return mapper(shared.value)(batches)

        found: pd.DataFrame = frame.mapInPandas(on_executor, out).toPandas()
        return found

    return spread


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train one planned release.")
    for name in ("manifest", "hdfs", "root", "mlflow", "experiment"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--tag", default="")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
