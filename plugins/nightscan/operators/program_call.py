"""Run one of include/jobs' programs on the worker: JSON in, progress in the task log, JSON out."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

from airflow.sdk import BaseHook

from nightscan.errors import BadInputError, CommandFailedError, ConfigurationError

BAD_INPUT = 2
PATIENT_KEY_CONNECTION = "nightscan_patient_key"
PATIENT_KEY = {"NIGHTSCAN_PATIENT_KEY": PATIENT_KEY_CONNECTION}  # environment name: connection id
log = logging.getLogger(__name__)


def call_program(
    program: str,
    arguments: Mapping[str, Any],
    *,
    secrets: Mapping[str, str] | None = None,
    timeout_s: float = 3600.0,
    on_line: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Run `python -m PROGRAM` to its end and return its result.

    :param program: module of include/, e.g. "jobs.ingest.plan".
    :param arguments: the JSON object it gets on standard input.
    :param secrets: environment name -> Airflow connection whose password it gets there.
    :param timeout_s: wall limit in seconds.
    :param on_line: is given each line of its standard error; default: the module's log.
    :raises BadInputError: the program refused its input (exit code 2), with its reason and remedy.
    :raises CommandFailedError: the program crashed, ran past its time, or printed no result.
    """
    from nightscan.hooks.process import Command  # noqa: PLC0415 - only at run time

    command = Command(
        [sys.executable, "-m", program],
        environment={**secrets_of(secrets or {}), "PYTHONPATH": _path(), "PYTHONUNBUFFERED": "1"},
        timeout_s=timeout_s,
        on_line=on_line or log.info,
        keep_stdout=True,
    )
    result = command.run(json.dumps(arguments))
    answer = _last_object(result.stdout)
    if result.code == BAD_INPUT and answer is not None and "error" in answer:
        raise BadInputError(f"{program}: {answer['error']}", remedy=str(answer.get("remedy") or ""))
    if result.code != 0 or answer is None:
        reason = f"ended with exit code {result.code}" if result.code else "printed no result"
        raise CommandFailedError(
            program, reason, code=result.code, last_lines=result.lines[-15:], remedy="see the lines above"
        )
    return answer


def secrets_of(wanted: Mapping[str, str]) -> dict[str, str]:
    """Return each name's secret, the password of its connection.

    :raises ConfigurationError: a connection has no password.
    """
    found = {}
    for name, conn_id in wanted.items():
        password = BaseHook.get_connection(conn_id).password
        if not password:
            raise ConfigurationError(f"connection {conn_id} has no password", remedy="store the secret there")
        found[name] = password
    return found


def _path() -> str:
    # what this process can import, as absolute paths: the one mechanism (PYTHONPATH) may have been relative
    return os.pathsep.join(os.path.abspath(folder) for folder in sys.path if folder)  # noqa: PTH100 - no links resolved


def _last_object(stdout: str) -> dict[str, Any] | None:
    lines = [line for line in stdout.splitlines() if line.strip()]
    try:
        answer = json.loads(lines[-1]) if lines else None
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None
