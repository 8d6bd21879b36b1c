"""HDFS, YARN and the MapReduce history server: table rows and probes."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Mapping, Sequence

from cluster.errors import ClusterError
from cluster.hdfs import make_hdfs_folders
from cluster.java import HADOOP_OPENS, hadoop_classpath, java_command, opens
from cluster.local_site import Site
from cluster.process import Process
from cluster.web import get_json

HDFS = ("namenode", "datanode1", "datanode2")
SERVER = "org.apache.hadoop.hdfs.server"
YARN = "org.apache.hadoop.yarn.server"


def hadoop_processes(site: Site) -> list[Process]:
    """Rows of the table in starting order."""
    return [
        _namenode(site),
        _datanode(site, "datanode1"),
        _datanode(site, "datanode2"),
        _resourcemanager(site),
        _nodemanager(site),
        _historyserver(site),
    ]


def _command(site: Site, main: str, heap_mb: int, *arguments: str) -> tuple[str, ...]:
    return java_command(
        site.layout,
        main=main,
        classpath=f"{site.layout.share / 'hadoop'}:{hadoop_classpath(site.layout)}",
        heap_mb=heap_mb,
        options=["-XX:ReservedCodeCacheSize=64m", *opens(HADOOP_OPENS), "-Dhadoop.root.logger=INFO,console"],
        arguments=arguments,
    )


def _environment(site: Site) -> dict[str, str]:
    conf = str(site.layout.conf / "hadoop")
    return {"HADOOP_CONF_DIR": conf, "YARN_CONF_DIR": conf}


def _namenode(site: Site) -> Process:
    command = _command(site, f"{SERVER}.namenode.NameNode", 384)
    environment = _environment(site)

    def prepare() -> None:
        if not (site.layout.data / "namenode" / "current" / "VERSION").exists():
            _format(site, [*command, "-format", "-nonInteractive"], environment)

    def probe() -> str:
        state = _bean(site, "namenode_http", "NameNode", "NameNodeStatus").get("State")
        return "" if state == "active" else f"state is {state}"

    return Process(
        name="namenode",
        note="HDFS names; web page at namenode_http",
        command=command,
        probe=probe,
        ports=site.some("namenode", "namenode_http"),
        env=environment,
        memory_mb=300,
        prepare=prepare,
    )


def _format(site: Site, command: Sequence[str], environment: Mapping[str, str]) -> None:
    log = site.layout.logs / "namenode-format.log"
    with log.open("w") as out:
        done = subprocess.run(command, env=environment, stdout=out, stderr=out, timeout=120, check=False)
    if done.returncode:
        raise ClusterError(f"the NameNode could not make its folder (exit {done.returncode}); see {log}")


def _datanode(site: Site, name: str) -> Process:
    ports = site.some(name, f"{name}_http", f"{name}_ipc")
    data, web, ipc = ports.values()
    arguments = {
        "dfs.datanode.data.dir": f"file://{site.layout.data / name}",
        "dfs.datanode.address": f"127.0.0.1:{data}",
        "dfs.datanode.http.address": f"127.0.0.1:{web}",
        "dfs.datanode.ipc.address": f"127.0.0.1:{ipc}",
    }

    def probe() -> str:
        # The DataNode has this once registered with the NameNode, which remembers a dead one for some time.
        _bean(site, f"{name}_http", "DataNode", "FSDatasetState")
        names = _bean(site, "namenode_http", "NameNode", "NameNodeInfo")
        if f"127.0.0.1:{data}" not in {node["xferaddr"] for node in json.loads(names["LiveNodes"]).values()}:
            return "not yet known to the NameNode"
        return names["Safemode"][:120]

    return Process(
        name=name,
        note="HDFS blocks",
        command=_command(
            site,
            f"{SERVER}.datanode.DataNode",
            256,
            *(item for key, value in arguments.items() for item in ("-D", f"{key}={value}")),
        ),
        probe=probe,
        ports=ports,
        needs=("namenode",),
        env=_environment(site),
        memory_mb=270,
        finish=lambda: make_hdfs_folders(site) if name == "datanode1" else None,
    )


def _resourcemanager(site: Site) -> Process:
    def probe() -> str:
        state = get_json(site.url("resourcemanager_http", "/ws/v1/cluster/info"))["clusterInfo"]["state"]
        return "" if state == "STARTED" else f"state is {state}"

    names = ("", "_http", "_scheduler", "_tracker", "_admin")
    return Process(
        name="resourcemanager",
        note="YARN's scheduler; web page at resourcemanager_http",
        command=_command(site, f"{YARN}.resourcemanager.ResourceManager", 384),
        probe=probe,
        ports=site.some(*(f"resourcemanager{name}" for name in names)),
        env=_environment(site),
        memory_mb=340,
    )


def _nodemanager(site: Site) -> Process:
    began_ms = 0.0

    def prepare() -> None:
        nonlocal began_ms
        began_ms = time.time() * 1000

    def probe() -> str:
        answer = get_json(site.url("resourcemanager_http", "/ws/v1/cluster/nodes?states=RUNNING"))
        wanted = f"localhost:{site.ports['nodemanager']}"
        for node in (answer.get("nodes") or {}).get("node", ()):
            # The ResourceManager remembers a dead one for some time.
            if node["id"] == wanted and node["lastHealthUpdate"] >= began_ms:
                return ""
        return "not yet RUNNING at the ResourceManager"

    return Process(
        name="nodemanager",
        note="YARN's containers, their memory not counted here",
        command=_command(site, f"{YARN}.nodemanager.NodeManager", 384),
        probe=probe,
        ports=site.some(*(f"nodemanager{name}" for name in ("", "_localizer", "_http", "_shuffle"))),
        needs=("resourcemanager", *HDFS),
        env=_environment(site),
        memory_mb=320,
        prepare=prepare,
        stop_s=10.0,
    )


def _historyserver(site: Site) -> Process:
    def probe() -> str:
        get_json(site.url("historyserver_http", "/ws/v1/history/info"))
        return ""

    return Process(
        name="historyserver",
        note="finished MapReduce jobs; web page at historyserver_http",
        command=_command(site, "org.apache.hadoop.mapreduce.v2.hs.JobHistoryServer", 256),
        probe=probe,
        ports=site.some("historyserver", "historyserver_http", "historyserver_admin"),
        needs=HDFS,
        env=_environment(site),
        memory_mb=220,
    )


def _bean(site: Site, port: str, service: str, bean: str) -> dict[str, str]:
    found = get_json(site.url(port, f"/jmx?qry=Hadoop:service={service},name={bean}"))["beans"]
    if not found:
        raise OSError(f"the {service} does not show {bean} yet")
    return dict(found[0])
