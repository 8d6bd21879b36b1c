"""Stage 4: PySpark on YARN through Livy, patient-disjoint folds, MLflow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from messages.message import Message, Positive, Refusal, Text
from messages.train import Train, Trained
from messages.wire import answer, to_arguments
from nightscan import hooks
from nightscan.config import load_config
from nightscan.errors import JobFailedError
from nightscan.links import MlflowRunLink
from nightscan.operators.livy_batch import LivySparkOperator
from nightscan.operators.program import own_errors, to_json
from nightscan.stages.ledger import enter, ledger_row
from nightscan.stages.programs import handed_on, kept
from nightscan.stages.release.plan import ReleaseDue
from nightscan.stages.remote import configure_job
from nightscan.stages.site.runtime import Runtime, ensure_shipped
from nightscan.stages.sql import run_sql

if TYPE_CHECKING:
    from airflow.sdk import Context

    from nightscan.hooks.yarn import YarnApp


class PreparedTraining(Message, frozen=True, kw_only=True):
    """What stage 4 keeps while Spark runs."""

    version: Text
    manifest: Text
    folds: Positive
    runtime: Runtime


class TrainOperator(LivySparkOperator):
    """Submit include/jobs/train/program.py to the training queue and read the result that it writes to HDFS.

    :param release: XCom of the task that planned the release. (templated)
    """

    template_fields = (*LivySparkOperator.template_fields, "release")
    operator_extra_links = (*LivySparkOperator.operator_extra_links, MlflowRunLink())

    def __init__(self, *, release: Any, **kwargs: Any) -> None:
        super().__init__(file="set by prepare", **kwargs)
        self.release = release

    def prepare(self, context: Context) -> dict[str, Any]:
        release = handed_on(ReleaseDue, self.release)
        prepared = PreparedTraining(
            version=release.version,
            manifest=release.manifest,
            folds=release.folds,
            runtime=ensure_shipped(load_config()),
        )
        return to_json(prepared, "the plan")

    def configure(self) -> None:
        config, plan = load_config(), kept(PreparedTraining, self.prepared)
        configure_job(self, config, config.queues.training)
        self.file = plan.runtime.train
        self.py_files = [plan.runtime.code]
        self.archives = [f"{plan.runtime.pyenv}#pyenv"]
        request = Train(
            hdfs=config.hdfs,
            root=config.root,
            manifest=plan.manifest,
            mlflow=hooks.MlflowHook().address,
            experiment=config.model.name,
            folds=plan.folds,
            tag=plan.version,
        )
        with own_errors():
            self.args = to_arguments(request, f"the request of {request.program}")
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
        from lake.places import Places  # noqa: PLC0415 - only at run time

        config, plan = load_config(), kept(PreparedTraining, self.prepared)
        text = hooks.HdfsHook().read_text(Places(config.root).train_result(plan.version))
        with own_errors():
            result = answer(Trained, text, f"the result of {Train.program}")
        if isinstance(result, Refusal):
            raise JobFailedError(app.id, result.error, remedy=result.remedy)
        run_sql(config, "hive/register_predictions.sql", model_version=plan.version)
        row = ledger_row(
            context,
            4,
            "train",
            model_version=plan.version,
            engine="Spark via Livy",
            application_id=app.id,
            seconds=app.seconds,
            volumes_out=result.patients,
            note=f"MLflow run {result.run_id}",
        )
        enter(config, row)
        MlflowRunLink().push(context, hooks.MlflowHook().run_url(result.run_id))
        return to_json(result, "the XCom of stage 4")
