"""Stage 3: the Hive UDF extract_features over every region of a scan date, on Tez."""

from __future__ import annotations

import hashlib
import json
import time
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowSkipException

from nightscan.config import Config, load_config
from nightscan.operators.hive_script import HiveScriptOperator
from nightscan.stages.common import MEGABYTE, configure_job, job, ledger_row, render, run_sql
from nightscan.stages.intake.assets import FEATURES
from nightscan.stages.site.feature_columns import feature_columns
from nightscan.stages.site.feature_settings import ask_settings, settings_hashes, settings_sql, settings_texts
from nightscan.stages.site.tables import require_feature_columns

if TYPE_CHECKING:
    from airflow.sdk import Context


class FeaturesOperator(HiveScriptOperator):
    """INSERT OVERWRITE into a build partition nobody reads, check one row a region, swap one file in.

    Before that the function judges its settings, and the table must have the site's columns. The build id is
    a hash of the volumes' build, the UDF's jar and what it is asked for: the same input gives the same
    partition.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(sql="set by prepare", **kwargs)

    def prepare(self, context: Context) -> dict[str, Any]:
        ti, config = context["ti"], load_config()
        ingested, scans = ti.xcom_pull(task_ids="1_ingest"), ti.xcom_pull(task_ids="2_preprocess")
        if scans is None:
            raise AirflowSkipException("stage 2 left no volumes for this run")
        jar, began = scans["udf_jar"], time.time()
        require_feature_columns(config)
        hashes = settings_hashes(ask_settings(config))
        self.log.info("settings of the features: %s", hashes)
        build = _build(config, scans["build"], jar)
        plan = job(
            "jobs.features.plan",
            config,
            scan_date=scans["scan_date"],
            build=build,
            target_bytes=config.features.mb_per_task * MEGABYTE,
            max_tasks=config.features.max_tasks,
        )
        return {
            "scan_date": scans["scan_date"],
            "volumes": scans["volumes"],
            "build": build,
            "tasks": plan["tasks"],
            "settings_hashes": hashes,
            "began": began,
            "udf_jar": jar,
            "index_digest": ingested["index_digest"],
        }

    def configure(self) -> None:
        config, plan = load_config(), dict[str, Any](self.prepared)
        configure_job(self, config, config.queues.batch)
        self.database = config.database
        self.sql = render(
            "hive/extract_features.sql",
            database=config.database,
            scan_date=plan["scan_date"],
            build=plan["build"],
            tasks=plan["tasks"],
            udf_jar=plan["udf_jar"],
            features=feature_columns(config.features),
            settings=settings_sql(settings_texts(config.features), "scan.modality"),
        )

    def finish(self, context: Context, application_id: str) -> dict[str, Any]:
        config, plan = load_config(), dict[str, Any](self.prepared)
        row = ledger_row(
            context,
            3,
            "features",
            scan_date_=plan["scan_date"],
            engine="Hive on Tez",
            application_id=application_id,
            seconds=time.time() - plan["began"],
            files_in=plan["volumes"],
            note="settings "
            + ", ".join(f"{name} {hash_}" for name, hash_ in plan["settings_hashes"].items()),
        )
        done = job(
            "jobs.features.commit",
            config,
            ledger=row,
            scan_date=plan["scan_date"],
            build=plan["build"],
            settings_hashes=plan["settings_hashes"],
            index_digest=plan["index_digest"],
        )
        run_sql(config, "hive/register_features.sql", scan_date=plan["scan_date"])
        context["outlet_events"][FEATURES].add_partitions(plan["scan_date"])
        return {**done, "settings_hashes": plan["settings_hashes"]}


def _build(config: Config, volumes: str, jar: str) -> str:
    asked = json.dumps([settings_texts(config.features), feature_columns(config.features)])
    return hashlib.sha256(f"{volumes}\n{jar}\n{asked}".encode()).hexdigest()[:16]
