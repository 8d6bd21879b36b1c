"""Stage 5: HiveQL over the held-out predictions and the ground truth."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, Any

from lake.model import MODEL_METRICS
from nightscan.config import load_config
from nightscan.operators.hive_script import HiveScriptOperator
from nightscan.stages.common import configure_job, job, ledger_row, render, run_sql

if TYPE_CHECKING:
    from airflow.sdk import Context


class EvaluateOperator(HiveScriptOperator):
    """Accuracy over folds, sensitivity, specificity, AUC by ranks, of every version of the release's day.

    Hive writes a build partition of model_metrics; the row of this version goes to the gate as XCom, and
    stage 7 commits the partition.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(sql="set by prepare", **kwargs)

    def prepare(self, context: Context) -> dict[str, Any]:
        plan = context["ti"].xcom_pull(task_ids="plan")
        version = plan["version"]
        return {
            "version": version,
            "began": time.time(),
            "outcome": plan["outcome"],
            "metric_date": f"{version[:4]}-{version[4:6]}-{version[6:8]}",
            "build": hashlib.sha256(version.encode()).hexdigest()[:16],
        }

    def configure(self) -> None:
        config, plan = load_config(), dict[str, Any](self.prepared)
        configure_job(self, config, config.queues.batch)
        self.database = config.database
        self.sql = render(
            "hive/evaluate.sql",
            database=config.database,
            metric_date=plan["metric_date"],
            build=plan["build"],
            outcome=plan["outcome"],
            model_name=config.model.name,
        )

    def finish(self, context: Context, application_id: str) -> dict[str, Any]:
        config, plan = load_config(), dict[str, Any](self.prepared)
        rows = run_sql(
            config,
            "hive/read_evaluation.sql",
            columns=MODEL_METRICS.names(),
            metric_date=plan["metric_date"],
            build=plan["build"],
            model_version=plan["version"],
        )
        overall = next(row for row in rows if row["slice"] == "all")
        row = ledger_row(
            context,
            5,
            "evaluate",
            model_version=plan["version"],
            engine="Hive on Tez",
            application_id=application_id,
            seconds=time.time() - plan["began"],
            volumes_out=overall["patients"],
        )
        job("jobs.base.ledger", config, rows=[row])
        self.log.info("%s", overall)
        return {**plan, "metrics": overall}
