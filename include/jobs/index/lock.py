"""Find the landing zone, and let one process a machine index it at a time."""

from __future__ import annotations

import fcntl
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jobs.base.errors import JobInputError


@contextmanager
def index_lock(landing: str, root: str) -> Iterator[None]:
    """Hold the machine-wide lock of this landing zone and root; a process that waits finds the work done."""
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
