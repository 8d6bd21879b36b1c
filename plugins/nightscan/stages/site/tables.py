"""Hive's tables as this site's configuration describes them, and as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nightscan import hooks
from nightscan.errors import BadSettingError
from nightscan.stages.site.feature_columns import feature_columns
from nightscan.stages.site.schema_columns import own_columns

if TYPE_CHECKING:
    from lake.table import Table
    from nightscan.config_model import Config

SHOWN = 3


def creation_script(config: Config) -> str:
    """Return the CREATE statements with the columns of the site's features."""
    from lake import hive  # noqa: PLC0415 - only at run time

    return ";\n\n".join(hive.creation(config.database, config.root, feature_columns(config.features)))


def site_tables(config: Config) -> list[Table]:
    """Return the description of every table, with the columns of the site's features."""
    from lake import hive  # noqa: PLC0415 - only at run time

    return hive.tables(feature_columns(config.features))


def described_columns(table: str) -> list[str]:
    """Return the names that Hive's DESCRIBE gives: columns, headings, partition columns again."""
    return [str(row["col_name"]) for row in hooks.HiveQueryHook().run(f"DESCRIBE {table}")]


def require_feature_columns(config: Config) -> None:
    """Check the columns of the table of features, which Hive inserts into by position.

    :raises BadSettingError: they are not those of the configuration, or not in that order.
    """
    from lake.features import image_features_build  # noqa: PLC0415 - only at run time

    described = image_features_build(feature_columns(config.features))
    table, wanted = f"{config.database}.{described.name}", described.names()
    there = own_columns(described_columns(table))
    if there == wanted:
        return
    lacking = [name for name in wanted if name not in there]
    more = f" and {len(lacking) - SHOWN} more" if len(lacking) > SHOWN else ""
    fact = f"lacks {', '.join(lacking[:SHOWN])}{more}" if lacking else "has other columns, or another order"
    raise BadSettingError(
        f"{table} {fact}",
        remedy="start the DAG site_setup: aggregations, classes or the package have changed since it ran",
    )
