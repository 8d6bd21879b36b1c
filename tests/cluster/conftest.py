"""The real engines and a site of the tests' own: its root in HDFS, its Hive database, the demo's images.

Run by `make test`, which boots the cluster first. Without one these tests do not run (marker `cluster`).
"""

from __future__ import annotations

import json
import os
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from night.airflow import Airflow, Run
from night.follow import follow
from night.report import Drill
from night.site import Site, demo_landing, write_site_file

from cluster.layout import Layout, find_layout
from cluster.ports import all_ports
from cluster.secret_files import secret

DEADLINE_S = 1500.0


@dataclass
class Night:
    """The engines' addresses and the test's site."""

    layout: Layout
    ports: dict[str, int]
    airflow: Airflow
    drill: Drill
    site: Site

    def run(self, dag_id: str, **trigger: Any) -> Run:
        """Trigger one run and wait for its end, whatever it is."""
        run_id = self.airflow.trigger(dag_id, **trigger)
        return self.wait(dag_id, lambda run: run.run_id == run_id)[0]

    def wait(self, dag_id: str, wanted: Callable[[Run], bool]) -> list[Run]:
        """Wait until all wanted runs have ended, red or green."""
        return follow(
            self.airflow,
            lambda: [run for run in self.airflow.runs(dag_id) if wanted(run)],
            what=dag_id,
            deadline_s=DEADLINE_S,
            may_fail=True,
        )

    def states(self, run: Run) -> dict[str, str | None]:
        """Return the state of each task of a run."""
        return {task.task_id: task.state for task in self.airflow.tasks(run)}

    def log(self, run: Run, task_id: str) -> str:
        """Return the end of a task's log."""
        task = next(task for task in self.airflow.tasks(run) if task.task_id == task_id)
        return "\n".join(self.airflow.log_tail(run, task, lines=60))

    def get(self, port: str, path: str) -> Any:
        """Get JSON from one of the engines."""
        with urllib.request.urlopen(f"http://localhost:{self.ports[port]}{path}", timeout=60) as answer:
            return json.load(answer)

    def files(self, path: str) -> dict[str, str]:
        """Return the checksum of every visible file below an HDFS folder, by its path below the root."""
        found: dict[str, str] = {}
        listing = self.get("namenode_http", f"/webhdfs/v1{path}?op=LISTSTATUS")
        for entry in listing["FileStatuses"]["FileStatus"]:
            child = f"{path}/{entry['pathSuffix']}"
            if entry["pathSuffix"].startswith(("_", ".")):
                continue
            if entry["type"] == "DIRECTORY":
                found |= self.files(child)
            else:
                url = f"/webhdfs/v1{child}?op=GETFILECHECKSUM"
                found[child.removeprefix(self.site.root)] = self.get("namenode_http", url)["FileChecksum"][
                    "bytes"
                ]
        return found

    def partition(self, scan_date: str) -> dict[str, str]:
        """Return the checksums of everything that belongs to a scan date."""
        tables = ("raw_images", "raw_files", "preprocessed", "mri_scans", "quarantine", "image_features")
        found: dict[str, str] = {}
        for table in tables:
            found |= self.files(f"{self.site.root}/{table}/scan_date={scan_date}")
        return found

    def hive(self, sql: str) -> list[tuple[Any, ...]]:
        """Run one query in HiveServer2."""
        from pyhive import hive

        connection = hive.Connection(
            host="localhost", port=self.ports["hiveserver2"], auth="NONE", username="root"
        )
        try:
            cursor = connection.cursor()
            cursor.execute(sql)
            return list(cursor.fetchall())
        finally:
            connection.close()

    def lake(self, sql: str) -> list[dict[str, Any]]:
        """Run one query in Drill; {table} stands for a table of the site."""
        return self.drill.rows(sql.replace("{", f"lake.root.`{self.site.root}/").replace("}", "`"))


@pytest.fixture(scope="session")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    layout, ports = find_layout(), all_ports()
    name = f"test_{uuid.uuid4().hex[:8]}"
    landing = demo_landing(layout, tmp_path_factory.mktemp("landing"))
    os.chmod(landing.landing.parent, 0o755)  # noqa: PTH101 - the containers read it
    site = Site(
        landing.landing, landing.labels, f"/medical_data_{name}", f"nightscan_{name}", f"model_{name}"
    )
    before = layout.site_file.read_bytes() if layout.site_file.exists() else None
    write_site_file(layout, site, ports)
    airflow = Airflow(f"http://localhost:{ports['airflow']}", "admin", secret(layout, "airflow_admin"))
    for dag_id in ("site_setup", "scan_intake", "model_release"):
        airflow.wait_for_dag(dag_id)
    yield Night(layout, ports, airflow, Drill(f"http://localhost:{ports['drill']}"), site)
    if before is not None:
        Path(layout.site_file).write_bytes(before)
