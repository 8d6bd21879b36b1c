"""One parse of the DAG folder for the whole test run; no database, no cluster."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def bag():
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(dag_folder=str(ROOT / "dags"), safe_mode=False)


@pytest.fixture(scope="session")
def heavy_modules_after_parse(tmp_path_factory):
    """Names of heavy modules that parsing the DAG files imports, found in a separate process."""
    import subprocess

    code = (
        "import sys, runpy, pathlib\n"
        "import airflow.sdk\n"
        f"before = set(sys.modules)\n"
        f"for f in sorted(pathlib.Path({str(ROOT / 'dags')!r}).glob('*.py')): runpy.run_path(str(f))\n"
        "heavy = {'numpy', 'pandas', 'pyarrow', 'pydicom', 'nibabel', 'pyspark', 'mlflow', 'hdfs_native',"
        " 'pyhive', 'hdfs'}\n"
        "print(sorted(heavy & (set(sys.modules) - before)))\n"
    )
    environment = dict(os.environ)
    environment["AIRFLOW_HOME"] = str(tmp_path_factory.mktemp("airflow"))
    environment["PYTHONPATH"] = f"{ROOT / 'plugins'}:{ROOT / 'include'}"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True, timeout=120
    )
    return done.stdout.strip().splitlines()[-1]
