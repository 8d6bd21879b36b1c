"""A de-identified build in the store: what lies there, what must lie there, and the file that commits it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jobs.base.errors import JobInputError
from jobs.base.store import Entry, Store
from lake.folders import hidden
from lake.places import Places

RECORD, PAGE = "record.json", "record.md"
SHOWN = 3


@dataclass(frozen=True)
class Stored:
    """One file of a build: its SHA-256 and its length in bytes."""

    sha256: str
    bytes: int


def below(store: Store, folder: str) -> dict[str, Entry]:
    """List every file below a folder, hidden ones too, by its name relative to the folder."""
    found: dict[str, Entry] = {}
    waiting = [folder]
    while waiting:
        for entry in store.list(waiting.pop()):
            if entry.is_dir:
                waiting.append(entry.path)
            else:
                found[entry.path.removeprefix(f"{folder}/")] = entry
    return found


def sweep(store: Store, folder: str) -> None:
    """Delete what attempts that died left behind under hidden names."""
    for entry in below(store, folder).values():
        if hidden(entry.path):
            store.delete(entry.path)


def check_lengths(store: Store, folder: str, wanted: Mapping[str, Stored]) -> None:
    """Demand that a folder holds the wanted files with their lengths, and nothing else at any depth.

    :raises JobInputError: naming some files that differ.
    """
    there = {name: entry.bytes for name, entry in below(store, folder).items()}
    lengths = {name: file.bytes for name, file in wanted.items()}
    wrong = sorted(name for name in there.keys() | lengths.keys() if there.get(name) != lengths.get(name))
    if wrong:
        raise JobInputError(
            f"{len(wrong)} files of {folder} are missing, have another length or do not belong there: "
            f"{', '.join(wrong[:SHOWN])}",
            "remove what does not belong there and run the export again; nothing leaves it as it is",
        )


def commit(store: Store, places: Places, scan_date: str, build: str, files: Mapping[str, Stored]) -> None:
    """Swap the one file that makes a build the scan date's."""
    text = {"build": build, "files": {name: [file.sha256, file.bytes] for name, file in files.items()}}
    data = json.dumps(text, sort_keys=True, indent=0).encode()
    store.swap_changed(places.deidentified_current(scan_date), data)


def committed(store: Store, places: Places, scan_date: str, build: str) -> dict[str, Stored]:
    """Return the files of the scan date's committed build.

    :raises JobInputError: none is committed, or it is not the build that is asked for.
    """
    remedy = "run the task deidentify for this scan date again"
    try:
        text: dict[str, Any] = json.loads(store.read(places.deidentified_current(scan_date)))
    except FileNotFoundError as error:
        raise JobInputError(f"scan date {scan_date} has no committed de-identified build", remedy) from error
    if text["build"] != build:
        raise JobInputError(
            f"the committed de-identified build of {scan_date} is {text['build']}, not {build}", remedy
        )
    return {name: Stored(sha256, size) for name, (sha256, size) in text["files"].items()}
