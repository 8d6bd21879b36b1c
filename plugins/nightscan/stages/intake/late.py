"""Dates that were taken in and whose files have changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import BaseOperator

from messages.index import FindDueDates, IndexLanding
from nightscan.config import load_config
from nightscan.operators.program import run_program

if TYPE_CHECKING:
    from airflow.sdk import Context


class LateDatesOperator(BaseOperator):
    """Bring the index up to date; return one configuration of scan_intake for each date that is due again.

    Dates that were never taken in stay for the nightly run and to backfills: the first night of a site
    with ten years in its landing zone must not start them all.
    """

    ui_color = "#e8f0e4"

    def execute(self, context: Context) -> list[dict[str, str]]:
        config = load_config()
        run_program(IndexLanding(hdfs=config.hdfs, root=config.root, landing=config.landing))
        found = run_program(FindDueDates(hdfs=config.hdfs, root=config.root))
        again = [day for day in found.due if day not in found.new]
        self.log.info("due again: %s; never taken in: %d", ", ".join(again) or "none", len(found.new))
        return [{"scan_date": day} for day in again]
