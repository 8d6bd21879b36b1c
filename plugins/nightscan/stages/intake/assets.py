"""The assets by which scan_intake starts model_release, and the rule for when it does."""

from __future__ import annotations

from airflow.sdk import Asset, get_current_context
from airflow.sdk.exceptions import AirflowSkipException

from nightscan.errors import ScanDateError
from nightscan.scan_date import resolve_scan_date

FEATURES = Asset("nightscan_features", uri="nightscan://features")
SETTLED = Asset("nightscan_settled", uri="nightscan://settled")

# "null" is the API's value for a task without a state yet. "running" is not here on purpose: of two last runs
# that end together both announce, so that the release runs once or twice, never zero times.
STILL_TO_COME = ["null", "scheduled", "queued", "restarting", "deferred", "up_for_retry", "up_for_reschedule"]


def announce_when_settled() -> None:
    """Emit the event that starts a release, unless another run of this DAG is still to come.

    A consumer of a partitioned asset gets one run a partition: fifty for a backfill of fifty dates. So only
    the last run announces, under one fixed partition, and model_release reads the state, not the event.

    :raises AirflowSkipException: other scan dates are still to come; a skipped task emits no event.
    """
    context = get_current_context()
    ti = context["ti"]
    waiting = ti.get_ti_count(dag_id=ti.dag_id, task_ids=[ti.task_id], states=STILL_TO_COME)
    if waiting:
        raise AirflowSkipException(f"{waiting} other scan dates are still to come; the last one announces")
    try:
        partition = resolve_scan_date(context)
    except ScanDateError:
        partition = "no-scan-date"  # the run failed for that reason; the others still deserve their release
    context["outlet_events"][SETTLED].add_partitions(partition)
