"""Ports: the engines' usual ones, moved together by an offset or one by one."""

from __future__ import annotations

import os
from collections.abc import Mapping

from cluster.errors import ClusterError

# PostgreSQL's is not 5432: Debian starts a server of its own there when the package is installed.
USUAL = {
    "postgres": 5439,
    "namenode": 8020,
    "namenode_http": 9870,
    "datanode1": 9866,
    "datanode1_http": 9864,
    "datanode1_ipc": 9867,
    "datanode2": 9876,
    "datanode2_http": 9874,
    "datanode2_ipc": 9877,
    "resourcemanager": 8032,
    "resourcemanager_http": 8088,
    "resourcemanager_scheduler": 8030,
    "resourcemanager_tracker": 8031,
    "resourcemanager_admin": 8033,
    "nodemanager": 8041,
    "nodemanager_localizer": 8040,
    "nodemanager_http": 8042,
    "nodemanager_shuffle": 13562,
    "historyserver": 10020,
    "historyserver_http": 19888,
    "historyserver_admin": 10033,
    "metastore": 9083,
    "hiveserver2": 10000,
    "hiveserver2_http": 10002,
    "livy": 8998,
    "drill": 8047,
    "drill_user": 31010,
    "drill_control": 31011,
    "drill_data": 31012,  # Drill takes the one after drill_control
    "mlflow": 5000,
    "airflow": 8080,
}
HIGHEST = 65535


def all_ports(environ: Mapping[str, str] = os.environ) -> dict[str, int]:
    """Return the port of every name in USUAL.

    NIGHTSCAN_PORT_OFFSET is added to all; NIGHTSCAN_PORT_<NAME> replaces one (the offset is not added to it).

    :raises ClusterError: for a number that is no port and for two names on one port
    """
    offset = _number("NIGHTSCAN_PORT_OFFSET", environ.get("NIGHTSCAN_PORT_OFFSET") or "0")
    ports: dict[str, int] = {}
    for name, usual in USUAL.items():
        variable = variable_of(name)
        text = environ.get(variable)
        ports[name] = _number(variable, text) if text else usual + offset
    if not environ.get(variable_of("drill_data")):
        ports["drill_data"] = ports["drill_control"] + 1
    _check(ports)
    return ports


def variable_of(name: str) -> str:
    """Return the environment variable that moves one port."""
    return f"NIGHTSCAN_PORT_{name.upper()}"


def _number(variable: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ClusterError(f"{variable}={text!r} is not a whole number; unset it or give one") from None


def _check(ports: Mapping[str, int]) -> None:
    owner: dict[int, str] = {}
    for name, port in ports.items():
        if not 0 < port <= HIGHEST:
            raise ClusterError(
                f"port {port} of {name} is outside 1 to {HIGHEST}; correct NIGHTSCAN_PORT_OFFSET or"
                f" {variable_of(name)}"
            )
        if port in owner:
            raise ClusterError(
                f"{owner[port]} and {name} both have port {port}; set {variable_of(name)} to another"
            )
        owner[port] = name
