"""Airflow's four processes: table rows and the environment they share with a user's shell."""

from __future__ import annotations

import json
import subprocess
import threading
from typing import Any

from cluster.database import database_url, psql
from cluster.errors import ClusterError
from cluster.layout import Layout, java_home, user_name
from cluster.local_site import Site
from cluster.process import Process
from cluster.secret_files import airflow_passwords, fernet_key, long_secret, secret
from cluster.supervise import environment
from cluster.web import get_json

JOBS = {"scheduler": "SchedulerJob", "dag-processor": "DagProcessorJob", "triggerer": "TriggererJob"}
_MIGRATION = threading.Lock()
_migrated: set[Layout] = set()


def airflow_processes(site: Site) -> list[Process]:
    """Rows of the table; the four start side by side."""
    return [_api_server(site), *(_worker(site, component) for component in JOBS)]


def airflow_environment(site: Site) -> dict[str, str]:
    """Environment of Airflow, of its tasks and of a shell beside it: engines, settings, connections."""
    layout = site.layout
    conf = layout.conf
    return {
        "NIGHTSCAN_HOME": str(layout.home),
        "NIGHTSCAN_ENV": "dev",
        "NIGHTSCAN_CONFIG": str(layout.site_file),
        "JAVA_HOME": str(java_home()),
        "HADOOP_CONF_DIR": str(conf / "hadoop"),
        "YARN_CONF_DIR": str(conf / "hadoop"),
        "HADOOP_USER_NAME": user_name(),
        "SPARK_HOME": str(layout.spark_home),
        "SPARK_CONF_DIR": str(conf / "spark"),
        "MLFLOW_TRACKING_URI": site.url("mlflow"),
        "PYTHONPATH": f"{layout.checkout / 'plugins'}:{layout.checkout / 'include'}",
        "AIRFLOW_HOME": str(layout.home / "airflow"),
        **{f"AIRFLOW__{name}": value for name, value in _settings(site).items()},
        **{f"AIRFLOW_CONN_{name.upper()}": json.dumps(value) for name, value in _connections(site).items()},
    }


def _settings(site: Site) -> dict[str, str]:
    layout = site.layout
    url = f"http://localhost:{site.ports['airflow']}"
    return {
        "CORE__DAGS_FOLDER": str(layout.checkout / "dags"),
        "CORE__PLUGINS_FOLDER": str(layout.checkout / "plugins"),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": "8",
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "CORE__FERNET_KEY": fernet_key(layout),
        "CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(airflow_passwords(layout)),
        "API__HOST": "127.0.0.1",
        "API__PORT": str(site.ports["airflow"]),
        "API__BASE_URL": url,
        "API__WORKERS": "1",
        "API__SECRET_KEY": secret(layout, "airflow_api_secret"),
        "API_AUTH__JWT_SECRET": long_secret(layout, "airflow_jwt_secret"),
        "DATABASE__SQL_ALCHEMY_CONN": database_url(site, "airflow"),
        "LOGGING__BASE_LOG_FOLDER": str(layout.logs / "airflow"),
        "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "40",
        "SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "30",
        "DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        "USAGE_DATA_COLLECTION__ENABLED": "False",
    }


def _connections(site: Site) -> dict[str, dict[str, Any]]:
    def at(kind: str, port: str, **more: Any) -> dict[str, Any]:
        return {"conn_type": kind, "host": "localhost", "port": site.ports[port], **more}

    return {
        "webhdfs_default": at("webhdfs", "namenode_http", login=user_name()),
        "hiveserver2_default": at("hiveserver2", "hiveserver2", login=user_name(), schema="default"),
        "livy_default": at("livy", "livy", schema="http"),
        "drill_default": at(
            "drill", "drill", extra={"dialect_driver": "drill+sadrill", "storage_plugin": "lake"}
        ),
        "yarn_default": at("http", "resourcemanager_http", schema="http", login=user_name()),
        "mlflow_default": at("http", "mlflow", schema="http"),
        "nightscan_patient_key": {"conn_type": "generic", "password": secret(site.layout, "patient_key")},
    }


def process_environment(site: Site) -> dict[str, str]:
    """airflow_environment() with the search path of the processes."""
    layout = site.layout
    path = f"{layout.bin}:{layout.airflow_venv / 'bin'}:/usr/bin:/bin:/usr/local/bin:/usr/sbin:/sbin"
    return {**airflow_environment(site), "PATH": path, "PYTHONUNBUFFERED": "1"}


def _command(site: Site, *arguments: str) -> tuple[str, ...]:
    return (str(site.layout.airflow_venv / "bin" / "airflow"), *arguments)


def _api_server(site: Site) -> Process:
    def probe() -> str:
        status = get_json(site.url("airflow", "/api/v2/monitor/health"))["metadatabase"]["status"]
        return "" if status == "healthy" else f"its database is {status}"

    return Process(
        name="airflow-api-server",
        note=f"Airflow's web page and API; admin's password in {site.layout.secrets / 'airflow_users.json'}",
        command=_command(site, "api-server"),
        probe=probe,
        ports=site.some("airflow"),
        needs=("postgres",),
        env=process_environment(site),
        memory_mb=320,
        prepare=lambda: _migrate(site),
    )


def _worker(site: Site, component: str) -> Process:
    job = JOBS[component]
    began = "now() - interval '1 minute'"

    def prepare() -> None:
        nonlocal began
        _migrate(site)
        began = f"timestamptz '{psql(site, 'airflow', 'select now()', 'airflow').text}'"

    def probe() -> str:
        answer = psql(
            site,
            "airflow",
            f"select count(*) from job where job_type = '{job}' and state = 'running'"  # noqa: S608 - own text
            f" and latest_heartbeat > {began}",
            "airflow",
        )
        return answer.error or ("" if int(answer.text) else f"no heartbeat of a {job} yet")

    # One machine: the API server reads the log files itself, so no server for them is needed.
    quiet = ("--skip-serve-logs",) if component != "dag-processor" else ()
    return Process(
        name=f"airflow-{component}",
        note={
            "scheduler": "starts tasks; they count here",
            "dag-processor": "reads the DAG files",
            "triggerer": "waits for deferred tasks",
        }[component],
        command=_command(site, component, *quiet),
        probe=probe,
        needs=("postgres",),
        env=process_environment(site),
        memory_mb=300,
        prepare=prepare,
        stop_s=20.0,
    )


def _migrate(site: Site) -> None:
    """Bring Airflow's tables up to date, once a run of the tool, by the first of the four processes."""
    with _MIGRATION:
        if site.layout in _migrated:
            return
        log = site.layout.logs / "airflow-migrate.log"
        with log.open("w") as out:
            done = subprocess.run(
                _command(site, "db", "migrate"),
                env=environment(site.layout, _api_server(site)),
                stdout=out,
                stderr=subprocess.STDOUT,
                timeout=300,
                check=False,
            )
        if done.returncode:
            raise ClusterError(f"`airflow db migrate` failed (exit {done.returncode}); see {log}")
        _migrated.add(site.layout)
