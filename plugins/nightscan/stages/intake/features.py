"""Stage 3: the Hive UDF extract_features over every region of a scan date, on Tez."""

from __future__ import annotations

import hashlib
import json
import time
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowSkipException

from messages.features import CommitFeatures, Hashes, PlanFeatures
from messages.message import Build, Count, Message, Positive, ScanDate, Text
from nightscan.config import load_config
from nightscan.operators.hive_script import HiveScriptOperator
from nightscan.operators.program import run_program, to_json
from nightscan.stages.intake.assets import FEATURES
from nightscan.stages.intake.ingest import Ingested
from nightscan.stages.intake.preprocess import Preprocessed
from nightscan.stages.ledger import ledger_row
from nightscan.stages.mapreduce import MEGABYTE
from nightscan.stages.programs import handed_on, kept
from nightscan.stages.remote import configure_job
from nightscan.stages.site.feature_columns import feature_columns
from nightscan.stages.site.feature_settings import ask_settings, settings_hashes, settings_sql, settings_texts
from nightscan.stages.site.tables import require_feature_columns
from nightscan.stages.sql import render, run_sql

if TYPE_CHECKING:
    from airflow.sdk import Context

    from nightscan.config_model import Config


class PreparedFeatures(Message, frozen=True, kw_only=True):
    """What stage 3 keeps while Hive runs."""

    scan_date: ScanDate
    volumes: Count
    build: Build
    tasks: Positive
    settings_hashes: Hashes
    began: float
    udf_jar: Text
    index_digest: Text


class FeaturesOperator(HiveScriptOperator):
    """INSERT OVERWRITE into a build partition that no query reads, check one row a region, swap one file in.

    Before that the function checks its settings, and the table must have the site's columns. The build id is
    a hash of the volumes' build, the UDF's jar, settings and columns: the same input gives the same
    partition.

    :param ingested: XCom of stage 1. (templated)
    :param preprocessed: XCom of stage 2. (templated)
    """

    template_fields = (*HiveScriptOperator.template_fields, "ingested", "preprocessed")

    def __init__(self, *, ingested: Any, preprocessed: Any, **kwargs: Any) -> None:
        super().__init__(sql="set by prepare", **kwargs)
        self.ingested = ingested
        self.preprocessed = preprocessed

    def prepare(self, context: Context) -> dict[str, Any]:
        config, began = load_config(), time.time()
        if self.preprocessed is None:
            raise AirflowSkipException("stage 2 left no volumes for this run")
        ingested = handed_on(Ingested, self.ingested)
        scans = handed_on(Preprocessed, self.preprocessed)
        require_feature_columns(config)
        hashes = settings_hashes(ask_settings(config))
        self.log.info("settings of the features: %s", hashes)
        request = PlanFeatures(
            hdfs=config.hdfs,
            root=config.root,
            scan_date=scans.scan_date,
            build=_build(config, scans.build, scans.udf_jar),
            target_bytes=config.features.mb_per_task * MEGABYTE,
            max_tasks=config.features.max_tasks,
        )
        prepared = PreparedFeatures(
            scan_date=scans.scan_date,
            volumes=scans.volumes,
            build=request.build,
            tasks=run_program(request).tasks,
            settings_hashes=hashes,
            began=began,
            udf_jar=scans.udf_jar,
            index_digest=ingested.index_digest,
        )
        return to_json(prepared, "the plan")

    def configure(self) -> None:
        config, plan = load_config(), kept(PreparedFeatures, self.prepared)
        configure_job(self, config, config.queues.batch)
        self.database = config.database
        self.sql = render(
            "hive/extract_features.sql",
            database=config.database,
            scan_date=plan.scan_date,
            build=plan.build,
            tasks=plan.tasks,
            udf_jar=plan.udf_jar,
            features=feature_columns(config.features),
            settings=settings_sql(settings_texts(config.features), "scan.modality"),
        )

    def finish(self, context: Context, application_id: str) -> dict[str, Any]:
        config, plan = load_config(), kept(PreparedFeatures, self.prepared)
        hashes = ", ".join(f"{name} {hash_}" for name, hash_ in plan.settings_hashes.items())
        row = ledger_row(
            context,
            3,
            "features",
            engine="Hive on Tez",
            seconds=time.time() - plan.began,
            application_id=application_id,
            scan_date=plan.scan_date,
            files_in=plan.volumes,
            note=f"settings {hashes}",
        )
        request = CommitFeatures(
            hdfs=config.hdfs,
            root=config.root,
            ledger=row,
            scan_date=plan.scan_date,
            build=plan.build,
            settings_hashes=plan.settings_hashes,
            index_digest=plan.index_digest,
        )
        done = run_program(request)
        run_sql(config, "hive/register_features.sql", scan_date=plan.scan_date)
        context["outlet_events"][FEATURES].add_partitions(plan.scan_date)
        return {**to_json(done, "the result"), "settings_hashes": plan.settings_hashes}


def _build(config: Config, volumes: str, jar: str) -> str:
    asked = json.dumps([settings_texts(config.features), feature_columns(config.features)])
    return hashlib.sha256(f"{volumes}\n{jar}\n{asked}".encode()).hexdigest()[:16]
