"""Wait for DAG runs with visible progress, and print why one is red."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from night.airflow import Airflow, Run
from night.errors import NightError
from night.http import HttpError

POLL_S = 2.0
SILENCE_S = 90.0
HOUR_S = 3600.0


def say(text: str) -> None:
    """Print one line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def follow(
    airflow: Airflow, wanted: Callable[[], list[Run]], *, what: str, deadline_s: float, may_fail: bool = False
) -> list[Run]:
    """Wait until every wanted run has ended; a line for each that ends, and one for a change of the counts.

    :param may_fail: return red runs too
    :raises NightError: when a run failed (red tasks and the ends of their logs are printed) or took too long
    """
    started = time.monotonic()
    reported: set[str] = set()
    counts: Counter[str] = Counter()
    while True:
        runs = _ask_again(wanted)
        for run in (run for run in reversed(runs) if run.ended and run.run_id not in reported):
            reported.add(run.run_id)
            say(f"  {what} {run.partition or run.run_id}: {run.state}  {_stages(airflow, run)}")
        if runs and (now := Counter(run.state for run in runs)) != counts:
            counts = now
            states = ", ".join(f"{number} {state}" for state, number in sorted(counts.items()))
            say(f"  [{time.monotonic() - started:5.0f} s] {what}: {states}")
        if runs and all(run.ended for run in runs):
            break
        if time.monotonic() - started > deadline_s:
            raise NightError(f"{what}: not finished after {deadline_s:.0f} s; look at {airflow.address}")
        time.sleep(POLL_S)
    failed = [run for run in runs if run.state == "failed"]
    for run in failed[:3]:
        _explain(airflow, run)
    if failed and not may_fail:
        raise NightError(
            f"{len(failed)} of {len(runs)} runs of {what} failed; {airflow.address}/dags/{failed[0].dag_id}"
        )
    return runs


def run_once(airflow: Airflow, dag_id: str, **trigger: Any) -> Run:
    """Start a run of a DAG and return it when it has ended.

    :raises NightError: as ``follow``
    """
    airflow.wait_for_dag(dag_id)
    run_id = airflow.trigger(dag_id, **trigger)
    return follow(
        airflow,
        lambda: [run for run in airflow.runs(dag_id) if run.run_id == run_id],
        what=dag_id,
        deadline_s=HOUR_S,
    )[0]


def _ask_again(wanted: Callable[[], list[Run]]) -> list[Run]:
    """Ask again for a minute when Airflow's API does not answer: a restart must not end the night."""
    deadline = time.monotonic() + SILENCE_S
    while True:
        try:
            return wanted()
        except HttpError:
            raise
        except NightError:
            if time.monotonic() > deadline:
                raise
            time.sleep(POLL_S)


def _stages(airflow: Airflow, run: Run) -> str:
    tasks = airflow.tasks(run)
    return "  ".join(
        f"{task.task_id} {task.seconds:.0f} s" if task.state == "success" else f"{task.task_id} {task.state}"
        for task in tasks
        if task.task_id != "announce"
    )


def _explain(airflow: Airflow, run: Run) -> None:
    for task in airflow.tasks(run):
        if task.state != "failed":
            continue
        say(f"\n  {run.dag_id} {run.partition or run.run_id}: {task.task_id} failed. The end of its log:")
        for line in airflow.log_tail(run, task):
            say(f"    {line}")
