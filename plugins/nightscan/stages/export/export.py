"""The export: de-identify one scan date inside the restricted zone, then copy the result out."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowSkipException

from nightscan.config import load_config
from nightscan.errors import ManifestError
from nightscan.operators.distcp import DistCpOperator
from nightscan.operators.job import PATIENT_KEY_CONNECTION
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
from nightscan.stages.export.destination import checked_destination
from nightscan.stages.site.runtime import ensure_shipped

if TYPE_CHECKING:
    from airflow.sdk import Context

    from nightscan.hooks.yarn import YarnApp

DEIDENTIFY_STAGE, COPY_OUT_STAGE = 8, 9  # in the ledger, after the seven stages
KEY_SECRET = "nightscan.patient.key"  # noqa: S105 - a name: the mapper asks for it under this one
FILES_PER_MAP = 50


class DeidentifyOperator(HadoopStreamingOperator):
    """Plan from the raw files, run the mapper on YARN, reconcile every file, write the record, commit.

    The patient key reaches the mappers by the job's credentials. XCom: counts, the build and its folder.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            manifest="set by prepare",
            output_dir="set by prepare",
            mapper="set by prepare",
            secrets={KEY_SECRET: PATIENT_KEY_CONNECTION},
            **kwargs,
        )

    def prepare(self, context: Context) -> dict[str, Any]:
        config = load_config()
        checked_destination(context["params"].get("destination"), config)  # a wrong one fails at once
        runtime = ensure_shipped(config)
        plan = job(
            "jobs.deidentify.plan",
            config,
            keyed=True,
            scan_date=resolve_scan_date(context),
            code=runtime.code_hash,
            target_bytes=config.preprocess.task_mb * MEGABYTE,
        )
        return {**plan, "runtime": dataclasses.asdict(runtime)}

    def configure(self) -> None:
        config, plan = load_config(), dict[str, Any](self.prepared)
        configure_job(self, config, config.queues.batch)
        self.manifest, self.output_dir = plan["manifest"], plan["output"]
        self.mapper = f"{config.python} -m jobs.deidentify.mapper"
        self.lines_per_map = plan["lines_per_map"]
        self.files = (f"{plan['runtime']['code']}#code.zip",)
        self.archives = (f"{plan['runtime']['pyenv']}#pyenv",)
        self.environment = {
            "PYTHONPATH": "code.zip:pyenv",
            "NIGHTSCAN_HDFS": config.hdfs,
            "NIGHTSCAN_ROOT": config.root,
            "NIGHTSCAN_BUILD": plan["build"],
            "NIGHTSCAN_SCAN_DATE": plan["scan_date"],
            "NIGHTSCAN_KEY_ID": plan["key_id"],
            "NIGHTSCAN_MEMORY_MB": str(config.preprocess.mapper_memory_mb),
        }
        self.definitions = {
            **mapreduce_definitions(config, tasks=plan["tasks"]),
            "mapreduce.job.name": f"nightscan deidentify {plan['scan_date']}",
            "mapreduce.map.maxattempts": "2",
            "mapreduce.map.memory.mb": str(config.preprocess.map_memory_mb),
            "yarn.app.mapreduce.am.resource.mb": str(config.preprocess.map_memory_mb + MASTER_EXTRA_MB),
        }

    def finish(self, context: Context, app: YarnApp) -> dict[str, Any]:
        config, plan = load_config(), dict[str, Any](self.prepared)
        row = ledger_row(
            context,
            DEIDENTIFY_STAGE,
            "deidentify",
            scan_date_=plan["scan_date"],
            engine="Hadoop Streaming",
            application_id=app.id,
            seconds=app.seconds,
            files_in=plan["files"],
            bytes_in=plan["bytes"],
        )
        asked = {name: plan[name] for name in ("scan_date", "build", "key_id")}
        done = job("jobs.deidentify.commit", config, keyed=True, ledger=row, **asked)
        run_sql(config, "hive/register_runs.sql", run_date=row["run_date"])
        return done


class CopyOutOperator(DistCpOperator):
    """Copy the committed build, and nothing else, to the destination; count files and bytes there.

    It lands in a folder named by the build: the scan date is a date of the patients and does not go out.
    Skipped without a destination.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="set by prepare", target="set by prepare", **kwargs)

    def prepare(self, context: Context) -> dict[str, Any]:
        config = load_config()
        destination = checked_destination(context["params"].get("destination"), config)
        if not destination:
            raise AirflowSkipException("no destination was given: the build stays in HDFS")
        made = context["ti"].xcom_pull(task_ids="deidentify")
        plan = job("jobs.deidentify.plan_copy_out", config, scan_date=made["scan_date"], build=made["build"])
        return {**plan, "destination": f"{destination}/{plan['build']}"}

    def configure(self) -> None:
        config, plan = load_config(), dict[str, Any](self.prepared)
        configure_job(self, config, config.queues.batch)
        self.source = f"{config.hdfs}{plan['source']}"
        self.target = plan["destination"]
        self.maps = max(1, min(config.ingest.maps, plan["files"] // FILES_PER_MAP))
        self.definitions = {
            **mapreduce_definitions(config, tasks=self.maps),
            "mapreduce.job.name": f"nightscan copy out {plan['build']}",
            "mapreduce.map.memory.mb": "512",
        }
        self.options = ("-update", "-direct")

    def finish(self, context: Context, app: YarnApp) -> dict[str, Any]:
        config, plan = load_config(), dict[str, Any](self.prepared)
        found = self.cli.count(plan["destination"])
        if (found.files, found.bytes) != (plan["files"], plan["bytes"]):
            raise ManifestError(
                f"{plan['destination']} holds {found.files} files of {found.bytes} bytes, the build has "
                f"{plan['files']} of {plan['bytes']}",
                remedy="remove that folder and clear this task; a file:// folder must be seen by every node",
            )
        row = ledger_row(
            context,
            COPY_OUT_STAGE,
            "copy_out",
            scan_date_=plan["scan_date"],
            engine="DistCp",
            application_id=app.id,
            seconds=app.seconds,
            files_in=plan["files"],
            bytes_in=plan["bytes"],
            note=plan["destination"],
        )
        job("jobs.base.ledger", config, rows=[row])
        run_sql(config, "hive/register_runs.sql", run_date=row["run_date"])
        return {name: plan[name] for name in ("build", "destination", "files", "bytes")}
