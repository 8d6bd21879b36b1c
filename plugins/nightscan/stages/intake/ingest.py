"""Stage 1: DistCp copies the files of one scan date, byte for byte, under names that cannot collide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nightscan.config import load_config
from nightscan.operators.distcp import DistCpOperator
from nightscan.operators.remote import NothingToSubmit
from nightscan.scan_date import resolve_scan_date
from nightscan.stages.common import configure_job, job, ledger_row, mapreduce_definitions

if TYPE_CHECKING:
    from airflow.sdk import Context

    from nightscan.hooks.yarn import YarnApp

FILES_PER_MAP = 50


class IngestOperator(DistCpOperator):
    """Plan the copy from the index, run DistCp on YARN, verify count, bytes and hashes, commit.

    A date whose files are all there already needs no application. XCom: counts and the application id.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="set by prepare", target="set by prepare", **kwargs)

    def prepare(self, context: Context) -> dict[str, Any]:
        config = load_config()
        plan = job(
            "jobs.ingest.plan",
            config,
            landing=config.landing,
            scan_date=resolve_scan_date(context),
            work_dir=config.work_dir,
        )
        if not plan["to_copy"]:
            self.log.info("all %d files of %s are in HDFS already", plan["files"], plan["scan_date"])
            raise NothingToSubmit(self._commit(context, plan, application_id="", seconds=0.0))
        return plan

    def configure(self) -> None:
        config = load_config()
        configure_job(self, config, config.queues.batch)
        self.source = f"file://{self.prepared['link_dir']}"
        self.target = f"{config.hdfs}{self.prepared['incoming']}"
        self.maps = max(1, min(config.ingest.maps, int(str(self.prepared["to_copy"])) // FILES_PER_MAP))
        self.definitions = {
            **mapreduce_definitions(config, tasks=self.maps),
            "mapreduce.job.name": f"nightscan ingest {self.prepared['scan_date']}",
            "mapreduce.map.memory.mb": "512",
            "distcp.liststatus.threads": "4",
        }
        self.options = ("-update", "-direct")

    def finish(self, context: Context, app: YarnApp) -> dict[str, Any]:
        return self._commit(context, dict(self.prepared), application_id=app.id, seconds=app.seconds)

    def _commit(
        self, context: Context, plan: dict[str, Any], *, application_id: str, seconds: float
    ) -> dict[str, Any]:
        row = ledger_row(
            context,
            1,
            "ingest",
            scan_date_=plan["scan_date"],
            engine="DistCp",
            application_id=application_id,
            seconds=seconds,
            files_in=plan["files"],
            bytes_in=plan["bytes"],
        )
        fields = {"scan_date": plan["scan_date"], "build": plan["build"]}
        done = job("jobs.ingest.commit", load_config(), ledger=row, **fields)
        return {**done, "index_digest": plan["index_digest"]}
