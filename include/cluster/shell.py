"""Run the installer's helpers with their output in a log."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from cluster.errors import ClusterError
from cluster.layout import Layout, java_home

HIDDEN = ("PYTHON", "VIRTUAL_ENV", "CONDA_", "PIP_REQUIRE", "PIP_TARGET", "UV_")
TAIL = 20


def run_logged(
    layout: Layout,
    name: str,
    *command: str | Path,
    timeout_s: float = 1800.0,
    extra: Mapping[str, str] | None = None,
) -> None:
    """Run a command with its output in logs/install-<name>.log.

    :raises ClusterError: with the end of that log, when the command fails
    """
    log = layout.logs / f"install-{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    arguments = [str(item) for item in command]
    with log.open("w") as out:
        print("$", " ".join(arguments), file=out, flush=True)
        try:
            status = subprocess.run(
                arguments,
                env=clean_environment() | dict(extra or {}),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                timeout=timeout_s,
                check=False,
            ).returncode
        except FileNotFoundError as error:
            remedy = "run `python3 -m cluster install`"
            raise ClusterError(f"{name}: {error.filename} is missing; {remedy}") from error
        except subprocess.TimeoutExpired as error:
            raise ClusterError(f"{name}: not finished after {timeout_s:.0f} s; see {log}") from error
    if status:
        tail = "\n".join(f"  | {line}" for line in log.read_text(errors="replace").splitlines()[-TAIL:])
        raise ClusterError(f"{name} failed (exit {status}); log: {log}; its last lines:\n{tail}")


def clean_environment() -> dict[str, str]:
    """Return the environment (proxies, certificates, caches) without variables that change a Python."""
    return {name: value for name, value in os.environ.items() if not name.startswith(HIDDEN)}


def java_environment() -> dict[str, str]:
    """JAVA_HOME for Maven."""
    return {"JAVA_HOME": str(java_home())}
