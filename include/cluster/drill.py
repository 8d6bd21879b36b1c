"""Drill: table row, storage plugin, warm-up."""

from __future__ import annotations

from typing import Any

from cluster.errors import ClusterError
from cluster.hadoop import HDFS
from cluster.java import DRILL_OPENS, java_command, opens
from cluster.local_site import Site
from cluster.process import Process
from cluster.web import get_json, send_json

PLUGIN = "lake"
WARM_UP_S = 90.0


def drill_process(site: Site) -> Process:
    """Row of the table."""
    layout = site.layout
    conf = layout.conf
    return Process(
        name="drill",
        note="SQL over the files in HDFS; web page at the same port",
        command=java_command(
            layout,
            main="EmbeddedDrillbit",
            classpath=f"{conf}/drill:{conf}/hadoop:{layout.share}/drill:{layout.jars}/drill/*",
            heap_mb=512,
            options=[
                "-XX:MaxDirectMemorySize=768m",
                "-XX:ReservedCodeCacheSize=128m",
                "-Dio.netty.tryReflectionSetAccessible=true",
                *opens(DRILL_OPENS),
                "--add-opens=java.security.jgss/sun.security.krb5=ALL-UNNAMED",
                f"-Dlogback.configurationFile={conf / 'drill' / 'logback.xml'}",
            ],
        ),
        probe=lambda: "" if get_json(site.url("drill", "/status.json")) else "no status yet",
        ports=site.some("drill", "drill_user", "drill_control", "drill_data"),
        needs=HDFS,
        env={"HADOOP_CONF_DIR": str(conf / "hadoop"), "DRILL_HOST_NAME": "localhost"},
        memory_mb=450,
        prepare=lambda: (layout.scratch / "drill" / "spill").mkdir(parents=True, exist_ok=True),
        finish=lambda: _make_ready(site),
    )


def _make_ready(site: Site) -> None:
    """Register the plugin, ask for full error messages, and run the first (slow) queries."""
    send_json("POST", site.url("drill", f"/storage/{PLUGIN}.json"), {"name": PLUGIN, "config": _plugin(site)})
    query(site, "ALTER SYSTEM SET `drill.exec.http.rest.errors.verbose` = true")
    query(site, f"SHOW FILES IN `{PLUGIN}`.`root`")
    query(site, "SELECT count(*) AS n FROM (VALUES (1), (2)) AS t(a) GROUP BY a")


def query(site: Site, text: str) -> list[dict[str, Any]]:
    """Return the rows of a query.

    :raises ClusterError: with Drill's message, when it fails (the HTTP status is 200 even then)
    """
    answer = send_json(
        "POST", site.url("drill", "/query.json"), {"queryType": "SQL", "query": text}, timeout_s=WARM_UP_S
    )
    if answer["queryState"] != "COMPLETED":
        reason = answer.get("errorMessage", "no message")
        raise ClusterError(f"Drill's query {text!r} ended {answer['queryState']}: {reason}")
    return list(answer.get("rows", ()))


def _plugin(site: Site) -> dict[str, Any]:
    return {
        "type": "file",
        "enabled": True,
        "connection": f"hdfs://localhost:{site.ports['namenode']}",
        "workspaces": {
            "root": {"location": "/", "writable": False, "defaultInputFormat": "parquet"},
            "tmp": {"location": "/tmp", "writable": True, "defaultInputFormat": "parquet"},  # noqa: S108 - in HDFS
        },
        "formats": {
            "parquet": {"type": "parquet"},
            "json": {"type": "json", "extensions": ["json"]},
            "csvh": {"type": "text", "extensions": ["csv"], "extractHeader": True, "delimiter": ","},
        },
    }
