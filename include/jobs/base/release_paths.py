"""Where a release lies in HDFS: each path has its one function here."""

from __future__ import annotations

import re

from jobs.base.protocol import JobInputError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def checked_name(what: str, value: str) -> str:
    """Return `value` when it can be part of a path; JobInputError otherwise."""
    if not _NAME.fullmatch(value):
        raise JobInputError(
            f"{what} {value!r} cannot be a folder's name", "use letters, digits, '_' and '-', a letter first"
        )
    return value


def labels_file(root: str, outcome: str) -> str:
    """Return the one file of an outcome's partition of ground_truth."""
    return f"{root}/ground_truth/outcome={outcome}/labels.parquet"


def predictions_file(root: str, version: str) -> str:
    """Return the one file of a version's partition of model_predictions."""
    return f"{root}/model_predictions/model_version={version}/predictions.parquet"


def metrics_file(root: str, metric_date: str) -> str:
    """Return the one file of a date's partition of model_metrics."""
    return f"{root}/model_metrics/metric_date={metric_date}/metrics.parquet"


def metrics_build(root: str, metric_date: str, build: str) -> str:
    """Return the folder that Hive's INSERT OVERWRITE fills for one metric date."""
    return f"{root}/_build/model_metrics/metric_date={metric_date}/build={build}"


def features_folder(root: str) -> str:
    """Return the folder of the table image_features."""
    return f"{root}/image_features"


def scans_file(root: str, scan_date: str) -> str:
    """Return the one file of a scan date's partition of mri_scans."""
    return f"{root}/mri_scans/scan_date={scan_date}/scans.parquet"


def manifest_file(root: str, version: str) -> str:
    """Return the training manifest that plan_release writes and train reads."""
    return f"{root}/_work/release/{version}/manifest.json"


def train_result_file(root: str, version: str) -> str:
    """Return the path of what train leaves for Airflow."""
    return f"{root}/_work/release/{version}/train.json"


def model_folder(root: str, model_name: str, version: str) -> str:
    """Return the folder of a published version."""
    return f"{root}/models/{model_name}/{version}"


def candidate_folder(root: str, model_name: str, version: str) -> str:
    """Return the folder of a trained version that no gate has passed yet."""
    return f"{root}/models/{model_name}/_candidates/{version}"


def attempts_folder(root: str, model_name: str) -> str:
    """Return the folder of the records of releases that reached their gate."""
    return f"{root}/models/{model_name}/_attempts"


def current_file(root: str, model_name: str) -> str:
    """Return the pointer to the deployed version."""
    return f"{root}/models/{model_name}/CURRENT"
