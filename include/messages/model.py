"""A release of a model: labels, plan, publication, metrics."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from messages.message import Build, Count, Date, Message, Positive, Request, Result, Text, doc

Number = int | float | None


class LabelsLoaded(Result, frozen=True, kw_only=True):
    """A partition of ground_truth."""

    outcome: Annotated[Text, doc("name of the outcome")]
    path: Annotated[Text, doc("HDFS path of the partition's file")]
    patients: Annotated[Count, doc("patients")]
    positives: Annotated[Count, doc("of these with label 1")]
    pending: Annotated[Count, doc("of these with an empty value")]
    source_sha256: Annotated[Text, doc("SHA-256 of the labels file")]


class LoadLabels(Request[LabelsLoaded], frozen=True, kw_only=True):
    """Load a site's outcomes from a CSV file."""

    program = "jobs.model.load_labels"
    keyed = True

    labels: Annotated[Text, doc("path of the CSV file")]
    outcome: Annotated[str | None, doc("name of the outcome and of its column; empty: the column's")]
    patient_column: Annotated[Text, doc("column of the patients' identifiers")] = "patient_id"
    label_column: Annotated[str | None, doc("column of the outcome, where it is not named like it")] = None


class FeatureSettings(Message, frozen=True, kw_only=True):
    """What the features of a modality are measured with today."""

    settings_hash: Annotated[Text, doc("hash of the settings")]
    settings: Annotated[Text, doc("canonical JSON of the settings")]


class Release(Message, frozen=True, kw_only=True):
    """A release that is due."""

    version: Annotated[Text, doc("its version: the run's start in UTC and the start of the digest")]
    digest: Annotated[Text, doc("hash of all that decides the result")]
    manifest: Annotated[Text, doc("HDFS path of the training manifest")]
    modality: Annotated[Text, doc("modality that it learns from")]
    settings_hash: Annotated[Text, doc("settings that its features were measured with")]
    folds: Annotated[Positive, doc("number of folds")]
    counts: Annotated[dict[str, int | dict[str, int]], doc("rows and patients, used and left out")]
    measure_again: Annotated[str, doc("what to do about rows of other settings; empty: there are none")]


class ReleasePlanned(Result, frozen=True, kw_only=True):
    """Whether a release is due, and why."""

    why: Annotated[Text, doc("what changed, or why no release is due")]
    new_dates: Annotated[list[str], doc("scan dates that came since the last release")]
    changed_dates: Annotated[list[str], doc("scan dates whose features changed since")]
    removed_dates: Annotated[list[str], doc("scan dates that went since")]
    release: Annotated[Release | None, doc("the release; null: none is due")]


class PlanRelease(Request[ReleasePlanned], frozen=True, kw_only=True):
    """Decide from state whether a release is due, and plan it."""

    program = "jobs.model.plan"

    outcome: Annotated[Text, doc("name of the outcome")]
    model_name: Annotated[Text, doc("name of the model")]
    modality: Annotated[str | None, doc("modality to learn from; null: that of the most labelled patients")]
    region: Annotated[str | None, doc("region to learn from; null: the largest of the volume")]
    folds: Annotated[Positive, doc("number of folds")]
    run_key: Annotated[Text, doc("id of the run: its own earlier releases do not count")]
    started_at: Annotated[Text, doc("start of the run, ISO 8601 with its zone")]
    force: Annotated[bool, doc("a release is due even when nothing changed")]
    when_few: Annotated[Literal["fail", "skip"], doc("with too few patients: refuse, or no release is due")]
    feature_settings: Annotated[
        dict[str, FeatureSettings], Meta(min_length=1), doc("by modality, and `default`")
    ]


class Published(Result, frozen=True, kw_only=True):
    """What the gate said."""

    deployed: Annotated[bool, doc("whether the version is the current one")]
    reason: Annotated[Text, doc("why")]
    path: Annotated[Text | None, doc("HDFS folder of the version; null: not deployed")]
    previous: Annotated[Text | None, doc("version that was current before")]


class Publish(Request[Published], frozen=True, kw_only=True):
    """Judge, verify and deploy one version."""

    program = "jobs.model.publish"

    model_name: Annotated[Text, doc("name of the model")]
    version: Annotated[Text, doc("version to deploy")]
    floor: Annotated[dict[str, float], doc("least value by metric")]
    tolerance: Annotated[
        float | None, doc("how much worse than the deployed version a metric may be; null: any amount")
    ]
    metrics: Annotated[dict[str, Number], doc("evaluated metrics; null: could not be computed")]
    mlflow: Annotated[Text | None, doc("MLflow, whose alias `current` follows the pointer; null: no alias")]
    model_number: Annotated[Text | None, doc("MLflow's number of the version; needed with mlflow")]


class MetricsCommitted(Result, frozen=True, kw_only=True):
    """The metric date's partition of model_metrics."""

    path: Annotated[Text, doc("HDFS path of its file")]
    rows: Annotated[Count, doc("rows of the build")]
    metrics: Annotated[dict[str, Any], doc("the row of slice `all` of the version")]


class CommitMetrics(Request[MetricsCommitted], frozen=True, kw_only=True):
    """Make what Hive evaluated the metric date's file."""

    program = "jobs.model.commit_metrics"

    metric_date: Annotated[Date, doc("YYYY-MM-DD")]
    build: Build
    model_version: Annotated[Text, doc("version whose row of slice `all` must be there")]
    mlflow: Annotated[Text | None, doc("MLflow, whose run gets the numbers of slice `all`; null: none")]
    run_id: Annotated[Text, doc("MLflow's id of the version's run")]
