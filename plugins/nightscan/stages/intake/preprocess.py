"""Stage 2: Hadoop Streaming turns each series into a volume with the right geometry, or refuses it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from nightscan.config import load_config
from nightscan.operators.remote import NothingToSubmit
from nightscan.operators.streaming import HadoopStreamingOperator
from nightscan.scan_date import resolve_scan_date
from nightscan.stages.common import (
    MASTER_EXTRA_MB,
    MEGABYTE,
    configure_job,
    job,
    ledger_row,
    mapreduce_definitions,
    run_sql,
)
from nightscan.stages.site.runtime import ensure_shipped

if TYPE_CHECKING:
    from airflow.sdk import Context

    from nightscan.hooks.yarn import YarnApp


class PreprocessOperator(HadoopStreamingOperator):
    """Write the manifest (one line a series), run the mapper on YARN, reconcile every file, commit the date.

    A date without a series that could become a volume needs no application: its files are all quarantined.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            manifest="set by prepare", output_dir="set by prepare", mapper="set by prepare", **kwargs
        )

    def prepare(self, context: Context) -> dict[str, Any]:
        config = load_config()
        runtime = ensure_shipped(config)
        plan = job(
            "jobs.preprocess.plan",
            config,
            scan_date=resolve_scan_date(context),
            code=runtime.code_hash,
            settings={"memory_mb": config.preprocess.mapper_memory_mb},  # decides what is too large
            target_bytes=config.preprocess.task_mb * MEGABYTE,
        )
        plan["runtime"] = dataclasses.asdict(runtime)
        if not plan["series"]:
            self.log.info("no series of %s can become a volume", plan["scan_date"])
            raise NothingToSubmit(self._commit(context, plan, application_id="", seconds=0.0))
        return plan

    def configure(self) -> None:
        config, plan = load_config(), dict[str, Any](self.prepared)
        configure_job(self, config, config.queues.batch)
        self.manifest, self.output_dir = plan["manifest"], plan["output"]
        self.mapper = f"{config.python} -m jobs.preprocess.mapper"
        self.lines_per_map = plan["lines_per_map"]
        self.files = (f"{plan['runtime']['code']}#code.zip",)
        self.archives = (f"{plan['runtime']['pyenv']}#pyenv",)
        self.environment = {
            "PYTHONPATH": "code.zip:pyenv",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "NIGHTSCAN_HDFS": config.hdfs,
            "NIGHTSCAN_ROOT": config.root,
            "NIGHTSCAN_BUILD": plan["build"],
            "NIGHTSCAN_SCAN_DATE": plan["scan_date"],
            "NIGHTSCAN_MEMORY_MB": str(config.preprocess.mapper_memory_mb),
        }
        self.definitions = {
            **mapreduce_definitions(config, tasks=plan["tasks"]),
            "mapreduce.job.name": f"nightscan preprocess {plan['scan_date']}",
            "mapreduce.map.maxattempts": "2",
            "mapreduce.map.memory.mb": str(config.preprocess.map_memory_mb),
            # a single task runs in the application master, whose heap is larger than a map task's
            "yarn.app.mapreduce.am.resource.mb": str(config.preprocess.map_memory_mb + MASTER_EXTRA_MB),
        }

    def finish(self, context: Context, app: YarnApp) -> dict[str, Any]:
        return self._commit(context, dict(self.prepared), application_id=app.id, seconds=app.seconds)

    def _commit(
        self, context: Context, plan: dict[str, Any], *, application_id: str, seconds: float
    ) -> dict[str, Any]:
        config = load_config()
        row = ledger_row(
            context,
            2,
            "preprocess",
            scan_date_=plan["scan_date"],
            engine="Hadoop Streaming",
            application_id=application_id,
            seconds=seconds,
            files_in=plan["files"],
            bytes_in=plan["bytes"],
        )
        done = job(
            "jobs.preprocess.commit", config, ledger=row, scan_date=plan["scan_date"], build=plan["build"]
        )
        run_sql(config, "hive/register_intake.sql", scan_date=plan["scan_date"])
        return {**done, "udf_jar": plan["runtime"]["udf_jar"]}
