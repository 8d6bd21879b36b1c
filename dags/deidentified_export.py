"""De-identify the raw files of one scan date on the cluster and, if wanted, copy them out.

**Purpose.** Data may leave the restricted zone only de-identified (DICOM PS3.15 Annex E). Hadoop Streaming
cleans each file, reads the result again by an independent check, and keeps back with a reason what it cannot
clean. The build gets a record for the ethics board (`record.json`, `record.md`), without identifiers. DistCp
then copies this build, and only a committed one whose files are still those that were checked.

**Start.** By hand, with the form, for a date that `scan_intake` has taken in. *Destination* is any URL that
`hadoop distcp` can write to; empty: the build stays in HDFS. The same patient has the same pseudonym and the
same shift of dates in every export under one site key. The folder at the destination is named by the build,
since the scan date is a date of the patients.

**Triage.** Red at `deidentify`: the date has no raw files, the destination or the key is unusable, or files
in and out disagree; the log names it, and nothing was committed. Many files kept back: the task's result
counts them by reason, the record lists them by hash with what to do. Red at `copy_out`: the cluster cannot
write there, or count and bytes differ; remove the folder named in the log, then clear the task.

**Re-run.** Clear the red task, or start the date again: the same files, code and key give the same bytes.

**Owner.** Imaging data engineering.
"""

from __future__ import annotations

from datetime import timedelta

import pendulum
from airflow.sdk import DAG, Param

from nightscan.stages.export.export import CopyOutOperator, DeidentifyOperator
from nightscan.tags import Tag

with DAG(
    dag_id="deidentified_export",
    dag_display_name="De-identified export",
    description="De-identify one scan date and copy it out of the restricted zone",
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
            description="The day the images were taken (StudyDate).",
        ),
        "destination": Param(
            None,
            type=["null", "string"],
            title="Destination",
            description="Folder to copy to, e.g. `file:///mnt/export` (seen by every node) or "
            "`hdfs://other:8020/export`. Empty: only make the build in HDFS.",
        ),
    },
    tags=[Tag.RELEASE, Tag.HADOOP],
) as dag:
    deidentify = DeidentifyOperator(
        task_id="deidentify", doc_md="Hadoop Streaming: clean, check, record, commit."
    )
    copy_out = CopyOutOperator(
        task_id="copy_out", deidentified=deidentify.output, doc_md="DistCp of the committed build, verified."
    )
    deidentify >> copy_out
