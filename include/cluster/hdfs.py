"""Folders that the engines expect in HDFS, made over WebHDFS (no JVM to start)."""

from __future__ import annotations

import urllib.parse

from cluster.layout import user_name
from cluster.local_site import Site
from cluster.web import send_json

STICKY = "1777"
FOLDERS = {
    "/tmp": STICKY,  # noqa: S108 - in HDFS
    "/tmp/logs": STICKY,  # noqa: S108
    "/tmp/hive": STICKY,  # noqa: S108
    "/mr-history": "755",
    "/mr-history/tmp": STICKY,
    "/mr-history/done": "755",
    "/user": "755",
    "/apps": "755",
    "/apps/nightscan": "755",
    "/apps/hive": "755",
    "/apps/hive/install": "755",
    "/apps/hive/user": "755",
    "/warehouse": "755",
    "/warehouse/managed": "755",
    "/warehouse/external": "755",
    "/livy-state": "700",
    "/spark-logs": STICKY,
}


def make_hdfs_folders(site: Site) -> None:
    """Make the folders of FOLDERS and the user's own, where they are missing.

    :raises OSError: when HDFS refuses
    """
    folders = FOLDERS | {f"/user/{user_name()}": "755"}
    for path, mode in folders.items():
        # MKDIRS of an existing folder answers true and leaves its mode alone.
        _put(site, path, op="MKDIRS", permission=mode)
        _put(site, path, op="SETPERMISSION", permission=mode)


def _put(site: Site, path: str, **query: str) -> None:
    text = urllib.parse.urlencode({**query, "user.name": user_name()})
    send_json("PUT", site.url("namenode_http", f"/webhdfs/v1{path}?{text}"), None)
