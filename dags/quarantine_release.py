"""Overrule the refusal of a series or of files, with a reason, and run their scan date again.

**Purpose.** Some refusals are judgements that a person may overrule after looking at the images: text burned
into the pixels (`PIXEL_IDENTITY_RISK`), a series without some of its files (`SERIES_INCOMPLETE`). Doubt about
geometry, identity or decoding cannot be overruled. The overruling is recorded in `quarantine_releases`: who,
when, why, and the refusal as it was; nothing is deleted.

**Start.** By hand, with the form, or by `make release DATE=... SERIES=... WHY="..."`; `make quarantine` shows
what is quarantined, with keys. *Action* `withdraw` takes an overruling back in the same way.

**Triage.** Red at `release`: the input names nothing that can be overruled; the log names what is wrong and
what to do, and nothing was recorded. Red at `start_again`: scan_intake is paused, or its run is red and has
its own triage; the overruling is recorded and the date noted as due, so late_arrivals starts it again. The
log of `outcome` names the series that are volumes now, and the reasons for which others are still refused.

**Re-run.** Clear the red task, or start the same overruling again: it is recorded once.

**Owner.** Imaging data engineering.
"""

from __future__ import annotations

from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, Param

from nightscan.stages.quarantine.overrule import OutcomeOperator, OverruleOperator
from nightscan.tags import Tag

with DAG(
    dag_id="quarantine_release",
    dag_display_name="Release from quarantine",
    description="Overrule a refusal with a reason and run the scan date again",
    doc_md=__doc__,
    schedule=None,
    start_date=pendulum.datetime(1990, 1, 1, tz="UTC"),
    catchup=False,
    max_active_runs=1,
    default_args={"owner": "imaging-data-engineering", "retries": 1, "retry_delay": timedelta(seconds=10)},
    params={
        "scan_date": Param(
            type="string",
            format="date",
            title="Scan date",
            description="The day the images were taken (StudyDate), as `make quarantine` shows it.",
        ),
        "series_key": Param(
            None,
            type=["null", "string"],
            title="Series key",
            description="Overrule every refusal of this series that may be overruled. Or give files below.",
        ),
        "sha256": Param(
            [],
            type=["null", "array"],
            items={"type": "string"},
            title="Files",
            description="Instead of a series: SHA-256 of single files, one a line.",
        ),
        "why": Param(
            type="string",
            minLength=1,
            maxLength=500,
            title="Why",
            description="What you saw and why it may pass. **This text is stored: name no patient in it.**",
        ),
        "by": Param(
            None,
            type=["null", "string"],
            title="By",
            description="Who decides. Empty: the user who triggers the run.",
        ),
        "action": Param(
            "release",
            type="string",
            enum=["release", "withdraw"],
            title="Action",
            description="withdraw: the files are refused again.",
        ),
    },
    tags=[Tag.INTAKE, Tag.HADOOP, Tag.HIVE],
) as dag:
    overrule = OverruleOperator(task_id="release", doc_md="Check the input, record the overruling.")
    start_again = TriggerDagRunOperator(
        task_id="start_again",
        trigger_dag_id="scan_intake",
        conf={"scan_date": f"{{{{ ti.xcom_pull(task_ids='{overrule.task_id}')['scan_date'] }}}}"},
        wait_for_completion=True,
        deferrable=True,
        poke_interval=5,
        fail_when_dag_is_paused=True,
        doc_md="scan_intake for the scan date; waits for its end without a worker.",
    )
    outcome = OutcomeOperator(
        task_id="outcome", overruled=overrule.output, doc_md="Which overruled series are volumes now."
    )
    overrule >> start_again >> outcome
