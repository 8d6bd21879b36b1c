"""The columns of features that this site configures: include/hive/features.tsv, filtered by configuration."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nightscan.errors import BadSettingError
from nightscan.names import DEFAULT_SETTINGS
from nightscan.stages.sql import INCLUDE

if TYPE_CHECKING:
    from nightscan.config_model import Features

TABLE = INCLUDE / "hive" / "features.tsv"


@dataclass(frozen=True)
class Feature:
    """A line of the table that the function's jar prints.

    :ivar aggregation: end of the column's name; empty where nothing is aggregated
    """

    column: str
    feature_class: str
    aggregation: str


def feature_table() -> list[Feature]:
    """Return every feature that the function computes, in the order of its struct."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Feature(line["column"], line["class"], line["aggregation"]) for line in lines]


def feature_columns(features: Features) -> list[str]:
    """Return the columns of the classes that any modality has, in the aggregations of the site.

    :raises BadSettingError: the function does not have a class or an aggregation.
    """
    table = feature_table()
    classes = _classes(features, {each.feature_class for each in table})
    aggregations = set(features.aggregations)
    known = {each.aggregation for each in table if "_" in each.aggregation}
    if unknown := sorted(aggregations - known):
        raise BadSettingError(
            f"features.aggregations: there is no {', '.join(unknown)}",
            remedy=f"choose from {', '.join(sorted(known))}",
        )
    # a class without directions has 3d where others have 3d_avg and 3d_mrg
    wanted = {"", *aggregations, *(each.partition("_")[0] for each in aggregations)}
    return [each.column for each in table if each.feature_class in classes and each.aggregation in wanted]


def _classes(features: Features, known: set[str]) -> set[str]:
    default = features.settings[DEFAULT_SETTINGS]
    asked: set[str] = set()
    for settings in features.settings.values():
        classes = {**default, **settings}.get("classes")
        if classes is not None and (not isinstance(classes, list) or not classes or set(classes) - known):
            raise BadSettingError(
                f"features.settings: classes {classes!r} is not a list of the function's classes",
                remedy=f"choose from {', '.join(sorted(known))}",
            )
        asked |= known if classes is None else set(classes)
    return asked
