"""Stage 4: PySpark on YARN through Livy, patient-disjoint folds, MLflow."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from lake.places import Places
from nightscan import hooks
from nightscan.config import load_config
from nightscan.errors import JobFailedError
from nightscan.links import MlflowRunLink
from nightscan.operators.livy_batch import LivySparkOperator
from nightscan.stages.common import configure_job, job, ledger_row, run_sql
from nightscan.stages.site.runtime import ensure_shipped

if TYPE_CHECKING:
    from airflow.sdk import Context

    from nightscan.hooks.yarn import YarnApp


class TrainOperator(LivySparkOperator):
    """Submit include/jobs/train/program.py to the training queue and read the result it leaves in HDFS."""

    operator_extra_links = (*LivySparkOperator.operator_extra_links, MlflowRunLink())

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(file="set by prepare", **kwargs)

    def prepare(self, context: Context) -> dict[str, Any]:
        plan = context["ti"].xcom_pull(task_ids="plan")
        wanted = ("version", "manifest", "folds", "counts")
        return {
            **{name: plan[name] for name in wanted},
            "runtime": dataclasses.asdict(ensure_shipped(load_config())),
        }

    def configure(self) -> None:
        config, plan = load_config(), dict[str, Any](self.prepared)
        configure_job(self, config, config.queues.training)
        runtime = plan["runtime"]
        self.file = runtime["train"]
        self.py_files = [runtime["code"]]
        self.archives = [f"{runtime['pyenv']}#pyenv"]
        self.args = [
            "--manifest", plan["manifest"], "--hdfs", config.hdfs, "--root", config.root,
            "--mlflow", hooks.MlflowHook().address, "--experiment", config.model.name,
            "--folds", str(plan["folds"]), "--tag", plan["version"],
        ]  # fmt: skip
        self.conf = {
            "spark.pyspark.python": config.python,
            "spark.pyspark.driver.python": config.python,
            "spark.yarn.appMasterEnv.PYTHONPATH": "pyenv",
            "spark.executorEnv.PYTHONPATH": "pyenv",
            **{
                f"spark.{place}.{name}_NUM_THREADS": "1"  # tiny matrices: threads only wait
                for place in ("yarn.appMasterEnv", "executorEnv")
                for name in ("OMP", "OPENBLAS")
            },
        }
        self.driver_memory = config.spark.driver_memory
        self.executor_memory = config.spark.executor_memory
        self.executors = config.spark.executor_instances

    def finish(self, context: Context, app: YarnApp) -> dict[str, Any]:
        config, plan = load_config(), dict[str, Any](self.prepared)
        result = json.loads(hooks.HdfsHook().read_text(Places(config.root).train_result(plan["version"])))
        if "error" in result:
            raise JobFailedError(app.id, result["error"], remedy=result["remedy"])
        run_sql(config, "hive/register_predictions.sql", model_version=plan["version"])
        row = ledger_row(
            context,
            4,
            "train",
            model_version=plan["version"],
            engine="Spark via Livy",
            application_id=app.id,
            seconds=app.seconds,
            volumes_out=result["patients"],
            note=f"MLflow run {result['run_id']}",
        )
        job("jobs.base.ledger", config, rows=[row])
        MlflowRunLink().push(context, hooks.MlflowHook().run_url(result["run_id"]))
        return {**result, "version": plan["version"]}
