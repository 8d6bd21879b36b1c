"""Stage 6: the gate, then the model goes to HDFS and the pointer is swapped."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowSkipException

from nightscan import hooks
from nightscan.config import load_config
from nightscan.stages.common import job, ledger_row

if TYPE_CHECKING:
    from airflow.sdk import Context


class DeployOperator(BaseOperator):
    """Judge the evaluation; publish the candidate, or skip and say by how much it fell short."""

    ui_color = "#dcefe6"

    def execute(self, context: Context) -> dict[str, Any]:
        config, began = load_config(), time.monotonic()
        trained = context["ti"].xcom_pull(task_ids="4_train")
        metrics = context["ti"].xcom_pull(task_ids="5_evaluate")["metrics"]
        judged = {k: v for k, v in metrics.items() if v is None or isinstance(v, int | float)}
        done = job(
            "jobs.model.publish",
            config,
            model_name=config.model.name,
            version=trained["version"],
            floor={config.gate.metric: config.gate.floor},
            tolerance=config.gate.tolerance,
            metrics=judged,
            mlflow=hooks.MlflowHook().address,
            model_number=trained["model_number"],
        )
        row = ledger_row(
            context,
            6,
            "deploy",
            model_version=trained["version"],
            engine="HDFS",
            seconds=time.monotonic() - began,
            status="success" if done["deployed"] or done["path"] else "refused",
            note=done["reason"],
        )
        job("jobs.base.ledger", config, rows=[row])
        if not done["path"]:
            raise AirflowSkipException(f"{trained['version']} is not deployed: {done['reason']}")
        self.log.info(
            "%s is current at hdfs:%s (before: %s)", trained["version"], done["path"], done["previous"]
        )
        return done
