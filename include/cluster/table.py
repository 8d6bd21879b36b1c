"""The process table: every process of the cluster, in starting order."""

from __future__ import annotations

from cluster.airflow import airflow_processes
from cluster.database import postgres_process
from cluster.drill import drill_process
from cluster.hadoop import hadoop_processes
from cluster.hive import hive_processes
from cluster.local_site import Site
from cluster.process import Process
from cluster.services import livy_process, mlflow_process


def process_table(site: Site) -> dict[str, Process]:
    """All processes by name."""
    rows = [
        postgres_process(site),
        *hadoop_processes(site),
        *hive_processes(site),
        livy_process(site),
        drill_process(site),
        mlflow_process(site),
        *airflow_processes(site),
    ]
    return {row.name: row for row in rows}
