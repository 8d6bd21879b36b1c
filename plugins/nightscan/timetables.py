"""The schedule of scan dates: nightly for the day before, and backfills that skip days without scans."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from airflow.timetables.base import DagRunInfo
from airflow.timetables.trigger import CronPartitionTimetable

from nightscan import hooks
from nightscan.config import load_config


class ScanDateTimetable(CronPartitionTimetable):
    """A cron schedule whose partition key is the scan date, YYYY-MM-DD.

    It differs from its base in the backfill alone: the range includes its last day whatever the
    hour of the cron expression, and only days in the index of the landing zone get a run
    (seven years with fifty scan dates are fifty runs, not 2,590). Before the first index every day of the
    range gets one.
    """

    def iter_partition_dagrun_infos(self, *, earliest: datetime, latest: datetime) -> Iterable[DagRunInfo]:
        first = earliest.replace(hour=0, minute=0, second=0, microsecond=0)
        last = latest.replace(hour=23, minute=59, second=59)
        landed = landed_dates()
        for info in super().iter_partition_dagrun_infos(earliest=first, latest=last):
            if landed is None or info.partition_key in landed:
                yield info


def landed_dates() -> frozenset[str] | None:
    """Return the scan dates that the landing zone holds, or None while there is no index.

    :raises nightscan.errors.NightscanError: HDFS does not answer.
    """
    from lake.folders import Folders  # noqa: PLC0415 - only at run time

    path = Folders(load_config().root).index_dates()
    hook = hooks.HdfsHook()
    if not hook.exists(path):
        return None
    return frozenset(json.loads(hook.read_text(path))["dates"])
