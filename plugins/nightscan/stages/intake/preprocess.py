"""Stage 2: Hadoop Streaming turns each series into a volume with the right geometry, or refuses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import structs

from messages.message import Message, Text
from messages.preprocess import CommitPreprocess, PlanPreprocess, PreprocessCommitted, PreprocessPlanned
from nightscan.config import load_config
from nightscan.operators.program import run_program, to_json
from nightscan.operators.remote import NothingToSubmit
from nightscan.operators.streaming import HadoopStreamingOperator
from nightscan.scan_date import resolve_scan_date
from nightscan.stages.ledger import ledger_row
from nightscan.stages.mapper import configure_mapper
from nightscan.stages.mapreduce import MEGABYTE
from nightscan.stages.programs import kept
from nightscan.stages.site.runtime import Runtime, ensure_shipped
from nightscan.stages.sql import run_sql

if TYPE_CHECKING:
    from airflow.sdk import Context

    from nightscan.hooks.yarn import YarnApp


class Preprocessed(PreprocessCommitted, frozen=True, kw_only=True):
    """XCom of stage 2."""

    udf_jar: Text


class PreparedPreprocess(Message, frozen=True, kw_only=True):
    """What stage 2 keeps while its job runs."""

    plan: PreprocessPlanned
    runtime: Runtime


class PreprocessOperator(HadoopStreamingOperator):
    """Write the manifest (one line a series), run the mapper on YARN, reconcile every file, commit the date.

    A date without a series that could become a volume needs no application: its files are all quarantined.
    XCom: Preprocessed and the application id.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            manifest="set by prepare", output_dir="set by prepare", mapper="set by prepare", **kwargs
        )

    def prepare(self, context: Context) -> dict[str, Any]:
        config = load_config()
        runtime = ensure_shipped(config)
        request = PlanPreprocess(
            hdfs=config.hdfs,
            root=config.root,
            scan_date=resolve_scan_date(context),
            code=runtime.code_hash,
            memory_mb=config.preprocess.mapper_memory_mb,
            target_bytes=config.preprocess.task_mb * MEGABYTE,
        )
        prepared = PreparedPreprocess(plan=run_program(request), runtime=runtime)
        if not prepared.plan.series:
            self.log.info("no series of %s can become a volume", prepared.plan.scan_date)
            raise NothingToSubmit(self._commit(context, prepared, application_id="", seconds=0.0))
        return to_json(prepared, "the plan")

    def configure(self) -> None:
        config, prepared = load_config(), kept(PreparedPreprocess, self.prepared)
        configure_mapper(self, config, prepared.runtime, prepared.plan, "jobs.preprocess.mapper")
        self.environment |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

    def finish(self, context: Context, app: YarnApp) -> dict[str, Any]:
        prepared = kept(PreparedPreprocess, self.prepared)
        return self._commit(context, prepared, application_id=app.id, seconds=app.seconds)

    def _commit(
        self, context: Context, prepared: PreparedPreprocess, *, application_id: str, seconds: float
    ) -> dict[str, Any]:
        config, plan = load_config(), prepared.plan
        row = ledger_row(
            context,
            2,
            "preprocess",
            engine="Hadoop Streaming",
            seconds=seconds,
            application_id=application_id,
            scan_date=plan.scan_date,
            files_in=plan.files,
            bytes_in=plan.bytes,
        )
        request = CommitPreprocess(
            hdfs=config.hdfs, root=config.root, ledger=row, scan_date=plan.scan_date, build=plan.build
        )
        done = Preprocessed(**structs.asdict(run_program(request)), udf_jar=prepared.runtime.udf_jar)
        run_sql(config, "hive/register_intake.sql", scan_date=plan.scan_date)
        return to_json(done, "the XCom of stage 2")
