"""The export: de-identify one scan date inside the restricted zone, then copy the result out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowSkipException
from msgspec import structs

from messages.deidentify import (
    CommitDeidentify,
    CopyOutPlanned,
    DeidentifyCommitted,
    DeidentifyPlanned,
    PlanCopyOut,
    PlanDeidentify,
)
from messages.message import Message, Text
from nightscan.config import load_config
from nightscan.errors import ManifestError
from nightscan.operators.distcp import DistCpOperator
from nightscan.operators.program import run_program, to_json
from nightscan.operators.program_call import PATIENT_KEY_CONNECTION
from nightscan.operators.streaming import HadoopStreamingOperator
from nightscan.scan_date import resolve_scan_date
from nightscan.stages.export.destination import checked_destination
from nightscan.stages.ledger import enter, ledger_row
from nightscan.stages.mapper import configure_mapper
from nightscan.stages.mapreduce import MEGABYTE, copy_maps, mapreduce_definitions
from nightscan.stages.programs import handed_on, kept
from nightscan.stages.remote import configure_job
from nightscan.stages.site.runtime import Runtime, ensure_shipped
from nightscan.stages.sql import run_sql

if TYPE_CHECKING:
    from airflow.sdk import Context

    from nightscan.hooks.yarn import YarnApp

DEIDENTIFY_STAGE, COPY_OUT_STAGE = 8, 9  # in the ledger, after the seven stages
KEY_SECRET = "nightscan.patient.key"  # noqa: S105 - a name: the mapper reads it by this one


class PreparedDeidentification(Message, frozen=True, kw_only=True):
    """What the export keeps while its job runs."""

    plan: DeidentifyPlanned
    runtime: Runtime


class PreparedCopyOut(CopyOutPlanned, frozen=True, kw_only=True):
    """What the copy keeps while its job runs."""

    destination: Text


class DeidentifyOperator(HadoopStreamingOperator):
    """Plan from the raw files, run the mapper on YARN, reconcile every file, write the record, commit.

    The patient key reaches the mappers by the job's credentials. XCom: DeidentifyCommitted and the
    application id.
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
        request = PlanDeidentify(
            hdfs=config.hdfs,
            root=config.root,
            scan_date=resolve_scan_date(context),
            code=runtime.code_hash,
            target_bytes=config.preprocess.task_mb * MEGABYTE,
        )
        return to_json(PreparedDeidentification(plan=run_program(request), runtime=runtime), "the plan")

    def configure(self) -> None:
        config, prepared = load_config(), kept(PreparedDeidentification, self.prepared)
        configure_mapper(self, config, prepared.runtime, prepared.plan, "jobs.deidentify.mapper")

    def finish(self, context: Context, app: YarnApp) -> dict[str, Any]:
        config, plan = load_config(), kept(PreparedDeidentification, self.prepared).plan
        row = ledger_row(
            context,
            DEIDENTIFY_STAGE,
            "deidentify",
            engine="Hadoop Streaming",
            seconds=app.seconds,
            application_id=app.id,
            scan_date=plan.scan_date,
            files_in=plan.files,
            bytes_in=plan.bytes,
        )
        request = CommitDeidentify(
            hdfs=config.hdfs,
            root=config.root,
            ledger=row,
            scan_date=plan.scan_date,
            build=plan.build,
            key_id=plan.key_id,
        )
        done = run_program(request)
        run_sql(config, "hive/register_runs.sql", run_date=row.run_date)
        return to_json(done, "the result")


class CopyOutOperator(DistCpOperator):
    """Copy the committed build, and nothing else, to the destination; count files and bytes there.

    The folder there has the build's name: the scan date is a date of the patients and stays inside.
    Skipped without a destination.

    :param deidentified: XCom of the task that made the build. (templated)
    """

    template_fields = (*DistCpOperator.template_fields, "deidentified")

    def __init__(self, *, deidentified: Any, **kwargs: Any) -> None:
        super().__init__(source="set by prepare", target="set by prepare", **kwargs)
        self.deidentified = deidentified

    def prepare(self, context: Context) -> dict[str, Any]:
        config = load_config()
        destination = checked_destination(context["params"].get("destination"), config)
        if not destination:
            raise AirflowSkipException("no destination was given: the build stays in HDFS")
        made = handed_on(DeidentifyCommitted, self.deidentified)
        request = PlanCopyOut(hdfs=config.hdfs, root=config.root, scan_date=made.scan_date, build=made.build)
        plan = structs.asdict(run_program(request))
        return to_json(PreparedCopyOut(**plan, destination=f"{destination}/{made.build}"), "the plan")

    def configure(self) -> None:
        config, plan = load_config(), kept(PreparedCopyOut, self.prepared)
        configure_job(self, config, config.queues.batch)
        self.source = f"{config.hdfs}{plan.source}"
        self.target = plan.destination
        self.maps = copy_maps(config, plan.files)
        self.definitions = {
            **mapreduce_definitions(config, tasks=self.maps),
            "mapreduce.job.name": f"nightscan copy out {plan.build}",
            "mapreduce.map.memory.mb": "512",
        }
        self.options = ("-update", "-direct")

    def finish(self, context: Context, app: YarnApp) -> dict[str, Any]:
        config, plan = load_config(), kept(PreparedCopyOut, self.prepared)
        found = self.cli.count(plan.destination)
        if (found.files, found.bytes) != (plan.files, plan.bytes):
            raise ManifestError(
                f"{plan.destination} holds {found.files} files of {found.bytes} bytes, the build has "
                f"{plan.files} of {plan.bytes}",
                remedy="remove that folder and clear this task; a file:// folder must be seen by every node",
            )
        row = ledger_row(
            context,
            COPY_OUT_STAGE,
            "copy_out",
            engine="DistCp",
            seconds=app.seconds,
            application_id=app.id,
            scan_date=plan.scan_date,
            files_in=plan.files,
            bytes_in=plan.bytes,
            note=plan.destination,
        )
        enter(config, row)
        run_sql(config, "hive/register_runs.sql", run_date=row.run_date)
        return {
            "build": plan.build,
            "destination": plan.destination,
            "files": plan.files,
            "bytes": plan.bytes,
        }
