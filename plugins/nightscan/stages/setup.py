"""Once per site: ship the runtime, make Hive's tables and function, index the landing zone."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from nightscan import hooks
from nightscan.config import load_config
from nightscan.stages.common import job, run_sql
from nightscan.stages.runtime import ensure_shipped

if TYPE_CHECKING:
    from airflow.sdk import Context


class ShipOperator(BaseOperator):
    """Upload code, Python packages and UDF jar, each only when HDFS does not have it."""

    ui_color = "#e4e4e4"

    def execute(self, context: Context) -> dict[str, Any]:
        return dataclasses.asdict(ensure_shipped(load_config()))


class SchemaOperator(BaseOperator):
    """Create database, tables and function; the function is made anew only when its jar changed."""

    ui_color = "#e4e4e4"

    def execute(self, context: Context) -> dict[str, Any]:
        config = load_config()
        jar = context["ti"].xcom_pull(task_ids="ship")["udf_jar"]
        run_sql(config, "hive/schema.sql")
        name = f"{config.database}.extract_features"
        described = hooks.HiveQueryHook().run(f"DESCRIBE FUNCTION EXTENDED {name}")
        current = any(jar in str(value) for row in described for value in row.values())
        if not current:
            run_sql(config, "hive/function.sql", udf_jar=jar)
        return {"database": config.database, "function": name, "jar": jar, "made": not current}


class IndexOperator(BaseOperator):
    """Bring the index of the landing zone up to date."""

    ui_color = "#e8f0e4"

    def execute(self, context: Context) -> dict[str, Any]:
        config = load_config()
        index = job("jobs.index_landing", config, keyed=True, landing=config.landing)
        self.log.info(
            "%d files, %d scan dates, %d undated", index["files"], len(index["dates"]), index["undated"]
        )
        return {name: index[name] for name in ("files", "read", "reused", "undated")} | {
            "dates": len(index["dates"])
        }
