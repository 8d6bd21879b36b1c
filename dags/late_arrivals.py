"""Take in again the scan dates for which files arrived late.

**Purpose.** A scan that comes a week late belongs to its own day, not to that of its arrival. Every morning
the index of the landing zone is brought up to date, and each date whose files are no longer those of its
partition is started again in scan_intake (as is one whose last run ended red before its features were
committed).

**Start.** Every night at 04:00 UTC, after the nightly scan_intake; by hand at any time.

**Triage.** Red at `find`: the landing zone is missing or HDFS does not answer; the log names it. A
started run of scan_intake that is red has its own triage.

**Re-run.** Clear the red task; a date that is up to date is not started.

**Owner.** Imaging data engineering.
"""

from __future__ import annotations

from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG

from nightscan.stages.intake.late import LateDatesOperator
from nightscan.tags import Tag

with DAG(
    dag_id="late_arrivals",
    dag_display_name="Late arrivals",
    description="Start scan_intake again for dates whose files changed",
    doc_md=__doc__,
    schedule="0 4 * * *",
    start_date=pendulum.datetime(2026, 1, 1, tz="UTC"),
    catchup=False,
    max_active_runs=1,
    default_args={"owner": "imaging-data-engineering", "retries": 2, "retry_delay": timedelta(minutes=5)},
    tags=[Tag.INTAKE],
) as dag:
    find = LateDatesOperator(task_id="find", doc_md="Which dates are due again.")
    TriggerDagRunOperator.partial(
        task_id="start_again",
        trigger_dag_id="scan_intake",
        wait_for_completion=False,
        doc_md="One run of scan_intake a date.",
    ).expand(conf=find.output)
