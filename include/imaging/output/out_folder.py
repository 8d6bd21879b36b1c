"""The folder that ``convert`` writes: filled in a hidden folder, then renamed; an earlier run's files go."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from imaging.records import JsonValue

RECORDS = "records.json"
REPORTS = ("index.html", "page-*.html")
ASIDE = ".convert-"
KEY_DIGITS = frozenset("0123456789abcdef")
KEY_LENGTH = 16


class FolderError(Exception):
    """A folder cannot be used: which one, why, and what to do."""


class OutFolder:
    """``out`` while a conversion fills it.

    Files are written into a hidden folder inside ``out``. ``publish`` renames them into place, removes what
    an earlier conversion left and this one did not write, and replaces records.json last. Until then ``out``
    is as it was; a crash leaves only the hidden folder, which the next run removes.

    :raises FolderError: when ``out`` holds files and no records.json: convert did not write them
    """

    def __init__(self, out: Path, landing: Path) -> None:
        inside, outside = out.resolve(), landing.resolve()
        if inside == outside or outside in inside.parents or inside in outside.parents:
            raise FolderError(f"{out} and {landing} lie in each other; give a folder apart to write into")
        out.mkdir(parents=True, exist_ok=True)
        own = [path for path in out.iterdir() if path.name.startswith(ASIDE) and path.is_dir()]
        foreign = [path.name for path in out.iterdir() if path not in own]
        if foreign and not own and RECORDS not in foreign:
            raise FolderError(
                f"{out} holds {len(foreign)} files (the first: {min(foreign)}) that convert did not write; "
                "give an empty or a new folder"
            )
        for path in own:
            _remove(path)
        self.out = out
        self.earlier = _earlier_keys(out / RECORDS)
        self.written: set[str] = set()
        self._aside = out / f"{ASIDE}{os.urandom(8).hex()}"
        self._aside.mkdir(mode=0o700)

    def write(self, key: str, files: Mapping[str, bytes]) -> None:
        """Write the files of one volume, KEY + suffix each."""
        for suffix, data in files.items():
            self._put(key + suffix, data)

    def publish(self, records: list[dict[str, JsonValue]]) -> list[str]:
        """Put everything in place; return the names of an earlier run's files that were removed."""
        stale = sorted(
            path.name
            for path in self.out.iterdir()
            if path.name.partition(".")[0] in self.earlier and path.name not in self.written
        )
        # One record a line: json's fast encoder does not indent.
        encode = json.JSONEncoder(sort_keys=True).encode
        lines = ",\n".join(map(encode, records))
        self._put(RECORDS, f"[\n{lines}\n]\n".encode())
        for name in sorted(self.written - {RECORDS}):
            (self._aside / name).replace(self.out / name)
        # A report shows the volumes it was made from: it is removed with them.
        for path in [*(self.out / name for name in stale), *self._reports()]:
            path.unlink(missing_ok=True)
        (self._aside / RECORDS).replace(self.out / RECORDS)
        self.close()
        return stale

    def _reports(self) -> list[Path]:
        return [path for pattern in REPORTS for path in self.out.glob(pattern)]

    def close(self) -> None:
        """Remove what was written and not published."""
        if self._aside.is_dir():
            _remove(self._aside)

    def _put(self, name: str, data: bytes) -> None:
        (self._aside / name).write_bytes(data)
        self.written.add(name)


def _remove(folder: Path) -> None:
    """Remove a folder of ours with what is in it; there are no folders inside."""
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def _earlier_keys(records: Path) -> frozenset[str]:
    """Return the keys of the volumes that an earlier conversion wrote."""
    if not records.is_file():
        return frozenset()
    try:
        entries = json.loads(records.read_text(encoding="utf-8"))
        keys = {str(entry["volume"]) for entry in entries if entry["volume"]}
    except (ValueError, TypeError, KeyError) as error:
        raise FolderError(
            f"{records} is not what convert writes ({type(error).__name__}); give an empty or a new folder"
        ) from error
    return frozenset(_keys_only(keys))


def _keys_only(names: Iterable[str]) -> Iterable[str]:
    """Return only what is a key: files are removed by these names."""
    return (name for name in names if len(name) == KEY_LENGTH and KEY_DIGITS.issuperset(name))
