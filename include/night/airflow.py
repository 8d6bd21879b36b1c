"""The few calls of Airflow's REST API (v2) that the night needs."""

from __future__ import annotations

import json
import time
import urllib.parse
from dataclasses import dataclass
from typing import Any

from night.http import HttpError, query, request_json

UNAUTHORIZED = 401
PAGE = 100


@dataclass(frozen=True)
class Run:
    """One DAG run."""

    dag_id: str
    run_id: str
    state: str
    partition: str | None

    @property
    def ended(self) -> bool:
        """Return whether nothing more will happen."""
        return self.state in ("success", "failed")


@dataclass(frozen=True)
class Task:
    """One task instance; `seconds` counts from its first start to its end, deferral included."""

    run_id: str
    task_id: str
    state: str | None
    try_number: int
    seconds: float


class Airflow:
    """A client with the local cluster's own password; takes a new token when the old one ran out."""

    def __init__(self, address: str, user: str, password: str) -> None:
        self.address = address
        self._login = {"username": user, "password": password}
        self._token = ""

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Call /api/v2 + path."""
        try:
            return self._send(method, path, body)
        except HttpError as error:
            if error.status != UNAUTHORIZED:
                raise
        self._token = request_json("POST", f"{self.address}/auth/token", self._login)["access_token"]
        return self._send(method, path, body)

    def _send(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        headers = {"Authorization": f"Bearer {self._token}"}
        return request_json(method, f"{self.address}/api/v2{path}", body, headers)

    def wait_for_dag(self, dag_id: str, seconds: float = 120) -> None:
        """Wait until the DAG processor has read the file.

        :raises HttpError: when it has not in time; the message names the page that shows why
        """
        deadline = time.monotonic() + seconds
        while True:
            try:
                self.call("GET", f"/dags/{dag_id}")
            except HttpError as error:
                if time.monotonic() > deadline:
                    raise HttpError(
                        error.status,
                        f"Airflow does not know {dag_id}; see the import errors on its start page",
                    ) from error
                time.sleep(1)
            else:
                return

    def trigger(
        self, dag_id: str, conf: dict[str, Any] | None = None, partition_key: str | None = None
    ) -> str:
        """Start a run and return its id."""
        body: dict[str, Any] = {"logical_date": None, "conf": conf or {}}
        if partition_key:
            body["partition_key"] = partition_key
        return str(self.call("POST", f"/dags/{dag_id}/dagRuns", body)["dag_run_id"])

    def backfill(
        self, dag_id: str, first: str, last: str, max_active_runs: int, *, reprocess: str = "failed"
    ) -> int:
        """Start a backfill over a range of scan dates and return its id.

        :param reprocess: which dates with earlier runs run again: none, failed or completed
        """
        body = {
            "dag_id": dag_id,
            "from_date": f"{first}T00:00:00Z",
            "to_date": f"{last}T23:00:00Z",
            "max_active_runs": max_active_runs,
            "reprocess_behavior": reprocess,
            "run_backwards": False,
            "dag_run_conf": {},
        }
        return int(self.call("POST", "/backfills", body)["id"])

    def runs(self, dag_id: str) -> list[Run]:
        """Return all runs, newest first."""
        found: list[Run] = []
        while True:
            page = self.call(
                "GET", f"/dags/{dag_id}/dagRuns?{query(limit=PAGE, offset=len(found), order_by='-id')}"
            )
            found += [
                Run(dag_id, item["dag_run_id"], item["state"], item.get("partition_key"))
                for item in page["dag_runs"]
            ]
            if not page["dag_runs"] or len(found) >= page["total_entries"]:
                return found

    def tasks(self, run: Run) -> list[Task]:
        """Return the task instances of a run in the order of their start."""
        page = self.call(
            "GET", f"/dags/{run.dag_id}/dagRuns/{_quoted(run.run_id)}/taskInstances?limit={PAGE}"
        )
        items = sorted(page["task_instances"], key=lambda item: item["start_date"] or "9")
        return [
            Task(
                run.run_id,
                item["task_id"],
                item["state"],
                int(item["try_number"]),
                float(item["duration"] or 0),
            )
            for item in items
        ]

    def result(self, run: Run, task_id: str) -> Any:
        """Return what a task returned (its XCom), JSON decoded."""
        path = f"/dags/{run.dag_id}/dagRuns/{_quoted(run.run_id)}/taskInstances/{task_id}"
        value = self.call("GET", f"{path}/xcomEntries/return_value")["value"]
        return json.loads(value) if isinstance(value, str) else value

    def log_tail(self, run: Run, task: Task, lines: int = 15) -> list[str]:
        """Return the last lines of a task's log."""
        answer = self.call(
            "GET",
            f"/dags/{run.dag_id}/dagRuns/{_quoted(run.run_id)}/taskInstances/{task.task_id}"
            f"/logs/{task.try_number}?full_content=true",
        )
        content = answer.get("content") or []
        texts: list[str] = []
        for entry in content:
            texts += str(entry.get("event") if isinstance(entry, dict) else entry).splitlines()
            for failure in entry.get("error_detail") or [] if isinstance(entry, dict) else []:
                texts.append(f"{failure.get('exc_type')}: {failure.get('exc_value')}")
        return [text for text in texts if not text.startswith("::")][-lines:]


def _quoted(text: str) -> str:
    return urllib.parse.quote(text, safe="")
