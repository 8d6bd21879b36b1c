"""env.sh: what a shell needs to work beside the cluster."""

from __future__ import annotations

import shlex
from pathlib import Path

from cluster.airflow import airflow_environment
from cluster.local_site import Site
from cluster.secret_files import write_private


def write_env_file(site: Site) -> Path:
    """Write env.sh, readable by the owner only (it holds passwords); returns its path."""
    layout = site.layout
    path = f"{layout.bin}:{layout.airflow_venv / 'bin'}"
    lines = [
        "# Written by `python3 -m cluster env` and `up`; source it in a shell.",
        "unset PYTHONDONTWRITEBYTECODE",
        *(f"export {name}={shlex.quote(value)}" for name, value in airflow_environment(site).items()),
        f"export PATH={shlex.quote(path)}:$PATH",
    ]
    target = layout.home / "env.sh"
    write_private(target, "\n".join(lines) + "\n")
    return target
