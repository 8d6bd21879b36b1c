"""One cluster: its folders, its ports, and the values that its settings files are rendered with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cluster.java import HADOOP_OPENS, HIVE_OPENS, loopback, opens, quick
from cluster.layout import BASE_PYTHON, NODE_PATH, Layout, find_layout, user_name
from cluster.liveness import MARK
from cluster.ports import all_ports
from cluster.secret_files import secret

NODEMANAGER_MEMORY_MB = 8192


@dataclass(frozen=True)
class Site:
    """Folders and ports of one cluster."""

    layout: Layout
    ports: Mapping[str, int]

    def url(self, port: str, path: str = "") -> str:
        """HTTP address on the loopback interface; `port` is a name of cluster.ports."""
        return f"http://127.0.0.1:{self.ports[port]}{path}"

    def some(self, *names: str) -> dict[str, int]:
        """Return some ports by name, in the order asked for."""
        return {name: self.ports[name] for name in names}


def find_site() -> Site:
    """Return the site of this checkout; raises as find_layout() and all_ports()."""
    return Site(layout=find_layout(), ports=all_ports())


def template_values(site: Site) -> dict[str, str]:
    """Values of the templates below cluster/conf."""
    layout = site.layout
    job_options = " ".join(quick(layout))
    values = {name: str(port) for name, port in site.ports.items()}
    first = site.ports["livy"] + 1
    return values | {
        "user": user_name(),
        "mark": MARK,
        "checkout": str(layout.checkout),
        "conf": str(layout.conf),
        "data": str(layout.data),
        "jars": str(layout.jars),
        "scratch": str(layout.scratch),
        "spark_home": str(layout.spark_home),
        "python": str(BASE_PYTHON),
        "node_path": NODE_PATH,
        "metastore_password": secret(layout, "postgres_metastore"),
        "nodemanager_memory_mb": str(NODEMANAGER_MEMORY_MB),
        "job_options": job_options,
        "hadoop_job_options": f"{job_options} {' '.join(opens(HADOOP_OPENS))}",
        "tez_options": " ".join([*loopback(layout), *opens(HIVE_OPENS)]),
        "livy_launcher_ports": f"{first}~{first + 20}",
    }
