"""Once per site: ship the runtime, make Hive's tables and function, index the landing zone."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from nightscan import hooks
from nightscan.config import load_config
from nightscan.stages.common import job, render, run_sql
from nightscan.stages.runtime import ensure_shipped
from nightscan.stages.schema_columns import add_missing_columns

if TYPE_CHECKING:
    from airflow.sdk import Context

SCHEMA = "hive/schema.sql"


class ShipOperator(BaseOperator):
    """Upload code, Python packages and UDF jar, each only when HDFS does not have it."""

    ui_color = "#e4e4e4"

    def execute(self, context: Context) -> dict[str, Any]:
        return dataclasses.asdict(ensure_shipped(load_config()))


class SchemaOperator(BaseOperator):
    """Create database, tables and function, and columns that tables of an earlier version lack.

    The function is made anew only when its jar changed.
    """

    ui_color = "#e4e4e4"

    def execute(self, context: Context) -> dict[str, Any]:
        config = load_config()
        jar = context["ti"].xcom_pull(task_ids="ship")["udf_jar"]
        run_sql(config, SCHEMA)
        added = add_missing_columns(
            render(SCHEMA, database=config.database, root=config.root), self._columns_of
        )
        for statement in added:
            self.log.info("%s", statement)
            hooks.HiveQueryHook().run(statement)
        name = f"{config.database}.extract_features"
        described = hooks.HiveQueryHook().run(f"DESCRIBE FUNCTION EXTENDED {name}")
        current = any(jar in str(value) for row in described for value in row.values())
        if not current:
            run_sql(config, "hive/function.sql", udf_jar=jar)
        return {
            "database": config.database,
            "added": added,
            "function": name,
            "jar": jar,
            "made": not current,
        }

    @staticmethod
    def _columns_of(table: str) -> list[str]:
        return [str(row["col_name"]) for row in hooks.HiveQueryHook().run(f"DESCRIBE {table}")]


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
