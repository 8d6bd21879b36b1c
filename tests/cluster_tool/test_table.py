from __future__ import annotations

import json
import socket
import stat
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

import pytest

from cluster import database
from cluster import layout as layouts
from cluster.envfile import write_env_file
from cluster.errors import ClusterError
from cluster.layout import Layout, find_layout, postgres_data
from cluster.local_site import Site
from cluster.process import Process, closure, dependants
from cluster.supervise import log_file
from cluster.table import process_table


def is_content(process: Process) -> bool:
    try:
        return process.probe() == ""
    except OSError:
        return False


def nobodys_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


NAMES = [
    "postgres", "namenode", "datanode1", "datanode2", "resourcemanager", "nodemanager", "historyserver",
    "metastore", "hiveserver2", "livy", "drill", "mlflow", "airflow-api-server", "airflow-scheduler",
    "airflow-dag-processor", "airflow-triggerer",
]  # fmt: skip


def test_the_table_names_every_process_once(site: Site) -> None:
    assert list(process_table(site)) == NAMES


def test_no_port_is_used_by_two_processes_and_none_is_left_over(site: Site) -> None:
    used = Counter(name for process in process_table(site).values() for name in process.ports)
    assert used == Counter(site.ports.keys())


@pytest.mark.parametrize("name", NAMES)
def test_every_process_has_a_command_a_probe_a_log_a_note_and_a_memory_need(site: Site, name: str) -> None:
    closed = Site(layout=site.layout, ports={port: nobodys_port() for port in site.ports})
    process = process_table(closed)[name]
    assert not is_content(process)  # nobody serves there
    assert process.command
    assert all(isinstance(item, str) for item in process.command)
    assert process.note
    assert 0 < process.memory_mb < 1024
    assert log_file(site.layout, name).parent == site.layout.logs


def test_all_processes_together_and_full_containers_stay_below_16_gib(site: Site) -> None:
    total = sum(process.memory_mb for process in process_table(site).values())
    assert total + 8192 < 16 * 1024


def test_needs_are_known_and_come_first(site: Site) -> None:
    table = process_table(site)
    order = closure(table, ())
    for name in order:
        assert all(order.index(needed) < order.index(name) for needed in table[name].needs)


def test_asking_for_one_process_brings_only_what_it_needs(site: Site) -> None:
    table = process_table(site)
    assert closure(table, ("mlflow",)) == ["postgres", "mlflow"]
    assert set(closure(table, ("drill",))) == {"namenode", "datanode1", "datanode2", "drill"}


def test_stopping_one_process_stops_what_needs_it_first(site: Site) -> None:
    table = process_table(site)
    assert dependants(table, ("metastore",)) == ["hiveserver2", "metastore"]
    assert dependants(table, ("livy",)) == ["livy"]
    assert dependants(table, ()) == list(reversed(closure(table, ())))


def test_no_password_is_on_a_command_line(site: Site) -> None:
    text = " ".join(item for process in process_table(site).values() for item in process.command)
    secrets = [path.read_text().strip() for path in site.layout.secrets.iterdir()]
    assert len(secrets) > 3
    assert not [secret for secret in secrets if secret in text]


def test_java_processes_need_no_host_name_that_resolves(site: Site) -> None:
    java = [p for p in process_table(site).values() if p.command[0].endswith("/java")]
    assert len(java) == 10
    for process in java:
        assert f"-Djdk.net.hosts.file={site.layout.hosts_file}" in process.command


def test_the_env_file_works_in_a_shell_and_is_private(site: Site) -> None:
    path = write_env_file(site)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    script = (
        f". {path}; echo $HADOOP_CONF_DIR; echo $PATH; echo $AIRFLOW_CONN_LIVY_DEFAULT;"
        " echo ${#AIRFLOW__CORE__FERNET_KEY}; echo ${PYTHONDONTWRITEBYTECODE-unset}"
    )
    done = subprocess.run(
        ["bash", "-c", script],
        env={"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    conf, search, livy, fernet, bytecode = done.stdout.splitlines()
    assert conf == str(site.layout.conf / "hadoop")
    assert search.startswith(f"{site.layout.bin}:")
    assert search.endswith(":/usr/bin:/bin")
    assert json.loads(livy) == {"conn_type": "livy", "host": "localhost", "port": 8998, "schema": "http"}
    assert fernet == "44"
    assert bytecode == "unset"


def test_all_connections_of_the_contract_are_exported(site: Site) -> None:
    text = write_env_file(site).read_text()
    for name in ("webhdfs", "hiveserver2", "livy", "drill", "yarn", "mlflow"):
        assert f"export AIRFLOW_CONN_{name.upper()}_DEFAULT=" in text
    assert "export AIRFLOW_CONN_NIGHTSCAN_PATIENT_KEY=" in text


def test_secrets_are_made_once(site: Site) -> None:
    first = write_env_file(site).read_text()
    assert write_env_file(site).read_text() == first


def test_a_home_that_postgres_may_not_enter_moves_its_data_only(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layouts, "postgres_user", lambda: "postgres")
    assert postgres_data(layout) == layout.data / "pg"
    monkeypatch.setattr(layouts, "may_enter", lambda folder, user: False)
    moved = postgres_data(layout)
    assert moved.parts[:3] == ("/", "var", "lib")
    assert moved == postgres_data(layout)
    assert moved != postgres_data(Layout(checkout=layout.checkout, home=layout.home / "other"))
    monkeypatch.setattr(layouts, "postgres_user", lambda: None)
    assert postgres_data(layout) == layout.data / "pg"


def test_a_folder_is_entered_only_through_all_above_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to others
        top = Path(name)
        top.chmod(0o755)
        (top / "a" / "b").mkdir(parents=True)
        assert layouts.may_enter(top / "a" / "b", "nobody")
        (top / "a").chmod(0o700)
        assert not layouts.may_enter(top / "a" / "b", "nobody")


def test_a_path_with_white_space_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match="holds white space"):
        find_layout({"NIGHTSCAN_HOME": str(tmp_path / "my cluster")})


def test_database_addresses_carry_the_generated_password(site: Site) -> None:
    url = database.database_url(site, "mlflow")
    password = (site.layout.secrets / "postgres_mlflow").read_text().strip()
    assert url == f"postgresql+psycopg2://mlflow:{password}@127.0.0.1:5439/mlflow"
    assert len(password) >= 40
