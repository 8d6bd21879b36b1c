"""Stage 7: the day's partition of model_metrics, replaced whole."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from messages.model import CommitMetrics
from messages.train import Trained
from nightscan import hooks
from nightscan.config import load_config
from nightscan.operators.program import run_program, to_json
from nightscan.stages.ledger import enter, ledger_row
from nightscan.stages.programs import handed_on
from nightscan.stages.release.evaluate import Evaluated, EvaluatedModelOperator
from nightscan.stages.sql import run_sql

if TYPE_CHECKING:
    from airflow.sdk import Context


class MetricsOperator(EvaluatedModelOperator):
    """Commit what stage 5 evaluated, deployed or not; log it in MLflow, register it in Hive."""

    ui_color = "#f6f0c8"

    def execute(self, context: Context) -> dict[str, Any]:
        config, began = load_config(), time.monotonic()
        evaluated = handed_on(Evaluated, self.evaluated)
        request = CommitMetrics(
            hdfs=config.hdfs,
            root=config.root,
            metric_date=evaluated.metric_date,
            build=evaluated.build,
            model_version=evaluated.version,
            mlflow=hooks.MlflowHook().address,
            run_id=handed_on(Trained, self.trained).run_id,
        )
        done = run_program(request)
        run_sql(config, "hive/register_metrics.sql", metric_date=evaluated.metric_date)
        row = ledger_row(
            context,
            7,
            "metrics",
            model_version=evaluated.version,
            engine="HDFS",
            seconds=time.monotonic() - began,
            volumes_out=done.rows,
        )
        enter(config, row)
        run_sql(config, "hive/register_runs.sql", run_date=row.run_date)
        return to_json(done, "the result")
