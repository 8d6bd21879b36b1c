"""Stage 3: the Hive UDF extract_features over every region of a scan date, on Tez."""

from __future__ import annotations

import hashlib
import math
import time
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowSkipException

from nightscan.config import load_config
from nightscan.operators.hive_script import HiveScriptOperator
from nightscan.stages.assets import FEATURES
from nightscan.stages.common import configure_job, job, ledger_row, render, run_sql

if TYPE_CHECKING:
    from airflow.sdk import Context


class FeaturesOperator(HiveScriptOperator):
    """INSERT OVERWRITE into a build partition nobody reads, check one row a region, swap one file in.

    The build id is a hash of the volumes' build and the UDF's jar: the same input gives the same partition.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(sql="set by prepare", **kwargs)

    def prepare(self, context: Context) -> dict[str, Any]:
        ti = context["ti"]
        ingested, scans = ti.xcom_pull(task_ids="1_ingest"), ti.xcom_pull(task_ids="2_preprocess")
        if scans is None:
            raise AirflowSkipException("stage 2 left no volumes for this run")
        jar = scans["udf_jar"]
        return {
            "scan_date": scans["scan_date"],
            "volumes": scans["volumes"],
            "build": hashlib.sha256(f"{scans['build']}\n{jar}".encode()).hexdigest()[:16],
            "began": time.time(),
            "udf_jar": jar,
            "index_digest": ingested["index_digest"],
        }

    def configure(self) -> None:
        config, plan = load_config(), dict[str, Any](self.prepared)
        configure_job(self, config, config.queues.batch)
        self.database = config.database
        tasks = min(config.features.max_tasks, math.ceil(plan["volumes"] / config.features.volumes_per_task))
        self.sql = render(
            "hive/extract_features.sql",
            database=config.database,
            scan_date=plan["scan_date"],
            build=plan["build"],
            tasks=str(max(1, tasks)),
            udf_jar=plan["udf_jar"],
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
        )
        done = job(
            "jobs.commit_features",
            config,
            ledger=row,
            scan_date=plan["scan_date"],
            build=plan["build"],
            index_digest=plan["index_digest"],
        )
        run_sql(config, "hive/register_features.sql", scan_date=plan["scan_date"])
        context["outlet_events"][FEATURES].add_partitions(plan["scan_date"])
        return done
