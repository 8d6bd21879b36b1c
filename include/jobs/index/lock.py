"""Walk the landing zone, and let one process a machine do it at a time."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jobs.base.protocol import JobInputError
from jobs.index.rows import Found


@contextmanager
def index_lock(landing: str, root: str) -> Iterator[None]:
    """Hold the machine-wide lock of this landing zone and root; who waits finds the work done."""
    name = hashlib.sha256(f"{landing}\n{root}".encode()).hexdigest()[:16]
    path = Path(tempfile.gettempdir()) / f"nightscan-index-{name}.lock"
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def landing_folder(landing: str) -> Path:
    """Return the landing zone as a resolved folder.

    :raises JobInputError: it is not there or not a folder.
    """
    path = Path(landing)
    if not path.exists():
        raise JobInputError(
            f"landing zone {landing} does not exist", "create or mount it, or correct `landing`"
        )
    if not path.is_dir():
        raise JobInputError(f"landing zone {landing} is not a folder", "name the folder that holds the files")
    return path.resolve()


def walk(landing: Path) -> list[Found]:
    """List every regular file below the landing zone, sorted; links are not followed and not listed.

    A folder or file that cannot be read is listed with its error, so that it is accounted for.
    """
    found: list[Found] = []
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(landing / folder) as entries:
                for entry in entries:
                    _take(entry, f"{folder}{entry.name}", found, waiting)
        except OSError as error:
            found.append(Found(folder.rstrip("/") or ".", 0, 0, error.strerror or type(error).__name__))
    return sorted(found, key=lambda item: item.path)


def _take(entry: os.DirEntry[str], path: str, found: list[Found], waiting: list[str]) -> None:
    if entry.is_dir(follow_symlinks=False):
        waiting.append(path + "/")
    elif entry.is_file(follow_symlinks=False):
        try:
            stat = entry.stat(follow_symlinks=False)
        except OSError as error:
            found.append(Found(path, 0, 0, error.strerror or type(error).__name__))
        else:
            found.append(Found(path, stat.st_size, stat.st_mtime_ns))
