"""What every stage needs: settings, the request fields all job programs share, and the ledger."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jinja2

from nightscan import hooks
from nightscan.config import Config
from nightscan.errors import JobFailedError
from nightscan.operators.hive_script import HiveScriptOperator
from nightscan.operators.job import PATIENT_KEY, run_job
from nightscan.operators.remote_job import RemoteJobOperator
from nightscan.operators.yarn_job import YarnJobOperator
from nightscan.states import Outcome

log = logging.getLogger(__name__)

INCLUDE = Path(__file__).resolve().parents[3] / "include"
SHORT_SQL_S = 300.0
MEGABYTE = 1_000_000
MASTER_EXTRA_MB = 128  # the MapReduce master beside its map task, when both are one container
CLOSE_DELAY = "dfs.client.block.write.locateFollowingBlock.initial.delay.ms"


def store_fields(config: Config) -> dict[str, Any]:
    """Return the fields that name the store in a job's request."""
    return {"hdfs": config.hdfs, "root": config.root}


def job(program: str, config: Config, *, keyed: bool = False, **fields: Any) -> dict[str, Any]:
    """Run one job program on the cluster's store and return its result.

    :param keyed: hand it the site's patient key
    """
    request = {**store_fields(config), **fields}
    return run_job(program, request, secrets=PATIENT_KEY if keyed else None)


def mapreduce_definitions(config: Config, *, tasks: int) -> dict[str, str]:
    """Return the -D options of every MapReduce job: short waits, no second container for a single task."""
    return {
        "mapreduce.job.ubertask.enable": str(tasks == 1).lower(),
        CLOSE_DELAY: str(config.ingest.close_delay_ms),
        "mapreduce.client.progressmonitor.pollinterval": "200",
        "mapreduce.client.completion.pollinterval": "200",
    }


def ledger_row(context: Mapping[str, Any], stage: int, name: str, **fields: Any) -> dict[str, Any]:
    """Return one row of stage_runs; fields that a stage does not know stay empty."""
    ti = context["ti"]
    return {
        "dag_id": ti.dag_id,
        "run_id": ti.run_id,
        "run_date": datetime.now(UTC).date().isoformat(),
        "stage": stage,
        "stage_name": name,
        "started_at": started_at(context),
        "status": "success",
        **fields,
    }


def started_at(context: Mapping[str, Any]) -> str:
    """Return when this attempt of the task began, ISO 8601 in UTC."""
    began = context["ti"].start_date or datetime.now(UTC)
    return str(began.astimezone(UTC).isoformat(timespec="seconds"))


def configure_job(operator: RemoteJobOperator | HiveScriptOperator, config: Config, queue: str) -> None:
    """Give an operator the site's queue, patience and command folder, which parsing a DAG needs not know."""
    if isinstance(operator, RemoteJobOperator):
        operator.yarn_queue = queue
    operator.poll_s = config.poll_s
    operator.lost_after_s = config.lost_after_s
    operator.deadline_s = config.deadline_s
    if isinstance(operator, YarnJobOperator):
        operator.hadoop_bin = config.hadoop_bin or None


def render(file: str, **parameters: Any) -> str:
    """Return the text of a SQL file of include/ with its parameters filled in; a missing one is an error."""
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)  # noqa: S701 SQL, not HTML
    return environment.from_string((INCLUDE / file).read_text(encoding="utf-8")).render(parameters)


def run_sql(config: Config, file: str, **parameters: Any) -> list[dict[str, Any]]:
    """Run a short SQL file of include/ in one Hive session and return the last statement's rows.

    :raises JobFailedError: a statement failed, with Hive's first cause.
    """
    return run_script(render(file, database=config.database, root=config.root, **parameters), name=file)


def run_script(text: str, name: str = "script") -> list[dict[str, Any]]:
    """Run short statements in one Hive session and return the last one's rows.

    :raises JobFailedError: a statement failed, with Hive's first cause.
    """
    from nightscan.hooks.hive_script import split_statements  # noqa: PLC0415 - only at run time

    hook = hooks.HiveQueryHook()
    session = hook.open_session()
    rows: list[dict[str, Any]] = []
    try:
        for statement in split_statements(text):
            operation = hook.run_async(session, statement)
            look = hook.wait(operation, SHORT_SQL_S, log=log.debug)
            if look.state.outcome is not Outcome.SUCCEEDED:
                raise JobFailedError(name, str(look.state), last_lines=[statement, look.error])
            rows = hook.fetch(operation)
    finally:
        hook.close(session)
    return rows
