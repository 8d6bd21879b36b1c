"""Stage 7: the day's partition of model_metrics, replaced whole."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from nightscan import hooks
from nightscan.config import load_config
from nightscan.stages.common import job, ledger_row, run_sql

if TYPE_CHECKING:
    from airflow.sdk import Context


class MetricsOperator(BaseOperator):
    """Swap in what stage 5 evaluated, deployed or not; MLflow shows it, Hive knows partition and ledger."""

    ui_color = "#f6f0c8"

    def execute(self, context: Context) -> dict[str, Any]:
        config, began = load_config(), time.monotonic()
        evaluated = context["ti"].xcom_pull(task_ids="5_evaluate")
        done = job(
            "jobs.model.commit_metrics",
            config,
            metric_date=evaluated["metric_date"],
            build=evaluated["build"],
            model_version=evaluated["version"],
            mlflow=hooks.MlflowHook().address,
            run_id=context["ti"].xcom_pull(task_ids="4_train")["run_id"],
        )
        run_sql(config, "hive/register_metrics.sql", metric_date=evaluated["metric_date"])
        row = ledger_row(
            context,
            7,
            "metrics",
            model_version=evaluated["version"],
            engine="HDFS",
            seconds=time.monotonic() - began,
            volumes_out=done["rows"],
        )
        job("jobs.base.ledger", config, rows=[row])
        run_sql(config, "hive/register_runs.sql", run_date=row["run_date"])
        return done
