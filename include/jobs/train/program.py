"""Trains one planned release on YARN: patient-disjoint folds with Spark, the model to MLflow and HDFS.

Spark program (cluster mode, through Livy): its request comes as arguments, progress goes to stderr; Livy has
logs only, so the result, or the refusal (exit code 2), goes to ROOT/_work/release/<version>/train.json. A
second run of the same version replaces predictions and candidate whole and reuses the version in MLflow.
How good the model is, Hive computes from the predictions (evaluate.sql).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from jobs.base.errors import JobInputError
from jobs.base.protocol import BAD_INPUT, progress
from jobs.base.schemas import MODEL_PREDICTIONS, table
from jobs.base.store import Store, open_store
from jobs.train import core as train_core
from jobs.train import report as train_report
from jobs.train.candidate import write_candidate
from jobs.train.core import ALL_PATIENTS, TrainingSet
from jobs.train.grid import Batches, Mapper, Spread, score_all, select_strengths
from jobs.train.inputs import read_training_set
from lake.places import Places
from messages.errors import MessageError
from messages.message import Refusal
from messages.train import Train, Trained
from messages.wire import from_arguments, parsed, text_of

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

EXAMPLE_ROWS = 3


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; 2 is bad input."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        request = from_arguments(Train, arguments, "the arguments of train")
    except MessageError as error:
        progress(str(error))
        return BAD_INPUT
    from pyspark.sql import SparkSession  # noqa: PLC0415 - only a Spark container has it

    store = open_store(request.hdfs)
    manifest = json.loads(store.read(request.manifest))
    target = Places(request.root).train_result(manifest["version"])
    store.delete(target)
    spark = SparkSession.builder.getOrCreate()
    try:
        result = train(request, spark, store, manifest)
    except JobInputError as error:
        progress(f"{error.error}; {error.remedy}")
        refusal = Refusal(error=error.error, remedy=error.remedy)
        store.swap(target, text_of(refusal, "a refusal").encode())
        return BAD_INPUT
    finally:
        spark.stop()
    store.swap(target, text_of(result, "the result of train").encode())
    progress(f"result written to {target}")
    return 0


def train(request: Train, spark: SparkSession, store: Store, manifest: dict[str, Any]) -> Trained:
    """Cross-validate, fit on all, and leave predictions, MLflow run and candidate behind."""
    folds = manifest["settings"]["folds"]
    if request.folds != folds:
        raise JobInputError(
            f"asked for {request.folds} folds, planned are {folds}", "pass the manifest's folds"
        )
    # MLflow reads these when it is imported: it calls its server only, and a container has no git.
    os.environ.update(MLFLOW_DISABLE_TELEMETRY="true", GIT_PYTHON_REFRESH="quiet")
    from jobs.train import tracking as train_tracking  # noqa: PLC0415 - see above

    application = spark.sparkContext.applicationId
    data = read_training_set(spark, manifest, store.base_url, request.root)
    train_core.check(data, folds)
    progress(f"{application}: {len(data.patients)} patients, {len(data.names)} features, {folds} folds")
    spread = _spread(spark, data)
    selected = select_strengths(spread, folds)
    strengths = {fold: chosen.strength for fold, chosen in selected.items()}
    progress(f"C by fold {strengths}")
    scores = score_all(spread, data, strengths)
    predicted = train_core.predictions(data, scores)
    predictions = Places(request.root).predictions(manifest["version"])
    rows = train_report.prediction_rows(manifest, data, scores, predicted)
    store.swap_table(predictions, table(rows, MODEL_PREDICTIONS))
    final = train_core.pipeline(strengths[ALL_PATIENTS])
    features = pd.DataFrame(data.x, columns=list(data.names))
    final.fit(features, data.y)
    tracked = train_tracking.track(
        request.mlflow,
        request.experiment,
        manifest["model_name"],
        tags={
            train_tracking.VERSION_TAG: manifest["version"],
            "nightscan.training_digest": manifest["digest"],
            "nightscan.manifest": request.manifest,
            "nightscan.application_id": application,
            "nightscan.run_tag": request.tag,
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
    candidate = write_candidate(store, request.root, manifest, result, tracked.files)
    return parsed(Trained, {**result, "candidate": candidate}, "the result of train")


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


if __name__ == "__main__":
    sys.exit(main())
