"""The destination of an export: a URL outside the restricted zone, without a secret in it."""

from __future__ import annotations

from posixpath import normpath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from nightscan.errors import BadSettingError

if TYPE_CHECKING:
    from nightscan.config_model import Config

EXAMPLE = "write it as scheme://host/folder, e.g. file:///mnt/export or hdfs://other:8020/export"


def checked_destination(text: object, config: Config) -> str:
    """Return the destination without a last slash; '' when none is given.

    :raises BadSettingError: it is no URL of a folder, holds credentials, or is inside the restricted zone.
    """
    url = str(text or "").strip()
    if not url:
        return ""
    try:
        split = urlsplit(url)
    except ValueError as error:
        raise BadSettingError("the destination is no URL", remedy=EXAMPLE) from error
    if "@" in split.netloc or split.query or split.fragment:
        raise BadSettingError(
            "the destination holds a user, a query or a fragment",
            remedy="leave credentials to the cluster's configuration; they would be seen in its job lists",
        )
    path = unquote(split.path)
    folder = normpath(path)
    written = ("/" + path.strip("/")) if path else ""
    if not split.scheme or "://" not in url or folder in ("", ".", "/", "//") or folder != written:
        raise BadSettingError(f"the destination {url!r} names no folder", remedy=EXAMPLE)
    local = [config.landing, config.work_dir, config.runtime_dir]
    zones = [path for path in local if path] if split.scheme == "file" else [config.root, config.apps]
    for zone in zones:
        if _overlap(folder, normpath(zone)):
            raise BadSettingError(
                f"the destination {url!r} overlaps {zone}, which the pipeline uses",
                remedy="give a folder outside of it",
            )
    return url.rstrip("/")


def _overlap(one: str, other: str) -> bool:
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")
