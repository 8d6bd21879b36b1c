"""Take one scan date from the landing zone to features: stages 1 to 3.

**Purpose.** DistCp copies the DICOM files of one scan date, byte for byte; Hadoop Streaming turns each
series into a volume with the right geometry or refuses it with a reason; a Hive UDF computes the features.

**Start.** Every night for the day before. By hand with the form's *Scan date*. For a range by a backfill
(UI or `airflow backfill create --dag-id scan_intake --from-date 2025-03-01 --to-date 2025-03-31`): only
days that have scans get a run.

**Triage.** Red at `landing`: nothing arrived for the date; the message names the nearest dates that have
data. Red at `1_ingest` or `2_preprocess`: counts did not add up or the cluster refused; the last lines of
the task log name the files or the application, the task's links open it. Red at `3_features`: the first
cause of Hive's error is in the log; before any statement, the function refused `features.settings` of the
configuration, or the tables lack its columns (start `site_setup`). In every case the partition of the last
good run stays.

**Re-run.** Clear the red task, or start the date again: same files give the same partition, bit for bit.

**Owner.** Imaging data engineering.
"""

from __future__ import annotations

from datetime import timedelta

import pendulum
from airflow.sdk import DAG, Param, task

from nightscan.sensors.landing import LandingSensor
from nightscan.stages.intake.assets import FEATURES, SETTLED, announce_when_settled
from nightscan.stages.intake.features import FeaturesOperator
from nightscan.stages.intake.ingest import IngestOperator
from nightscan.stages.intake.preprocess import PreprocessOperator
from nightscan.tags import Tag
from nightscan.timetables import ScanDateTimetable

with DAG(
    dag_id="scan_intake",
    dag_display_name="Scan intake",
    description="Stages 1 to 3 for one scan date: ingest, preprocess, features",
    doc_md=__doc__,
    schedule=ScanDateTimetable("0 2 * * *", timezone="UTC", run_offset=-1, key_format="%Y-%m-%d"),
    start_date=pendulum.datetime(1990, 1, 1, tz="UTC"),
    catchup=False,
    max_active_runs=4,
    default_args={"owner": "imaging-data-engineering", "retries": 2, "retry_delay": timedelta(seconds=20)},
    params={
        "scan_date": Param(
            None,
            type=["null", "string"],
            format="date",
            title="Scan date",
            description="The day the images were taken (StudyDate). Empty when the run has a partition key.",
        )
    },
    tags=[Tag.INTAKE, Tag.HADOOP, Tag.HIVE],
) as dag:
    landing = LandingSensor(task_id="landing", doc_md="Index the landing zone; wait for the scan date.")
    ingest = IngestOperator(task_id="1_ingest", doc_md="DistCp, byte for byte, verified.")
    preprocess = PreprocessOperator(
        task_id="2_preprocess", doc_md="Hadoop Streaming: DICOM to NIfTI and masks."
    )
    features = FeaturesOperator(
        task_id="3_features",
        ingested=ingest.output,
        preprocessed=preprocess.output,
        doc_md="Hive on Tez: the UDF extract_features.",
        outlets=[FEATURES],
    )

    @task(task_id="announce", outlets=[SETTLED], retries=0)
    def announce() -> None:
        """Notify model_release that features changed, once no other scan date is still to come."""
        announce_when_settled()

    landing >> ingest >> preprocess >> features >> announce().as_teardown(on_failure_fail_dagrun=False)
