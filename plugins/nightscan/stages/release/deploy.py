"""Stage 6: the gate, then the model goes to HDFS and the pointer is swapped."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowSkipException

from messages.model import Publish
from messages.train import Trained
from nightscan import hooks
from nightscan.config import load_config
from nightscan.operators.program import run_program, to_json
from nightscan.stages.ledger import enter, ledger_row
from nightscan.stages.programs import handed_on
from nightscan.stages.release.evaluate import Evaluated, EvaluatedModelOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class DeployOperator(EvaluatedModelOperator):
    """Check the evaluation; publish the candidate, or skip with the reason."""

    ui_color = "#dcefe6"

    def execute(self, context: Context) -> dict[str, Any]:
        config, began = load_config(), time.monotonic()
        trained = handed_on(Trained, self.trained)
        metrics = handed_on(Evaluated, self.evaluated).metrics
        judged = {k: v for k, v in metrics.items() if v is None or isinstance(v, int | float)}
        request = Publish(
            hdfs=config.hdfs,
            root=config.root,
            model_name=config.model.name,
            version=trained.version,
            floor={config.gate.metric: config.gate.floor},
            tolerance=config.gate.tolerance,
            metrics=judged,
            mlflow=hooks.MlflowHook().address,
            model_number=trained.model_number,
        )
        done = run_program(request)
        row = ledger_row(
            context,
            6,
            "deploy",
            model_version=trained.version,
            engine="HDFS",
            seconds=time.monotonic() - began,
            status="success" if done.deployed else "refused",
            note=done.reason,
        )
        enter(config, row)
        if not done.deployed:
            raise AirflowSkipException(f"{trained.version} is not deployed: {done.reason}")
        self.log.info("%s is current at hdfs:%s (before: %s)", trained.version, done.path, done.previous)
        return to_json(done, "the result")
