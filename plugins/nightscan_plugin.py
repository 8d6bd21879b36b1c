"""Registers with Airflow what it must know by name: the operators' links and the schedule of scan dates."""

from __future__ import annotations

from typing import Any

from airflow.plugins_manager import AirflowPlugin

from nightscan.links import ALL_LINKS
from nightscan.timetables import ScanDateTimetable


class NightscanPlugin(AirflowPlugin):
    """The one plugin of this package."""

    name = "nightscan"
    operator_extra_links: list[Any] = ALL_LINKS
    timetables: list[Any] = [ScanDateTimetable]  # noqa: RUF012 - as in the base
