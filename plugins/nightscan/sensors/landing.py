"""Wait until a scan date has landed: index the landing zone, find the date, check that it is quiet."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.triggers.temporal import TimeDeltaTrigger
from airflow.sdk import BaseOperator, Context
from airflow.sdk.exceptions import AirflowSkipException

from messages.index import IndexLanding
from nightscan.config import load_config
from nightscan.errors import BadInputError
from nightscan.names import run_kind
from nightscan.operators.program import run_program
from nightscan.scan_date import resolve_scan_date

if TYPE_CHECKING:
    from nightscan.config_model import Config

NEAR = 3  # dates shown before and after


class LandingSensor(BaseOperator):
    """Succeeds when files of the run's scan date are there and the newest of them is not still being written.

    A date that the index lists with 0 files counts too: its files are of other dates by now.
    Each poll brings the index of the landing zone up to date (new and changed files only). A nightly run
    waits, deferred, and is skipped when nothing came in `landing_zone.wait_s`: there was no scan that day. A
    run started by hand fails at once and names the nearest dates that have data.
    """

    ui_color = "#e8f0e4"

    def execute(self, context: Context, event: Any = None) -> dict[str, Any]:
        config = load_config()
        scan_date = resolve_scan_date(context)
        index = run_program(IndexLanding(hdfs=config.hdfs, root=config.root, landing=config.landing))
        files = index.dates.get(scan_date)
        waited = _waited(context)
        quiet = time.time() - index.newest_mtime
        if files is not None and quiet >= config.landing_zone.quiet_s:
            self.log.info("%d files of scan date %s, quiet for %.0f s", files, scan_date, quiet)
            return {"scan_date": scan_date, "files": files, "read": index.read, "reused": index.reused}
        if files is None and run_kind(context) != "scheduled":
            raise BadInputError(
                f"the landing zone {config.landing} has no file of scan date {scan_date}; dates with data "
                f"near it: {_near(scan_date, index.dates)}",
                remedy="choose one of these dates, or land the files and start the run again",
            )
        if waited > config.landing_zone.wait_s:
            raise AirflowSkipException(f"no file of scan date {scan_date} came in {waited:.0f} s")
        return self._wait(config, scan_date, files or 0)

    def _wait(self, config: Config, scan_date: str, files: int) -> dict[str, Any]:
        pause = config.landing_zone.poll_s
        self.log.info("%d files of scan date %s so far; next poll in %.0f s", files, scan_date, pause)
        self.defer(trigger=TimeDeltaTrigger(timedelta(seconds=pause)), method_name="execute")
        raise AssertionError("defer does not return")


def _waited(context: Context) -> float:
    started = context["dag_run"].start_date
    return 0.0 if started is None else time.time() - started.timestamp()


def _near(scan_date: str, dates: dict[str, int]) -> str:
    ordered = sorted(dates)
    position = sum(day < scan_date for day in ordered)
    return ", ".join(ordered[max(0, position - NEAR) : position + NEAR]) or "none"
