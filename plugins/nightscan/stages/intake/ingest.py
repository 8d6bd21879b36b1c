"""Stage 1: DistCp copies the files of one scan date, byte for byte, under names that cannot collide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import structs

from messages.ingest import CommitIngest, IngestCommitted, IngestPlanned, PlanIngest
from messages.message import Text
from nightscan.config import load_config
from nightscan.operators.distcp import DistCpOperator
from nightscan.operators.program import run_program, to_json
from nightscan.operators.remote import NothingToSubmit
from nightscan.scan_date import resolve_scan_date
from nightscan.stages.ledger import ledger_row
from nightscan.stages.mapreduce import copy_maps, mapreduce_definitions
from nightscan.stages.programs import kept
from nightscan.stages.remote import configure_job

if TYPE_CHECKING:
    from airflow.sdk import Context

    from nightscan.hooks.yarn import YarnApp


class Ingested(IngestCommitted, frozen=True, kw_only=True):
    """XCom of stage 1."""

    index_digest: Text


class IngestOperator(DistCpOperator):
    """Plan the copy from the index, run DistCp on YARN, verify count, bytes and hashes, commit.

    A date whose files are all there already needs no application. XCom: Ingested and the application id.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="set by prepare", target="set by prepare", **kwargs)

    def prepare(self, context: Context) -> dict[str, Any]:
        config = load_config()
        request = PlanIngest(
            hdfs=config.hdfs,
            root=config.root,
            landing=config.landing,
            scan_date=resolve_scan_date(context),
            work_dir=config.work_dir,
        )
        plan = run_program(request)
        if not plan.to_copy:
            self.log.info("all %d files of %s are in HDFS already", plan.files, plan.scan_date)
            raise NothingToSubmit(self._commit(context, plan, application_id="", seconds=0.0))
        return to_json(plan, "the plan")

    def configure(self) -> None:
        config, plan = load_config(), kept(IngestPlanned, self.prepared)
        configure_job(self, config, config.queues.batch)
        self.source = f"file://{plan.link_dir}"
        self.target = f"{config.hdfs}{plan.incoming}"
        self.maps = copy_maps(config, plan.to_copy)
        self.definitions = {
            **mapreduce_definitions(config, tasks=self.maps),
            "mapreduce.job.name": f"nightscan ingest {plan.scan_date}",
            "mapreduce.map.memory.mb": "512",
            "distcp.liststatus.threads": "4",
        }
        self.options = ("-update", "-direct")

    def finish(self, context: Context, app: YarnApp) -> dict[str, Any]:
        plan = kept(IngestPlanned, self.prepared)
        return self._commit(context, plan, application_id=app.id, seconds=app.seconds)

    def _commit(
        self, context: Context, plan: IngestPlanned, *, application_id: str, seconds: float
    ) -> dict[str, Any]:
        config = load_config()
        row = ledger_row(
            context,
            1,
            "ingest",
            engine="DistCp",
            seconds=seconds,
            application_id=application_id,
            scan_date=plan.scan_date,
            files_in=plan.files,
            bytes_in=plan.bytes,
        )
        request = CommitIngest(
            hdfs=config.hdfs, root=config.root, ledger=row, scan_date=plan.scan_date, build=plan.build
        )
        done = Ingested(**structs.asdict(run_program(request)), index_digest=plan.index_digest)
        return to_json(done, "the XCom of stage 1")
