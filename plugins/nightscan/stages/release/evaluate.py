"""Stage 5: HiveQL over the held-out predictions and the ground truth."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from msgspec import structs

from messages.message import Build, Date, Message, Text
from nightscan.config import load_config
from nightscan.operators.hive_script import HiveScriptOperator
from nightscan.operators.program import to_json
from nightscan.stages.ledger import enter, ledger_row
from nightscan.stages.programs import handed_on, kept
from nightscan.stages.release.plan import ReleaseDue
from nightscan.stages.remote import configure_job
from nightscan.stages.sql import render, run_sql

if TYPE_CHECKING:
    from airflow.sdk import Context


class PreparedEvaluation(Message, frozen=True, kw_only=True):
    """What stage 5 keeps while Hive runs."""

    version: Text
    began: float
    outcome: Text
    metric_date: Date
    build: Build


class Evaluated(PreparedEvaluation, frozen=True, kw_only=True):
    """XCom of stage 5."""

    metrics: dict[str, Any]


class EvaluateOperator(HiveScriptOperator):
    """Accuracy over folds, sensitivity, specificity, AUC by ranks, of every version of the release's day.

    Hive writes a build partition of model_metrics; the row of this version goes to the gate as XCom, and
    stage 7 commits the partition.

    :param release: XCom of the task that planned the release. (templated)
    """

    template_fields = (*HiveScriptOperator.template_fields, "release")

    def __init__(self, *, release: Any, **kwargs: Any) -> None:
        super().__init__(sql="set by prepare", **kwargs)
        self.release = release

    def prepare(self, context: Context) -> dict[str, Any]:
        release = handed_on(ReleaseDue, self.release)
        version = release.version
        prepared = PreparedEvaluation(
            version=version,
            began=time.time(),
            outcome=release.outcome,
            metric_date=f"{version[:4]}-{version[4:6]}-{version[6:8]}",
            build=hashlib.sha256(version.encode()).hexdigest()[:16],
        )
        return to_json(prepared, "the plan")

    def configure(self) -> None:
        config, plan = load_config(), kept(PreparedEvaluation, self.prepared)
        configure_job(self, config, config.queues.batch)
        self.database = config.database
        self.sql = render(
            "hive/evaluate.sql",
            database=config.database,
            metric_date=plan.metric_date,
            build=plan.build,
            outcome=plan.outcome,
            model_name=config.model.name,
        )

    def finish(self, context: Context, application_id: str) -> dict[str, Any]:
        from lake.model import MODEL_METRICS  # noqa: PLC0415 - only at run time

        config, plan = load_config(), kept(PreparedEvaluation, self.prepared)
        rows = run_sql(
            config,
            "hive/read_evaluation.sql",
            columns=MODEL_METRICS.names(),
            metric_date=plan.metric_date,
            build=plan.build,
            model_version=plan.version,
        )
        overall = next(row for row in rows if row["slice"] == "all")
        row = ledger_row(
            context,
            5,
            "evaluate",
            model_version=plan.version,
            engine="Hive on Tez",
            application_id=application_id,
            seconds=time.time() - plan.began,
            volumes_out=overall["patients"],
        )
        enter(config, row)
        self.log.info("%s", overall)
        return to_json(Evaluated(**structs.asdict(plan), metrics=overall), "the XCom of stage 5")


class EvaluatedModelOperator(BaseOperator):
    """Base of the stages after the evaluation.

    :param trained: XCom of stage 4. (templated)
    :param evaluated: XCom of stage 5. (templated)
    """

    template_fields = ("trained", "evaluated")

    def __init__(self, *, trained: Any, evaluated: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.trained = trained
        self.evaluated = evaluated
