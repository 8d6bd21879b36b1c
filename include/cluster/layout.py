"""Where everything lies on this machine: the checkout, the home folder of the cluster, Java and Python."""

from __future__ import annotations

import getpass
import hashlib
import os
import platform
import pwd
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cluster.errors import ClusterError

BASE_PYTHON = Path("/usr/bin/python3.11")
NODE_PATH = "/usr/bin:/bin:/usr/local/bin:/usr/sbin:/sbin"  # /usr/bin first: python3 is the base Python
POSTGRES_USER = "postgres"
POSTGRES_ROOT = Path("/usr/lib/postgresql")
POSTGRES_VERSION = "15"


@dataclass(frozen=True)
class Layout:
    """The folders of one cluster; every path of the tool comes from here."""

    checkout: Path
    home: Path

    @property
    def jars(self) -> Path:
        """One folder of jars an engine."""
        return self.home / "jars"

    @property
    def conf(self) -> Path:
        """One folder of rendered settings an engine."""
        return self.home / "conf"

    @property
    def data(self) -> Path:
        """What must survive a restart: blocks, databases, states."""
        return self.home / "data"

    @property
    def share(self) -> Path:
        """What packages hold beside jars: web pages, schema scripts, the Drill launcher."""
        return self.home / "share"

    @property
    def logs(self) -> Path:
        """One log a process."""
        return self.home / "logs"

    @property
    def run(self) -> Path:
        """One record a running process, and the lock of the tool."""
        return self.home / "run"

    @property
    def secrets(self) -> Path:
        """Generated passwords and keys, readable by the owner only."""
        return self.home / "secrets"

    @property
    def dist(self) -> Path:
        """Archives that are shipped to the cluster's file system."""
        return self.home / "dist"

    @property
    def bin(self) -> Path:
        """The launchers hadoop, hdfs, yarn and mapred."""
        return self.home / "bin"

    @property
    def site_file(self) -> Path:
        """The overlay of settings that the DAGs read: landing zone, labels, addresses."""
        return self.home / "site.yaml"

    @property
    def scratch(self) -> Path:
        """Temporary files of the engines."""
        return self.home / "tmp"

    @property
    def airflow_venv(self) -> Path:
        """Airflow's Python environment."""
        return self.home / "venv" / "airflow"

    @property
    def spark_venv(self) -> Path:
        """Spark's Python environment."""
        return self.home / "venv" / "spark"

    @property
    def spark_home(self) -> Path:
        """SPARK_HOME: the pip package holds the whole distribution."""
        return self.spark_venv / "lib" / "python3.11" / "site-packages" / "pyspark"

    @property
    def hosts_file(self) -> Path:
        """The JVMs' own hosts file, so that a host name that does not resolve cannot stop them."""
        return self.conf / "hosts"

    @property
    def requirements(self) -> Path:
        """The lock files."""
        return self.checkout / "requirements"


def find_layout(environ: Mapping[str, str] = os.environ) -> Layout:
    """Layout of this checkout; NIGHTSCAN_HOME moves the home folder.

    :raises ClusterError: when the path holds white space, which Hadoop's option strings cannot carry
    """
    checkout = Path(__file__).resolve().parents[2]
    home = Path(environ.get("NIGHTSCAN_HOME") or checkout / ".nightscan").absolute()
    if any(character.isspace() for character in f"{checkout}{home}"):
        raise ClusterError(
            f"the path {home} holds white space, which Hadoop's options cannot carry;"
            " move the checkout or set NIGHTSCAN_HOME to a path without it"
        )
    return Layout(checkout=checkout, home=home)


def java_home() -> Path:
    """Folder of a JDK 17: NIGHTSCAN_JAVA_HOME, else the distribution's.

    :raises ClusterError: when there is none
    """
    wanted = os.environ.get("NIGHTSCAN_JAVA_HOME")
    found = [Path(wanted)] if wanted else sorted(Path("/usr/lib/jvm").glob("java-17-openjdk-*"))
    for folder in found:
        if (folder / "bin" / "javac").exists():
            return folder
    raise ClusterError(
        f"no JDK 17 in {found or '/usr/lib/jvm'}; install openjdk-17-jdk-headless"
        " (`python3 -m cluster install` does) or set NIGHTSCAN_JAVA_HOME"
    )


def user_name() -> str:
    """Name of the user the cluster runs as; HDFS's superuser."""
    return getpass.getuser()


def host_name() -> str:
    """Name of this machine, which need not resolve."""
    return platform.node() or "localhost"


def may_enter(folder: Path, user: str) -> bool:
    """Whether `user` may pass through `folder` and all folders above it (those that exist)."""
    try:
        entry = pwd.getpwnam(user)
    except KeyError:
        raise ClusterError(f"there is no user {user}; run `python3 -m cluster install`") from None
    groups = set(os.getgrouplist(user, entry.pw_gid))
    for each in (folder, *folder.parents):
        if not each.exists():
            continue
        info = each.stat()
        if info.st_uid == entry.pw_uid:
            needed = stat.S_IXUSR
        elif info.st_gid in groups:
            needed = stat.S_IXGRP
        else:
            needed = stat.S_IXOTH
        if not info.st_mode & needed:
            return False
    return True


def postgres_user() -> str | None:
    """User that PostgreSQL runs as, when it cannot be ours: it refuses to run as root."""
    return POSTGRES_USER if os.geteuid() == 0 else None


def postgres_bin() -> Path:
    """Folder of PostgreSQL's programs: version 15 where it is installed, else the newest."""
    found = sorted(POSTGRES_ROOT.glob("*/bin"), key=lambda path: int(path.parent.name))
    wanted = POSTGRES_ROOT / POSTGRES_VERSION / "bin"
    return wanted if wanted in found or not found else found[-1]


def postgres_data(layout: Layout) -> Path:
    """Choose the data folder of PostgreSQL.

    Under the home folder, unless PostgreSQL runs as a user who may not pass through to it (a checkout in
    another user's closed home): then below /var/lib, under a name made from the home folder's path.
    """
    user = postgres_user()
    if user is None or may_enter(layout.home, user):
        return layout.data / "pg"
    digest = hashlib.sha256(str(layout.home).encode()).hexdigest()[:16]
    return Path("/var/lib") / f"nightscan-{digest}" / "pg"
