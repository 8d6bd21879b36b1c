"""List what lies in a folder: a laptop's folder and a landing zone by the same rule.

- A regular file is listed, a hidden one too: a leading dot says nothing of what a file holds.
- A folder is walked; one that cannot be read is listed itself, with the error, so that it is accounted for.
- A symbolic link to a file is that file, with its size and time: data sets are often trees of such links.
- A symbolic link to a folder is listed with an error and not walked: it may lead to itself, or to files that
  are listed already. One that leads nowhere is listed with the error.
- A file or folder whose name is not UTF-8 is listed with an error: Parquet and JSON cannot hold such a name,
  so nothing could find it by that again. A wrong byte is listed as backslash, x and two hex digits.
- Sockets, pipes and devices hold no content: they are neither listed nor opened.
- What vanishes, or fails, before its size is known is listed with the error; after that the reader says so.
"""

from __future__ import annotations

from os import DirEntry, scandir
from pathlib import Path
from typing import NamedTuple

LINK = "symbolic link to a folder, not followed"
ODD_NAME = "the name is not UTF-8"


class Found(NamedTuple):
    """``path``: relative to the folder, with slashes. ``size``: bytes. ``mtime_ns``: last change.

    ``error``: why it is not to be read; '' for a file that is.
    """

    path: str
    size: int = 0
    mtime_ns: int = 0
    error: str = ""


def walk(folder: Path) -> list[Found]:
    """List everything below ``folder`` by the rule above, in order of path; opens folders only."""
    found: list[Found] = []
    waiting = [""]
    while waiting:
        below = waiting.pop()
        try:
            with scandir(folder / below) as entries:
                for entry in entries:
                    _take(entry, below + entry.name, found, waiting)
        except OSError as error:
            found.append(Found(below.rstrip("/") or ".", error=system_message(error)))
    return sorted(found)


def _take(entry: DirEntry[str], path: str, found: list[Found], waiting: list[str]) -> None:
    shown = _as_utf8(path)
    try:
        if shown != path and (entry.is_file() or entry.is_dir()):
            found.append(Found(shown, error=ODD_NAME))
        elif entry.is_file():
            stat = entry.stat()
            found.append(Found(path, stat.st_size, stat.st_mtime_ns))
        elif entry.is_dir():
            if entry.is_symlink():
                found.append(Found(path, error=LINK))
            else:
                waiting.append(path + "/")
        elif entry.is_symlink():
            entry.stat()  # fails where it leads nowhere
    except OSError as error:
        found.append(Found(shown, error=system_message(error)))


def _as_utf8(path: str) -> str:
    if path.isascii():
        return path
    return path.encode(errors="surrogateescape").decode(errors="backslashreplace")


def system_message(error: OSError) -> str:
    """Return the system's message alone: the path in the whole one may name a patient."""
    return error.strerror or type(error).__name__
