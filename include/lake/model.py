"""The tables of stages 4 to 7, and the ledger that every stage writes."""

from __future__ import annotations

from lake.table import Column, Table, Type, filled_by_hive

GROUND_TRUTH = Table(
    "ground_truth",
    "one row a patient; a NULL label is an outcome still pending",
    ("outcome",),
    (
        Column("patient_key", Type.STRING, "keyed hash of the PatientID"),
        Column("label", Type.INT, "1 positive, 0 negative, NULL pending"),
        Column("source_sha256", Type.STRING, "SHA-256 of the labels file"),
    ),
)

MODEL_PREDICTIONS = Table(
    "model_predictions",
    "scores of patients held out of training",
    ("model_version",),
    (
        Column("patient_key", Type.STRING, "keyed hash of the PatientID"),
        Column("series_key", Type.STRING, "series that the features are from"),
        Column("scan_date_", Type.STRING, "scan date of the series"),
        Column("modality", Type.STRING, "Modality (0008,0060) of the image"),
        Column("region", Type.STRING, "region that the features are from"),
        Column("fold", Type.INT, "fold that held the patient out, from 0"),
        Column("score", Type.DOUBLE, "probability of a positive label by that fold's model"),
        Column("predicted", Type.INT, "1 from that fold's threshold on, else 0"),
    ),
)

MODEL_METRICS = Table(
    "model_metrics",
    "how good a model version is, by slice",
    ("metric_date",),
    (
        Column("model_name", Type.STRING, "the model"),
        Column("model_version", Type.STRING, "start of the release and digest of its training data"),
        Column("slice", Type.STRING, "all, or the modality that was evaluated alone"),
        Column("patients", Type.INT, "patients with a label that were held out"),
        Column("positives", Type.INT, "patients of label 1 among them"),
        Column("folds", Type.INT, "folds with such patients"),
        Column("accuracy_avg", Type.DOUBLE, "mean over folds of the share predicted right"),
        Column("accuracy_stddev", Type.DOUBLE, "sample standard deviation over folds; NULL with one fold"),
        Column("sensitivity", Type.DOUBLE, "share of positives predicted positive; NULL without any"),
        Column("specificity", Type.DOUBLE, "share of negatives predicted negative; NULL without any"),
        Column("auc", Type.DOUBLE, "area under the ROC curve over all patients; NULL with one class"),
        Column("auc_stddev", Type.DOUBLE, "sample standard deviation over folds that have both classes"),
        Column("brier", Type.DOUBLE, "mean squared difference of score and label"),
    ),
)

MODEL_METRICS_BUILD = filled_by_hive(MODEL_METRICS)

STAGE_RUNS = Table(
    "stage_runs",
    "the ledger: one row a stage that ran",
    ("run_date",),
    (
        Column("dag_id", Type.STRING, "Airflow's DAG"),
        Column("run_id", Type.STRING, "Airflow's run"),
        Column("stage", Type.INT, "number of the stage"),
        Column("stage_name", Type.STRING, "name of the stage"),
        Column("scan_date_", Type.STRING, "scan date of an intake"),
        Column("model_version", Type.STRING, "version of a release"),
        Column("engine", Type.STRING, "engine that did the work"),
        Column("application_id", Type.STRING, "YARN's application"),
        Column("files_in", Type.BIGINT, "files, volumes or rows taken in"),
        Column("volumes_out", Type.BIGINT, "volumes, patients or rows given out"),
        Column("regions_out", Type.BIGINT, "regions given out"),
        Column("quarantined", Type.BIGINT, "files or regions refused"),
        Column("bytes_in", Type.BIGINT, "bytes taken in"),
        Column("seconds", Type.DOUBLE, "how long the engine worked, s"),
        Column("started_at", Type.STRING, "when the task began, ISO 8601 in UTC"),
        Column("status", Type.STRING, "success or refused"),
        Column("note", Type.STRING, "what else is worth knowing"),
    ),
)
