"""The order of the night: data, cluster, set-up, scan dates, release, report."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable

from cluster.layout import Layout
from cluster.ports import all_ports
from cluster.secret_files import secret
from lake.places import Places
from night.airflow import Airflow, Run
from night.follow import HOUR_S, follow, run_once, say
from night.http import HttpError, request_json
from night.programs import run_program
from night.report import Drill, show_account, show_ledger, show_metrics
from night.site import Site, prepare, write_site_file

ANNOUNCED_S = 30.0
NOT_FOUND = 404
CONFLICT = 409
AIRFLOW = ("airflow-api-server", "airflow-scheduler", "airflow-dag-processor", "airflow-triggerer")


def run_night(layout: Layout, data: str | None, labels: str | None, parallel: int) -> None:
    """Run everything; a second run finds what is done and does only what is new.

    :raises NightError: for bad data, or a red run
    """
    ports = all_ports()
    site = prepare(layout, data, labels)
    write_site_file(layout, site, ports)
    _forget_old_code(layout)
    subprocess.run([sys.executable, "-m", "cluster", "up"], check=True)
    airflow = Airflow(f"http://localhost:{ports['airflow']}", "admin", secret(layout, "airflow_admin"))
    drill = Drill(f"http://localhost:{ports['drill']}")
    hdfs = f"http://localhost:{ports['namenode_http']}"
    say(f"\nData: {site.landing}\nResults: hdfs:{site.root}, Hive database {site.database}")

    run_once(airflow, "site_setup")
    before = {run.run_id for run in airflow.runs("model_release")}
    fresh = _intake(airflow, due_dates(layout, ports, site.root), parallel)
    if site.labels is None:
        say("\nNo LABELS were given, so there is nothing to learn: stages 4 to 7 are left out.")
    else:
        _release(airflow, hdfs, site, before, fresh=fresh)
    for show in (show_ledger, show_account, show_metrics):
        show(drill, site)
    _addresses(ports, layout)


def _forget_old_code(layout: Layout) -> None:
    """Stop what began with other code: Airflow keeps its modules, a Tez session the function's jar."""
    layout.run.mkdir(parents=True, exist_ok=True)
    for name, files, processes in (
        ("plugins", (layout.checkout / "plugins").rglob("*.py"), AIRFLOW),
        ("features", layout.dist.glob("features-*.jar"), ("hiveserver2",)),
    ):
        code = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(files))).hexdigest()
        note = layout.run / f"{name}.sha256"
        if note.exists() and note.read_text() != code:
            say(f"The {name} have changed: starting {', '.join(processes)} anew")
            subprocess.run([sys.executable, "-m", "cluster", "down", *processes], check=True)
        note.write_text(code)


def _intake(airflow: Airflow, due: list[str], parallel: int) -> bool:
    """Backfill every scan date that is new, start again those whose files changed; return whether any was."""
    if not due:
        say("\nEvery scan date is up to date: nothing to take in.")
        return False
    earlier = airflow.runs("scan_intake")
    ended = {run.run_id for run in earlier if run.ended}
    done = {run.partition for run in earlier if run.state == "success"}
    new = [day for day in due if day not in done]
    say(f"\n{len(due)} scan dates to take in, {due[0]} to {due[-1]}, {parallel} at a time")
    if new:
        _backfill(airflow, new, parallel)
    for day in sorted(set(due) - set(new)):
        airflow.trigger("scan_intake", partition_key=day)
    follow(
        airflow,
        lambda: [
            run for run in airflow.runs("scan_intake") if run.run_id not in ended and run.partition in due
        ],
        what="scan date",
        deadline_s=3 * HOUR_S,
    )
    return True


def _backfill(airflow: Airflow, days: list[str], parallel: int) -> None:
    try:
        airflow.backfill("scan_intake", days[0], days[-1], parallel)
    except HttpError as error:
        if error.status != CONFLICT:
            raise
        say("A backfill of scan_intake is running already; following it.")


def _release(airflow: Airflow, hdfs: str, site: Site, before: set[str], *, fresh: bool) -> None:
    if not fresh and _exists(hdfs, Places(site.root).current(site.model)):
        say("\nNo features changed since the last release: nothing to learn.")
        return
    if not fresh:
        run_once(airflow, "model_release")
        return
    say("\nThe last scan date announced; model_release runs by itself")
    runs = follow(airflow, awaited_releases(airflow, before), what="release", deadline_s=HOUR_S)
    if all(was_skipped(airflow, run) for run in runs):
        say("  no model was trained; its task `plan` says why:")
        for line in airflow.log_tail(runs[0], airflow.tasks(runs[0])[0], lines=3):
            say(f"    {line}")


def awaited_releases(
    airflow: Airflow, before: set[str], clock: Callable[[], float] = time.monotonic
) -> Callable[[], list[Run]]:
    """Return a function that gives the releases that came since `before`.

    A release with nothing to do ends in seconds, such as the one of a first night without scans, and may come
    before the one that the last scan date announced: alone it counts only when no other comes for a while.
    """
    patience = clock() + ANNOUNCED_S

    def question() -> list[Run]:
        runs = [run for run in airflow.runs("model_release") if run.run_id not in before]
        idle = all(run.ended and was_skipped(airflow, run) for run in runs)
        return [] if idle and clock() < patience else runs

    return question


def was_skipped(airflow: Airflow, run: Run) -> bool:
    """Return whether no task of an ended run did anything."""
    return all(task.state == "skipped" for task in airflow.tasks(run))


def due_dates(layout: Layout, ports: dict[str, int], root: str) -> list[str]:
    """Return the scan dates whose files in the index are not those of their partition, in order.

    :raises NightError: when there is no index
    """
    request = {"hdfs": f"hdfs://localhost:{ports['namenode']}", "root": root}
    return list(run_program(layout, "jobs.index.due_dates", request)["due"])


def _addresses(ports: dict[str, int], layout: Layout) -> None:
    say("\nWhere to look")
    pages = [
        ("Airflow", "airflow", "", f"user admin, password in {layout.secrets / 'airflow_admin'}"),
        ("HDFS", "namenode_http", "/explorer.html#/medical_data", "files"),
        ("YARN", "resourcemanager_http", "/cluster/apps", "applications"),
        ("MapReduce history", "historyserver_http", "/jobhistory", "DistCp and streaming jobs"),
        ("HiveServer2", "hiveserver2_http", "", "queries"),
        ("Livy", "livy", "/ui", "Spark batches"),
        ("Drill", "drill", "/query", "SQL over all of it"),
        ("MLflow", "mlflow", "", "runs and models"),
    ]
    for name, port, path, note in pages:
        say(f"  {name:18} http://localhost:{ports[port]}{path}  ({note})")


def _exists(hdfs: str, path: str) -> bool:
    try:
        request_json("GET", f"{hdfs}/webhdfs/v1{urllib.parse.quote(path)}?op=GETFILESTATUS")
    except HttpError as error:
        if error.status != NOT_FOUND:
            raise
        return False
    return True
