"""Train on every scan date and release the model: stages 4 to 7.

**Purpose.** PySpark on YARN trains with patient-disjoint folds; Hive evaluates the held-out predictions;
the gate decides; the model goes to HDFS and its pointer is swapped; the metrics partition of the day is
replaced.

**Start.** By itself once scan_intake has settled (a backfill of fifty dates gives one release). By hand at
any time: a run by hand always trains, one by itself only when features changed since the last release.

**Triage.** Red at `plan`: labels file or too few labelled patients; the message names it. Red at `check`:
the table in the log lists the scan dates whose files do not add up, or the patients without a label. Red at
`4_train`: the last lines of the Spark driver are in the log, the YARN application is linked. `6_deploy`
skipped: the gate refused the model, the log shows by how much; the deployed model is untouched.

**Re-run.** Clear the red task. A version is written once; the pointer moves only after every file was
verified.

**Owner.** Imaging machine learning.
"""

from __future__ import annotations

from datetime import timedelta

import pendulum
from airflow.sdk import DAG, FixedKeyMapper, PartitionedAssetTimetable

from nightscan.stages.intake.assets import SETTLED
from nightscan.stages.release.check import ReleaseCheckOperator
from nightscan.stages.release.deploy import DeployOperator
from nightscan.stages.release.evaluate import EvaluateOperator
from nightscan.stages.release.metrics import MetricsOperator
from nightscan.stages.release.plan import PlanReleaseOperator
from nightscan.stages.release.train import TrainOperator
from nightscan.tags import Tag

with DAG(
    dag_id="model_release",
    dag_display_name="Model release",
    description="Stages 4 to 7: train, evaluate, deploy, metrics",
    doc_md=__doc__,
    schedule=PartitionedAssetTimetable(assets=SETTLED, default_partition_mapper=FixedKeyMapper("release")),
    start_date=pendulum.datetime(1990, 1, 1, tz="UTC"),
    catchup=False,
    max_active_runs=1,
    default_args={"owner": "imaging-machine-learning", "retries": 2, "retry_delay": timedelta(seconds=20)},
    tags=[Tag.RELEASE, Tag.SPARK, Tag.HIVE],
) as dag:
    plan = PlanReleaseOperator(task_id="plan", doc_md="Labels, new scan dates, training manifest.")
    check = ReleaseCheckOperator(
        task_id="check", release=plan.output, doc_md="Drill: files and patients add up."
    )
    train = TrainOperator(task_id="4_train", release=plan.output, doc_md="PySpark on YARN through Livy.")
    evaluate = EvaluateOperator(
        task_id="5_evaluate", release=plan.output, doc_md="HiveQL over predictions and ground truth."
    )
    deploy = DeployOperator(
        task_id="6_deploy",
        trained=train.output,
        evaluated=evaluate.output,
        doc_md="Gate, publish to HDFS, swap the pointer.",
    )
    metrics = MetricsOperator(
        task_id="7_metrics",
        trained=train.output,
        evaluated=evaluate.output,
        doc_md="Replace the day's partition of model_metrics, whether or not the model was deployed.",
        trigger_rule="none_failed_min_one_success",
    )
    plan >> check >> train >> evaluate >> deploy >> metrics
    evaluate >> metrics
