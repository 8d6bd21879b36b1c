"""Hive's metastore and HiveServer2 on Tez: table rows and probes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path

from cluster.database import psql
from cluster.errors import ClusterError
from cluster.hadoop import HDFS
from cluster.java import HIVE_OPENS, java_command, opens
from cluster.local_site import Site
from cluster.process import Process

CHECK = Path(__file__).parent / "hive_check.py"
SCHEMA_TOOL = "org.apache.hadoop.hive.metastore.tools.schematool.MetastoreSchemaTool"


def hive_processes(site: Site) -> list[Process]:
    """Rows of the table in starting order."""
    return [_metastore(site), _hiveserver2(site)]


def _command(
    site: Site, main: str, heap_mb: int, *arguments: str, metastore: bool = False
) -> tuple[str, ...]:
    layout = site.layout
    conf = layout.conf
    return java_command(
        layout,
        main=main,
        classpath=f"{conf / 'hive'}:{conf / 'tez'}:{conf / 'hadoop'}:{layout.jars / 'hive'}/*",
        heap_mb=heap_mb,
        options=[
            *opens(HIVE_OPENS),
            f"-Dlog4j2.configurationFile={conf / 'hive' / 'hive-log4j2.properties'}",
            f"-Djava.io.tmpdir={layout.scratch / 'hive'}",
            *(["-Dhive.metastore.uris="] if metastore else []),
        ],
        arguments=arguments,
    )


def _environment(site: Site) -> dict[str, str]:
    share = str(site.layout.share / "hive-metastore")
    return {"HADOOP_CONF_DIR": str(site.layout.conf / "hadoop"), "METASTORE_HOME": share, "HIVE_HOME": share}


def _metastore(site: Site) -> Process:
    port = site.ports["metastore"]

    def prepare() -> None:
        if psql(site, "metastore", 'select "SCHEMA_VERSION" from "VERSION"', "metastore").error:
            _make_schema(site)

    return Process(
        name="metastore",
        note="Hive's table definitions, in PostgreSQL",
        command=_command(
            site, "org.apache.hadoop.hive.metastore.HiveMetaStore", 512, "-p", str(port), metastore=True
        ),
        probe=lambda: _connect(site, "metastore"),
        ports=site.some("metastore"),
        needs=("postgres", *HDFS),
        env=_environment(site),
        memory_mb=300,
        prepare=prepare,
    )


def _make_schema(site: Site) -> None:
    log = site.layout.logs / "metastore-schema.log"
    command = _command(site, SCHEMA_TOOL, 256, "-dbType", "postgres", "-initSchema", metastore=True)
    with log.open("w") as out:
        done = subprocess.run(
            command, env=_environment(site), stdout=out, stderr=subprocess.STDOUT, timeout=180, check=False
        )
    if done.returncode:
        raise ClusterError(f"the metastore's tables could not be made (exit {done.returncode}); see {log}")


def _hiveserver2(site: Site) -> Process:
    def prepare() -> None:
        for name in ("scratch", "resources", "querylog", "oplogs"):
            folder = site.layout.scratch / "hive" / name
            shutil.rmtree(folder, ignore_errors=True)  # of queries that ended with the last server
            folder.mkdir(parents=True)

    return Process(
        name="hiveserver2",
        note="Hive queries on Tez; web page at hiveserver2_http",
        command=_command(site, "org.apache.hive.service.server.HiveServer2", 768),
        probe=lambda: _connect(site, "hiveserver2") or _ask(site, "databases"),
        finish=lambda: _run_on_tez(site),
        ports=site.some("hiveserver2", "hiveserver2_http"),
        needs=("metastore", "resourcemanager", "nodemanager"),
        env=_environment(site),
        memory_mb=480,
        prepare=prepare,
        stop_s=30.0,
    )


def _run_on_tez(site: Site) -> None:
    """Run a query that needs a container: HiveServer2 answers before its session on YARN is there."""
    answer = _ask(site, "tez")
    if answer:
        raise ClusterError(f"it answers, but cannot run a query on Tez: {answer}")


def _connect(site: Site, port: str) -> str:
    """Connect, which both servers accept only when they are about to serve; OSError when they do not."""
    with socket.create_connection(("127.0.0.1", site.ports[port]), timeout=5):
        return ""


def _ask(site: Site, question: str) -> str:
    """Ask HiveServer2 through a Python that has its client; "" when it answers."""
    python = site.layout.airflow_venv / "bin" / "python"
    done = subprocess.run(
        [str(python), str(CHECK), question, str(site.ports["hiveserver2"])],
        env={"PATH": os.defpath},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    return "" if done.returncode == 0 else (done.stderr.strip().splitlines() or ["no answer"])[-1][:200]
