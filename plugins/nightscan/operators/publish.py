"""Putting a checked folder in its final place in HDFS and letting a pointer file name it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from pydantic import JsonValue

from nightscan import hooks
from nightscan.errors import ManifestError

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

    from nightscan.hooks.hdfs import HdfsHook

MANIFEST = "MANIFEST.json"


class HdfsPublishOperator(BaseOperator):
    """Verifies a candidate folder, renames it into place and swaps the pointer; a re-run is harmless.

    The order is what makes it safe: whoever follows the pointer finds a whole, verified folder at any moment.

    :param candidate: folder with MANIFEST.json beside its files. (templated)
    :param final: where it goes; never overwritten with other content. (templated)
    :param pointer: text file that names the version in use. (templated)
    :param version: what the pointer then says. (templated)
    :param webhdfs_conn_id: connection to HDFS.
    """

    template_fields: Sequence[str] = ("candidate", "final", "pointer", "version")
    ui_color = "#d3ebe4"

    def __init__(
        self,
        *,
        candidate: str,
        final: str,
        pointer: str,
        version: str,
        webhdfs_conn_id: str = "webhdfs_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.candidate = candidate
        self.final = final
        self.pointer = pointer
        self.version = version
        self.webhdfs_conn_id = webhdfs_conn_id

    @cached_property
    def hdfs(self) -> HdfsHook:
        """The file system."""
        return hooks.HdfsHook(self.webhdfs_conn_id)

    def execute(self, context: Context) -> dict[str, JsonValue]:
        """Verify, rename, swap."""
        before = publish(self.hdfs, self.candidate, self.final, self.pointer, self.version)
        self.log.info("%s now names %s (before: %s)", self.pointer, self.version, before or "nothing")
        return {"version": self.version, "path": self.final, "previous": before}


def publish(hdfs: HdfsHook, candidate: str, final: str, pointer: str, version: str) -> str:
    """Put a candidate in place; return the version that the pointer named before, empty where there was none.

    :raises ManifestError: a file is missing, unlisted or different; nothing is changed then.
    """
    if hdfs.exists(final):  # an attempt died between rename and swap, or this is a roll-back
        verify(hdfs, final)
        if hdfs.exists(f"{candidate}/{MANIFEST}") and _listed(hdfs, candidate) != _listed(hdfs, final):
            raise ManifestError(
                f"{final} exists with other content than {candidate}",
                remedy="a version is never overwritten: release under a new version",
            )
    else:
        verify(hdfs, candidate)
        hdfs.mkdirs(final.rsplit("/", 1)[0])
        hdfs.rename(candidate, final)
    before = hdfs.read_text(pointer).strip() if hdfs.exists(pointer) else ""
    if before != version:
        hdfs.swap(pointer, f"{version}\n".encode())
    return before


def verify(hdfs: HdfsHook, folder: str) -> int:
    """Read every file of a folder and compare it with the manifest; return their number.

    :raises ManifestError: a file is missing, unlisted or different.
    """
    listed = _listed(hdfs, folder)
    there = _files(hdfs, folder)
    wrong = [f"{name}: missing" for name in sorted(listed.keys() - there)]
    wrong += [f"{name}: not in the manifest" for name in sorted(there - listed.keys())]
    wrong += [
        f"{name}: its SHA-256 is not the manifest's"
        for name in sorted(listed.keys() & there)
        if hdfs.sha256(f"{folder}/{name}") != listed[name]
    ]
    if wrong:
        raise ManifestError(
            f"{folder} does not match its {MANIFEST}: {'; '.join(wrong[:10])}",
            remedy="build the candidate again",
        )
    return len(listed)


def _listed(hdfs: HdfsHook, folder: str) -> dict[str, str]:
    path = f"{folder}/{MANIFEST}"
    if not hdfs.exists(path):
        raise ManifestError(f"there is no {path}", remedy="build the candidate again")
    try:
        files = json.loads(hdfs.read_text(path))["files"]
    except (ValueError, KeyError, TypeError) as error:
        raise ManifestError(
            f"{path} is not a manifest: {error}", remedy="build the candidate again"
        ) from error
    return {name: _digest(entry) for name, entry in files.items()}


def _digest(entry: str | Mapping[str, Any]) -> str:
    return entry if isinstance(entry, str) else str(entry["sha256"])


def _files(hdfs: HdfsHook, folder: str, below: str = "") -> set[str]:
    found: set[str] = set()
    for entry in hdfs.list(f"{folder}/{below}".rstrip("/")):
        name = f"{below}{entry.name}"
        found |= _files(hdfs, folder, f"{name}/") if entry.is_dir else {name}
    return found - {MANIFEST}
