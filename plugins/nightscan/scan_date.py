"""The scan date of a run; nothing else reads ds or logical_date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from nightscan.errors import ScanDateError


def resolve_scan_date(context: Mapping[str, Any]) -> str:
    """Return the scan date of a run as YYYY-MM-DD.

    Looked for in this order: the form's parameter ``scan_date`` (UI, REST, command line), the partition key
    (nightly runs, backfills, REST), the start of the data interval, the logical date (``airflow dags test``).
    A parameter and a partition key of the same day are one date given twice, which is allowed.

    :raises ScanDateError: no date at all, a value that is no date, or two different dates.
    """
    run = context.get("dag_run")
    param = _day("parameter scan_date", (context.get("params") or {}).get("scan_date"))
    key = _day("partition key", getattr(run, "partition_key", None))
    if param and key and param != key:
        raise ScanDateError(f"the form has scan date {param} and the partition key {key}; give one of them")
    for source, value in (
        ("data interval", context.get("data_interval_start")),
        ("logical date", context.get("logical_date")),
    ):
        if param or key:
            break
        key = _day(source, value)
    found = param or key
    if not found:
        raise ScanDateError(
            "this run has no scan date: trigger it with the form's field scan_date, with a partition key, "
            'with `airflow dags trigger -c \'{"scan_date": "2025-03-03"}\'`, or by a backfill'
        )
    return found


def _day(source: str, value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date().isoformat()
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise ScanDateError(f"{source} {value!r} is not a date; write it as YYYY-MM-DD") from None
