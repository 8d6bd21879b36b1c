"""Read what a conversion wrote into a folder: the records of the input files, the sidecars of the volumes."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RECORDS = "records.json"
IMAGE = ".nii.gz"
MASK = ".mask.nii.gz"
SIDECAR = ".json"
OURS = "nightscan"
REFUSED = "refused"
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Entry:
    """One input file: ``outcome`` is volume, region or refused; ``name`` is relative to the landing zone."""

    name: str
    outcome: str
    volume: str | None
    level: str
    reason: str | None
    evidence: Json


@dataclass(frozen=True)
class VolumeFiles:
    """The files of one volume: ``sidecar`` is empty when it is absent or no JSON object.

    ``masks``: path by region slug. ``folders``: where the input files lay, relative to the landing folder.
    """

    key: str
    image: Path
    sidecar: Json
    masks: Mapping[str, Path]
    folders: Sequence[str] = ()

    @property
    def record(self) -> Json:
        """The volume's own record: sizes, units, certificate."""
        return mapping(mapping(self.sidecar.get(OURS)).get("volume"))

    @property
    def placed(self) -> bool:
        """Whether the volume lies in patient space; a projection X-ray does not."""
        return not self.record.get("projection") and self.record.get("affine_code") != "none"

    @property
    def regions(self) -> Sequence[Json]:
        """The record of each region, refused ones too."""
        return [mapping(item) for item in listed(mapping(self.sidecar.get(OURS)).get("regions"))]

    @property
    def inputs(self) -> Sequence[str]:
        """SHA-256 of the input files."""
        return [str(item) for item in listed(mapping(self.sidecar.get(OURS)).get("inputs"))]


@dataclass(frozen=True)
class Contents:
    """A converted folder: every input file once, every volume that the records name.

    ``unrecorded``: keys of volumes that lie in the folder and that no record names (an earlier run's).
    """

    entries: Sequence[Entry]
    volumes: Sequence[VolumeFiles]
    unrecorded: Sequence[str]


def read_contents(out: Path) -> Contents:
    """Return what the folder ``out`` holds that ``convert`` wrote.

    :raises OSError: when it has no records.json
    :raises ValueError: when that file is damaged
    """
    listed_entries = json.loads((out / RECORDS).read_text(encoding="utf-8"))
    if not isinstance(listed_entries, list):
        # Wrong data, not a wrong argument of a caller.
        raise ValueError(f"{out / RECORDS} lists no files; convert the folder again")  # noqa: TRY004
    names = _relative([str(item["name"]) for item in listed_entries])
    entries = [_entry(name, item) for name, item in zip(names, listed_entries, strict=True)]
    folders: dict[str, dict[str, None]] = {}
    for entry in entries:
        if entry.volume is not None and entry.outcome != REFUSED:
            folders.setdefault(entry.volume, {})[os.path.dirname(entry.name) or "."] = None  # noqa: PTH120 -- text, no path of this machine
    volumes = [volume_files(out / f"{key}{IMAGE}", list(places)) for key, places in folders.items()]
    volumes.sort(key=lambda volume: (list(volume.folders), volume.key))
    present = {
        path.name.removesuffix(IMAGE) for path in out.glob(f"*{IMAGE}") if not path.name.endswith(MASK)
    }
    return Contents(entries, volumes, sorted(present - set(folders)))


def volume_files(image: Path, folders: Sequence[str] = ()) -> VolumeFiles:
    """Return ``image`` (KEY.nii.gz or KEY.nii) with the sidecar and the masks that lie beside it."""
    key = image.name.removesuffix(".gz").removesuffix(".nii")
    beside = sorted(path for path in image.parent.iterdir() if path.name.endswith(MASK))
    masks = {path.name[len(key) + 1 : -len(MASK)]: path for path in beside if path.name.startswith(f"{key}.")}
    return VolumeFiles(key, image, _sidecar(image.parent / f"{key}{SIDECAR}"), masks, folders)


def mapping(value: object) -> Json:
    """Return a JSON object, empty for anything else."""
    return value if isinstance(value, Mapping) else {}


def listed(value: object) -> Sequence[Any]:
    """Return a JSON list, empty for anything else."""
    return value if isinstance(value, list) else []


def _sidecar(path: Path) -> Json:
    if not path.is_file():
        return {}
    try:
        return mapping(json.loads(path.read_text(encoding="utf-8")))
    except ValueError:
        return {}  # reported as "no sidecar": nothing of it can be used


def _entry(name: str, item: Json) -> Entry:
    return Entry(
        name=name,
        outcome=str(item["outcome"]),
        volume=item.get("volume"),
        level=str(item.get("level", "file")),
        reason=item.get("reason"),
        evidence=mapping(item.get("evidence")),
    )


def _relative(names: Sequence[str]) -> list[str]:
    """Shorten absolute names by the folder they share; relative names stay."""
    if not names or not all(os.path.isabs(name) for name in names):  # noqa: PTH117 -- names, not paths to open
        return list(names)
    root = os.path.commonpath([os.path.dirname(name) for name in names])  # noqa: PTH120
    return [os.path.relpath(name, root) for name in names]
