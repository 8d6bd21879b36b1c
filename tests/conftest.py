"""Every test run gets an Airflow home of its own, before anything imports Airflow."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

if "NIGHTSCAN_TEST_AIRFLOW_HOME" not in os.environ:
    home = tempfile.mkdtemp(prefix="nightscan-airflow-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["NIGHTSCAN_TEST_AIRFLOW_HOME"] = os.environ["AIRFLOW_HOME"] = home
os.environ["AIRFLOW__CORE__PLUGINS_FOLDER"] = str(ROOT / "plugins")
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
for name in ("NIGHTSCAN_CONFIG", "NIGHTSCAN_ENV"):
    os.environ.pop(name, None)
