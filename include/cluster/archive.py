"""The archive of the Python tree: same tree, same bytes."""

from __future__ import annotations

import gzip
import os
import tarfile
from pathlib import Path

LEVEL = 4
# Big packages whose own tests do not run in a container.
TESTED = frozenset({"pandas", "pyarrow", "pydicom", "scipy", "sklearn"})
NEVER = frozenset({"__pycache__", ".lock", "bin"})
# Arrow's network clients: two fifths of its size, and it imports without them.
CLIENTS = ("_flight.", "_s3fs.", "libarrow_flight.", "libarrow_python_flight.", "libarrow_s3.")
SUFFIXES = (".pyc", ".pyx", ".pxd", ".pxi", ".h", ".hpp", ".c", ".cc", ".cpp")


def is_shipped(relative: Path) -> bool:
    """Return whether a file goes into the archive: no byte code, no sources of compiled modules, no tests."""
    parts = relative.parts
    if "__pycache__" in parts or parts[0] in NEVER or relative.name.endswith(SUFFIXES):
        return False
    if parts[0] == "pyarrow" and relative.name.startswith(CLIENTS):
        return False
    return not (parts[0] in TESTED and "tests" in parts)


def write_archive(tree: Path, target: Path) -> None:
    """Write `tree` as a .tar.gz with the packages at its root; owner, times and order are fixed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.tmp")
    files = sorted(path for path in tree.rglob("*") if path.is_file())
    with (
        temporary.open("wb") as raw,
        gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=LEVEL, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path in files:
            relative = path.relative_to(tree)
            if is_shipped(relative):
                _add(archive, path, str(relative))
    temporary.replace(target)


def _add(archive: tarfile.TarFile, path: Path, name: str) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = path.stat().st_size
    entry.mode = 0o755 if os.access(path, os.X_OK) else 0o644
    with path.open("rb") as content:
        archive.addfile(entry, content)
