"""What the card of one volume shows: pictures, geometry certificate, facts, regions."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from imaging.geometry.certificate import Judgement, judge
from imaging.output.converted import OURS, VolumeFiles, listed
from imaging.report.formatting import fact, number
from imaging.report.views import Views, views_of

SHOWN_ELSEWHERE = frozenset(
    {"columns", "rows", "slices", "volumes", "spacing", "affine", "geometry", "modality", "dtype", "files"}
    | {"files_digest", "padding_value", "padding_voxels", "units", "units_source", "fourth_axis"}
    | {"projection", "tilt_degrees"}
)
NOTHING: tuple[object, ...] = (None, "", [], {})
TIMES = " \N{MULTIPLICATION SIGN} "


@dataclass(frozen=True)
class Fact:
    """A line of the table of values; ``code``: written in letters of one width."""

    name: str
    value: str
    code: bool = False


@dataclass(frozen=True)
class Card:
    """A volume as the page shows it; ``trouble``: why its pictures cannot be shown, '' when they can."""

    volume: VolumeFiles
    views: Views
    trouble: str
    size: str
    certificate: Sequence[Judgement]
    facts: Sequence[Fact]
    acquisition: Sequence[tuple[str, Any]]


def card(volume: VolumeFiles) -> Card:
    """Return the card of a volume; one that cannot be read has its trouble in place of pictures."""
    record, trouble = volume.record, ""
    try:
        views = views_of(volume)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        views, trouble = Views([]), f"{type(error).__name__}: {error}"
    return Card(
        volume=volume,
        views=views,
        trouble=trouble,
        size=size_of(record),
        certificate=judge(record) if volume.placed else [],
        facts=_facts(volume) if record else [],
        acquisition=[item for item in volume.sidecar.items() if item[0] != OURS],
    )


def size_of(record: Mapping[str, Any]) -> str:
    """Say a volume's grid and values in a line: '512 x 512 x 90 voxels of 0.98 x 0.98 x 3.27 mm; HU'."""
    counts = [record.get(name) for name in ("columns", "rows", "slices")]
    spacing = [value for value in listed(record.get("spacing")) if isinstance(value, (int, float))]
    if not all(isinstance(value, int) for value in counts):
        return "no record beside the volume"
    sides, what = (2, "pixels") if record.get("projection") else (3, "voxels")
    text = TIMES.join(number(value) for value in counts[:sides]) + f" {what}"
    if spacing:
        text += " of " + TIMES.join(f"{value:.4g}" for value in spacing[:sides]) + " mm"
    if int(record.get("volumes") or 1) > 1:
        text += f", {number(record['volumes'])} volumes {_along(record.get('fourth_axis'))}"
    return f"{text}; {record.get('units', '')}, {record.get('dtype', '')}"


def _along(axis: object) -> str:
    """Say what the volumes are steps of: 'along EchoTime, 2.4 to 9.8 ms'."""
    if not isinstance(axis, Mapping):
        return f"along {axis}" if axis else "along an axis that the record does not name"
    values = [value for value in listed(axis.get("values")) if isinstance(value, (int, float))]
    unit = str(axis.get("unit", "")).replace("index", "")
    ends = f", {values[0]:g} to {values[-1]:g} {unit}" if values else ""
    return f"along {axis.get('kind', 'time')}{ends}".rstrip()


def _facts(volume: VolumeFiles) -> list[Fact]:
    record = volume.record
    source = record.get("units_source")
    units = f"{record.get('units', '-')}" + (f" (header: {source})" if source else "")
    return [
        Fact("Units", units),
        Fact("Stored as", str(record.get("dtype", "-"))),
        Fact("Padding", _padding(record)),
        *(
            Fact(name.replace("_", " ").capitalize(), fact(value))
            for name, value in record.items()
            if name not in SHOWN_ELSEWHERE and value not in NOTHING
        ),
        Fact("Source files", number(record.get("files", len(volume.inputs)))),
        Fact("Digest of the sources", str(record.get("files_digest", "-")), code=True),
    ]


def _padding(record: Mapping[str, Any]) -> str:
    voxels = record.get("padding_voxels") or 0
    if not voxels:
        return "none"
    value = record.get("padding_value")
    said = "value differs by slice" if value is None else f"value {number(value)}"
    return f"{number(voxels)} voxels without measurement, {said}; to be left out of statistics"
