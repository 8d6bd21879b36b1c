"""What the night works on: the demo's landing zone or the user's own, and the site file that names it."""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cluster.layout import Layout
from cluster.ports import all_ports
from night.errors import NightError


@dataclass(frozen=True)
class Site:
    """One set of data and where its results go.

    :param landing: folder of DICOM files
    :param labels: CSV file of outcomes, or None: stages 4 to 7 are left out
    :param root: folder in HDFS
    :param database: of Hive
    :param model: name of the model
    """

    landing: Path
    labels: Path | None
    root: str
    database: str
    model: str


def prepare(layout: Layout, data: str | None, labels: str | None) -> Site:
    """Check the user's data, or make the demo's.

    :raises NightError: when a folder or a file is missing or empty
    """
    if data is None:
        if labels is not None:
            raise NightError(f"LABELS={labels} without DATA; give DATA=/folder too")
        return demo_landing(layout, layout.home / "landing" / "demo")
    landing = Path(data).expanduser().resolve()
    if not landing.is_dir():
        raise NightError(f"DATA={data} is not a folder; give the folder that holds the DICOM files")
    if not any(name for _, _, names in os.walk(landing) for name in names):
        raise NightError(f"DATA={data} holds no file; give the folder that holds the DICOM files")
    outcomes = None if labels is None else Path(labels).expanduser().resolve()
    if outcomes is not None and not outcomes.is_file():
        raise NightError(
            f"LABELS={labels} is not a file; give a CSV file with the columns patient_id and one outcome"
        )
    name = re.sub(r"[^a-z0-9]+", "_", landing.parent.name.lower() + "_" + landing.name.lower()).strip("_")
    return Site(landing, outcomes, f"/medical_data_{name}", f"nightscan_{name}", f"outcome_model_{name}")


def write_site_file(layout: Layout, site: Site, ports: dict[str, int]) -> Path:
    """Write the overlay that the DAGs read (JSON is YAML) and return its path."""
    path = layout.site_file
    overlay: dict[str, Any] = {
        "landing": str(site.landing),
        "labels": str(site.labels or ""),
        "work_dir": str(layout.home / "work"),
        "runtime_dir": str(layout.dist),
        "hadoop_bin": str(layout.bin),
        "hdfs": f"hdfs://localhost:{ports['namenode']}",
        "root": site.root,
        "database": site.database,
        "model": {"name": site.model},
    }
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(overlay, indent=1) + "\n", encoding="utf-8")
    temporary.replace(path)
    return path


def ensure_site_file(layout: Layout) -> None:
    """Let the DAGs read the demo's site when `make run` has not yet named another."""
    if not layout.site_file.exists():
        demo = demo_landing(layout, layout.home / "landing" / "demo")
        write_site_file(layout, demo, all_ports())


def demo_landing(layout: Layout, landing: Path) -> Site:
    """Make the demo's images and labels below `landing`; files that are there already are left alone."""
    command = [str(layout.airflow_venv / "bin" / "python"), "-m", "demo.landing", str(landing)]
    environment = {**os.environ, "PYTHONPATH": str(layout.checkout / "include")}
    done = subprocess.run(command, env=environment, check=False)
    if done.returncode:
        raise NightError(f"the demo data could not be made: {' '.join(command)} ended {done.returncode}")
    return Site(landing / "incoming", landing / "labels.csv", "/medical_data", "nightscan", "outcome_model")
