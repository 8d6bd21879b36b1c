"""Name the code that reads headers: a row of the index that other code made is read again."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

INCLUDE = Path(__file__).parents[2]
# All of our code that decides what a row holds; a folder stands for every module below it.
SOURCES = (
    "imaging/dicom_reading",
    "imaging/guard.py",
    "imaging/reasons.py",
    "imaging/records.py",
    "jobs/base/keys.py",
    "jobs/index/rows.py",
    "jobs/index/schema.py",
)
SECOND_JUDGE = "pydicom"  # reads what the strict reader leaves alone, and holds the standard's dictionary


@cache
def reader_id() -> str:
    """Return a hash (16 hex digits) of the sources and pydicom's version: equal code, equal hash."""
    whole = hashlib.sha256(f"{SECOND_JUDGE} {version(SECOND_JUDGE)}\n".encode())
    for path in reader_files():
        content = path.read_bytes()
        whole.update(f"{path.relative_to(INCLUDE).as_posix()} {len(content)}\n".encode())
        whole.update(content)
    return whole.hexdigest()[:16]


def reader_files() -> list[Path]:
    """List the modules that the hash covers, in order of path."""
    places = [INCLUDE / name for name in SOURCES]
    return sorted(path for place in places for path in (place.rglob("*.py") if place.is_dir() else [place]))
