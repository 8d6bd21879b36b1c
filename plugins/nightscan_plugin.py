"""Registers with Airflow what it must know by name: the links of the operators."""

from __future__ import annotations

from typing import Any

from airflow.plugins_manager import AirflowPlugin

from nightscan.links import ALL_LINKS


class NightscanPlugin(AirflowPlugin):
    """The one plugin of this package."""

    name = "nightscan"
    operator_extra_links: list[Any] = ALL_LINKS
