"""Hive's tables as this site's configuration wants them, and as they are."""

from __future__ import annotations

from nightscan import hooks
from nightscan.config import Config
from nightscan.errors import BadSettingError
from nightscan.stages.site.feature_columns import feature_columns
from nightscan.stages.site.schema_columns import columns_in, own_columns
from nightscan.stages.sql import render

SCHEMA = "hive/schema.sql"
SHOWN = 3


def schema_script(config: Config) -> str:
    """Return the CREATE statements with the columns of the site's features."""
    return render(
        SCHEMA, database=config.database, root=config.root, features=feature_columns(config.features)
    )


def described_columns(table: str) -> list[str]:
    """Return the names that Hive's DESCRIBE gives: columns, headings, partition columns again."""
    return [str(row["col_name"]) for row in hooks.HiveQueryHook().run(f"DESCRIBE {table}")]


def require_feature_columns(config: Config) -> None:
    """Refuse to insert, by position, into a table whose columns are not those of the configuration.

    :raises BadSettingError: see above.
    """
    table = f"{config.database}.image_features_build"
    wanted, there = columns_in(schema_script(config), table), own_columns(described_columns(table))
    if there == wanted:
        return
    lacking = [name for name in wanted if name not in there]
    more = f" and {len(lacking) - SHOWN} more" if len(lacking) > SHOWN else ""
    fact = f"lacks {', '.join(lacking[:SHOWN])}{more}" if lacking else "has other columns, or another order"
    raise BadSettingError(
        f"{table} {fact}",
        remedy="start the DAG site_setup: aggregations, classes or the package have changed since it ran",
    )
