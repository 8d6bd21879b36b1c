"""Prepare a cluster for nightscan: closed folders, shipped runtime, Hive tables, index of the landing zone.

**Purpose.** Once per site and after each upgrade: upload the containers' Python packages, the code and the
UDF jar to HDFS under content-addressed names, create the Hive database, its tables and `extract_features`,
close the folders that hold identifiers to other users (mode 750), and index the landing zone so that a
backfill finds the days that have scans.

**Start.** By hand; it may be started again at any time and changes nothing that is already right.

**Triage.** Red at `ship`: the runtime was not built (`make ship`) or HDFS refuses the folder. Red at
`schema`: the first cause of Hive's error is in the log. Red at `index`: the landing zone is missing, empty
or holds no DICOM. Red at `restrict`: the job user does not own the folders below the root.

**Re-run.** Clear the red task.

**Owner.** Imaging data engineering.
"""

from __future__ import annotations

from datetime import timedelta

import pendulum
from airflow.sdk import DAG

from nightscan.stages.site.restrict import RestrictOperator
from nightscan.stages.site.setup import IndexOperator, SchemaOperator, ShipOperator
from nightscan.tags import Tag

with DAG(
    dag_id="site_setup",
    dag_display_name="Site setup",
    description="Ship the runtime, create Hive's tables and function, index the landing zone",
    doc_md=__doc__,
    schedule=None,
    start_date=pendulum.datetime(1990, 1, 1, tz="UTC"),
    catchup=False,
    max_active_runs=1,
    default_args={"owner": "imaging-data-engineering", "retries": 1, "retry_delay": timedelta(seconds=10)},
    tags=[Tag.SETUP, Tag.HIVE],
) as dag:
    restrict = RestrictOperator(task_id="restrict", doc_md="Close the folders that hold identifiers.")
    ship = ShipOperator(task_id="ship", doc_md="Upload what the containers need.")
    schema = SchemaOperator(task_id="schema", shipped=ship.output, doc_md="Hive database, tables, function.")
    index = IndexOperator(task_id="index", doc_md="Read the headers of what landed.")
    restrict >> ship >> [schema, index]
