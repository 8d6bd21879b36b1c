"""Debian packages: Java, Maven, PostgreSQL and what Airflow's environment compiles with."""

from __future__ import annotations

import os
import subprocess

from cluster.layout import Layout
from cluster.progress import Progress
from cluster.shell import run_logged

AIRFLOW_PACKAGES = ("gcc", "libkrb5-dev", "python3-dev", "python3-venv")
PACKAGES = (*AIRFLOW_PACKAGES, "maven", "openjdk-17-jdk-headless", "postgresql")
DEV_PACKAGES = ("chromium", "chromium-driver")


def missing_packages(names: tuple[str, ...]) -> list[str]:
    """Those of `names` that are not installed."""
    done = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *names],
        capture_output=True,
        text=True,
        check=False,  # exits 1 when one of them is unknown
    )
    present = {line.split()[0] for line in done.stdout.splitlines() if line.endswith(" installed")}
    return [name for name in names if name not in present]


def install_packages(layout: Layout, progress: Progress, names: tuple[str, ...]) -> None:
    """Install what is missing of `names`; nothing is asked of apt when nothing is."""
    missing = missing_packages(names)
    if not missing:
        return
    root = [] if os.geteuid() == 0 else ["sudo"]
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]
    with progress.step(f"system packages: {' '.join(missing)}"):
        run_logged(layout, "apt-update", *apt, "update")
        run_logged(layout, "apt", *apt, "install", "--no-install-recommends", *missing)
