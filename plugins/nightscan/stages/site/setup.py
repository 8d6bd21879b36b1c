"""Once per site: ship the runtime, make Hive's tables and function, index the landing zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from messages.index import IndexLanding
from nightscan import hooks
from nightscan.config import load_config
from nightscan.operators.program import run_program, to_json
from nightscan.stages.programs import handed_on
from nightscan.stages.site.feature_settings import ask_settings, settings_hashes
from nightscan.stages.site.runtime import Runtime, ensure_shipped
from nightscan.stages.site.schema_columns import add_missing_columns, unlike_tables
from nightscan.stages.site.tables import creation_script, described_columns, site_tables
from nightscan.stages.sql import run_sql

if TYPE_CHECKING:
    from airflow.sdk import Context


class ShipOperator(BaseOperator):
    """Upload code, Python packages and UDF jar, each only when HDFS does not have it."""

    ui_color = "#e4e4e4"

    def execute(self, context: Context) -> dict[str, Any]:
        return to_json(ensure_shipped(load_config()), "what was shipped")


class SchemaOperator(BaseOperator):
    """Create database, tables and function, and columns that tables of an earlier version lack.

    A table that Hive inserts into by position is made anew when its columns changed, the function when its
    jar did. At last the function checks the site's settings.

    :param shipped: XCom of the task that ships the runtime. (templated)
    """

    template_fields = ("shipped",)
    ui_color = "#e4e4e4"

    def __init__(self, *, shipped: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.shipped = shipped

    def execute(self, context: Context) -> dict[str, Any]:
        config, hive = load_config(), hooks.HiveQueryHook()
        jar = handed_on(Runtime, self.shipped).udf_jar
        script, tables = creation_script(config), site_tables(config)
        hive.run(script)
        added = add_missing_columns(config.database, tables, described_columns)
        renewed = unlike_tables(config.database, tables, described_columns)
        changes = [*added, *(f"DROP TABLE {table}" for table in renewed)]
        for statement in changes:
            self.log.info("%s", statement)
            hive.run(statement)
        if renewed:
            hive.run(script)
        name = f"{config.database}.extract_features"
        described = hive.run(f"DESCRIBE FUNCTION EXTENDED {name}")
        current = any(jar in str(value) for row in described for value in row.values())
        if not current:
            run_sql(config, "hive/function.sql", udf_jar=jar)
        return {
            "database": config.database,
            "added": added,
            "renewed": renewed,
            "function": name,
            "jar": jar,
            "made": not current,
            "settings_hashes": settings_hashes(ask_settings(config)),
        }


class IndexOperator(BaseOperator):
    """Bring the index of the landing zone up to date."""

    ui_color = "#e8f0e4"

    def execute(self, context: Context) -> dict[str, Any]:
        config = load_config()
        index = run_program(IndexLanding(hdfs=config.hdfs, root=config.root, landing=config.landing))
        self.log.info("%d files, %d scan dates, %d undated", index.files, len(index.dates), index.undated)
        return {
            "files": index.files,
            "read": index.read,
            "reused": index.reused,
            "undated": index.undated,
            "dates": len(index.dates),
        }
