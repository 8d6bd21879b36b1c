"""The card of one volume: pictures, geometry certificate, facts, regions."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from imaging.geometry.certificate import Judgement, judge
from imaging.output.converted import OURS, VolumeFiles, listed
from imaging.report.formatting import escape, number, numbers_of, table
from imaging.report.refusals import known_reason
from imaging.report.views import Views, views_of

SHOWN_ELSEWHERE = frozenset(
    {"columns", "rows", "slices", "volumes", "spacing", "affine", "geometry", "modality", "dtype", "files"}
    | {"files_digest", "padding_value", "padding_voxels", "units", "units_source", "fourth_axis"}
    | {"projection", "tilt_degrees"}
)
FOLDERS = 3
NOTHING: tuple[object, ...] = (None, "", [], {})


def card(volume: VolumeFiles) -> str:
    """Return the <article> of a volume; one that cannot be read says so and how to look further."""
    record = volume.record
    try:
        views = views_of(volume)
        trouble = ""
    except (OSError, EOFError, ValueError, zlib.error) as error:
        views = Views("", "", [])
        trouble = (
            f'<p class="bad" role="alert">The pictures cannot be shown ({escape(type(error).__name__)}: '
            f"{escape(error)}). Run: <code>python -m imaging check {escape(volume.image.name)}</code></p>"
        )
    legend = f'<ul class="legend" aria-label="Regions">{views.legend}</ul>' if views.legend else ""
    return (
        f'<article class="card" id="v-{escape(volume.key)}"><header>'
        f'<span class="tag">{escape(record.get("modality", "?"))}</span><h3>{_place(volume.folders)}</h3>'
        f'<code class="dim">{escape(volume.key)}</code></header>'
        f'<p class="dim">{size_of(record)}</p>{trouble}'
        f'<div class="planes">{views.figures}</div>{legend}'
        f'<p class="dim">{" ".join(escape(line) for line in views.words)}</p>'
        f'<div class="pair"><div>{_certificate(volume)}</div><div>{_facts(volume)}</div></div>'
        f"{_regions(volume)}{_sidecar(volume.sidecar)}</article>"
    )


def size_of(record: Mapping[str, Any]) -> str:
    """Say a volume's grid and values in a line: '512 x 512 x 90 voxels of 0.98 x 0.98 x 3.27 mm; HU'."""
    counts = [record.get(name) for name in ("columns", "rows", "slices")]
    spacing = [value for value in listed(record.get("spacing")) if isinstance(value, (int, float))]
    if not all(isinstance(value, int) for value in counts):
        return "no record beside the volume"
    sides, what = (2, "pixels") if record.get("projection") else (3, "voxels")
    text = " &times; ".join(number(value) for value in counts[:sides]) + f" {what}"
    if spacing:
        text += " of " + " &times; ".join(f"{value:.4g}" for value in spacing[:sides]) + " mm"
    if int(record.get("volumes") or 1) > 1:
        text += f", {number(record['volumes'])} volumes {_along(record.get('fourth_axis'))}"
    return f"{text}; {escape(record.get('units', ''))}, {escape(record.get('dtype', ''))}"


def _along(axis: object) -> str:
    """Say what the volumes are steps of: 'along EchoTime, 2.4 to 9.8 ms'."""
    if not isinstance(axis, Mapping):
        return f"along {escape(axis)}" if axis else "along an axis that the record does not name"
    values = [value for value in listed(axis.get("values")) if isinstance(value, (int, float))]
    unit = str(axis.get("unit", "")).replace("index", "")
    ends = f", {values[0]:g} to {values[-1]:g} {unit}" if values else ""
    return escape(f"along {axis.get('kind', 'time')}{ends}".rstrip())


def _place(folders: Sequence[str]) -> str:
    more = f" and {number(len(folders) - FOLDERS)} more folders" if len(folders) > FOLDERS else ""
    return ", ".join(escape(folder) for folder in folders[:FOLDERS]) + more


def _certificate(volume: VolumeFiles) -> str:
    if not volume.record:
        return '<p class="bad">No record lies beside the volume, so nothing proves its geometry.</p>'
    if not volume.placed:
        return '<p class="dim">No geometry certificate: the image has no patient space.</p>'
    head = ("Number", "Value", "Tolerance", "Judged")
    return table("Geometry certificate", head, [_judged(item) for item in judge(volume.record)])


def _judged(item: Judgement) -> Sequence[str]:
    words = {
        None: '<span class="dim">-</span>',
        True: '<span class="good">within</span>',
        False: '<span class="bad">OUTSIDE</span>',
    }
    tolerance = "-" if item.tolerance is None else number(float(f"{item.tolerance:.4g}"), item.unit)
    return (escape(item.words), number(item.value, item.unit), tolerance, words[item.within])


def _facts(volume: VolumeFiles) -> str:
    record = volume.record
    if not record:
        return ""
    source = record.get("units_source")
    units = escape(record.get("units", "-")) + (f" (header: {escape(source)})" if source else "")
    rows = [("Units", units), ("Stored as", escape(record.get("dtype", "-"))), ("Padding", _padding(record))]
    rows += [
        (escape(name.replace("_", " ").capitalize()), _value(value))
        for name, value in record.items()
        if name not in SHOWN_ELSEWHERE and value not in NOTHING
    ]
    rows.append(("Source files", number(record.get("files", len(volume.inputs)))))
    rows.append(("Digest of the sources", f"<code>{escape(record.get('files_digest', '-'))}</code>"))
    return table("Values and sources", ("Fact", "Value"), rows)


def _padding(record: Mapping[str, Any]) -> str:
    voxels = record.get("padding_voxels") or 0
    if not voxels:
        return "none"
    value = record.get("padding_value")
    said = "value differs by slice" if value is None else f"value {number(value)}"
    return f"{number(voxels)} voxels without measurement, {said}; to be left out of statistics"


def _value(value: object) -> str:
    return numbers_of(value) if isinstance(value, Mapping) else numbers_of({"": value}).removeprefix(" = ")


def _regions(volume: VolumeFiles) -> str:
    rows = []
    for item in volume.regions:
        reason = item.get("reason")
        told = (
            f"{escape(reason)}: {_advice(str(reason))}"
            if reason
            else '<span class="good">mask written</span>'
        )
        evidence = item.get("evidence")
        shown = numbers_of(evidence) if isinstance(evidence, Mapping) else ""
        rows.append(
            (
                escape(item.get("region", "?")),
                number(item.get("voxels")),
                number(item.get("volume_ml"), "ml"),
                told,
                shown,
            )
        )
    return table("Regions", ("Region", "Voxels", "Volume", "Outcome", "Details"), rows, "wide")


def _advice(reason: str) -> str:
    known = known_reason(reason)
    return "not in this version's list" if known is None else escape(f"{known.meaning} {known.remedy}")


def _sidecar(sidecar: Mapping[str, Any]) -> str:
    rows = [(escape(name), _value(value)) for name, value in sidecar.items() if name != OURS]
    made = table("Acquisition, from the header (BIDS names)", ("Key", "Value"), rows)
    return (
        f"<details><summary>Acquisition ({number(len(rows))} values)</summary>{made}</details>"
        if made
        else ""
    )
