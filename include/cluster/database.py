"""PostgreSQL: Debian's program, a server of our own with one database each for Airflow, Hive and MLflow."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path
from signal import SIGINT

from cluster.errors import ClusterError
from cluster.layout import Layout, postgres_bin, postgres_data, postgres_user
from cluster.local_site import Site
from cluster.process import Process
from cluster.secret_files import secret, write_private

DATABASES = ("airflow", "metastore", "mlflow")
ADMIN = "postgres"


def postgres_process(site: Site) -> Process:
    """Row of the table."""
    data = postgres_data(site.layout)
    port = site.ports["postgres"]

    def probe() -> str:
        with socket.create_connection(("127.0.0.1", port), timeout=2):
            pass
        return psql(site, ADMIN, "select 1").error

    return Process(
        name="postgres",
        note="databases of Airflow, the metastore and MLflow",
        command=(
            str(postgres_bin() / "postgres"),
            *("-D", str(data)),
            *("-p", str(port)),
            *("-c", "listen_addresses=127.0.0.1"),
            *("-c", "unix_socket_directories="),
            *("-c", "shared_buffers=64MB"),
            *("-c", "max_connections=200"),
            *("-c", "synchronous_commit=off"),
        ),
        probe=probe,
        ports=site.some("postgres"),
        memory_mb=120,
        user=postgres_user(),
        prepare=lambda: _make_server(site.layout, data),
        finish=lambda: _make_databases(site),
        stop_signal=SIGINT,  # "fast": ends sessions, writes all back
    )


class Answer:
    """What psql printed; `error` is "" when it succeeded."""

    def __init__(self, text: str, error: str) -> None:
        self.text = text
        self.error = error


def psql(site: Site, database: str, statement: str, role: str = ADMIN) -> Answer:
    """Run one statement as a role of the server; rows come as lines of plain text."""
    done = subprocess.run(
        [
            *("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"),
            *("-h", "127.0.0.1", "-p", str(site.ports["postgres"])),
            *("-U", role, "-d", database, "-f", "-"),
        ],
        input=statement,  # not an argument: it may hold a password
        env={**os.environ, "PGPASSWORD": secret(site.layout, f"postgres_{role}"), "PGCONNECT_TIMEOUT": "5"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Answer(done.stdout.strip(), "" if done.returncode == 0 else done.stderr.strip() or "psql failed")


def database_url(site: Site, database: str) -> str:
    """SQLAlchemy address of one of DATABASES, with its password."""
    password = secret(site.layout, f"postgres_{database}")
    return f"postgresql+psycopg2://{database}:{password}@127.0.0.1:{site.ports['postgres']}/{database}"


def _make_server(layout: Layout, data: Path) -> None:
    if (data / "PG_VERSION").exists():
        return
    user = postgres_user()
    data.mkdir(parents=True, exist_ok=True)
    if user:
        shutil.chown(data, user, user)
    data.chmod(0o700)
    password_file = data.parent / ".initdb-password"
    write_private(password_file, secret(layout, f"postgres_{ADMIN}") + "\n")
    if user:
        shutil.chown(password_file, user, user)
    try:
        done = subprocess.run(
            [
                *(str(postgres_bin() / "initdb"), "-D", str(data), "-U", ADMIN, "-A", "scram-sha-256"),
                *(f"--pwfile={password_file}", "-E", "UTF8", "--locale=C.UTF-8"),
            ],
            cwd="/",
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    finally:
        password_file.unlink()
    if done.returncode:
        raise ClusterError(f"initdb failed for {data}: {done.stderr.strip()[-500:]}")


def _make_databases(site: Site) -> None:
    existing = psql(site, ADMIN, "select datname from pg_database").text.split()
    for name in DATABASES:
        if name in existing:
            continue
        password = secret(site.layout, f"postgres_{name}")
        text = (
            f"drop role if exists {name};\ncreate role {name} login password '{password}';\n"
            f"create database {name} owner {name};\n"
        )
        error = psql(site, ADMIN, text).error
        if error:
            raise ClusterError(f"database {name} could not be made: {error}")
