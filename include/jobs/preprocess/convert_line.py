"""Turn one manifest line, a series with its region files, into records and the files to store.

Pure: bytes in, records and bytes out; the streaming mapper does the reading and writing. What the files hold
is decided by `imaging.series.products`, as on a laptop.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from imaging.dicom_reading.source_file import SourceFile
from imaging.memory import decoded_bytes, needed_bytes, too_large
from imaging.records import Limits
from imaging.series.outcomes import outcomes_of
from imaging.series.products import IMAGE, SeriesProducts, make_products, mask_suffix
from imaging.volume import Volume
from jobs.base.keys import sha256

Line = Mapping[str, Any]
Record = dict[str, Any]


@dataclass(frozen=True)
class Converted:
    """What became of one series: a record a file, a record of its volume if there is one, files to store."""

    records: list[Record]
    outputs: dict[str, bytes]


@dataclass(frozen=True)
class Place:
    """Where the volumes of a build go: HDFS folder and build id."""

    folder: str
    build: str


@dataclass(frozen=True)
class Work:
    """One manifest line as the library takes it: its images, its region files, and how much it may use."""

    line: Line
    images: list[SourceFile]
    regions: list[SourceFile]
    limits: Limits

    @property
    def fits(self) -> bool:
        """Whether its files may be read; `convert_line` refuses a series that does not fit without them."""
        return too_large(self.images, self.regions, self.limits) is None

    @property
    def needs(self) -> int:
        """The most memory that its conversion takes, in bytes."""
        return needed_bytes(self.images, self.regions)


def work_of(line: Line, load: Callable[[str], bytes], limits: Limits) -> Work:
    """Describe a line by sizes alone; `load` gives the bytes of a raw_path, asked for once each."""
    modality = line["modality"] or ""
    images = [_source(file, load, modality) for file in line["files"]]
    return Work(line, images, [_source(file, load, modality) for file in line["regions"]], limits)


def _source(file: Line, load: Callable[[str], bytes], modality: str) -> SourceFile:
    return SourceFile(
        file["sha256"],
        file["sha256"],
        partial(load, file["raw_path"]),
        frozenset(file.get("released", ())),
        size=file["bytes"],
        decoded=decoded_bytes(file.get("voxels") or 0, modality),
    )


def convert_line(work: Work, place: Place) -> Converted:
    """Convert one series into its records and files."""
    products = make_products(work.images, work.regions, work.limits)
    line = work.line
    own: Record = {"record": "file", "series_key": line["series_key"]}
    records = [own | record for _, record in outcomes_of(products)]
    volume = products.result.volume
    if volume is None:
        return Converted(records, {})
    base = f"{place.folder}/{line['series_key']}"
    outputs = {base + suffix: data for suffix, data in products.files.items()}
    row = _row(line, products, volume, base) | {"build": place.build}
    return Converted([*records, {"record": "volume", "row": row}], outputs)


def _row(line: Line, products: SeriesProducts, volume: Volume, base: str) -> Record:
    used = {item.sha256 for item in products.result.outcomes if item.used}
    masks = {slug: mask_suffix(slug) for slug in products.volumes_ml}
    return _measures(volume) | {
        **{name: line[name] for name in ("series_key", "patient_key", "study_key")},
        "image_path": base + IMAGE,
        "image_sha256": sha256(products.files[IMAGE]),
        "masks": {slug: base + suffix for slug, suffix in masks.items()},
        "mask_sha256": {slug: sha256(products.files[suffix]) for slug, suffix in masks.items()},
        "region_volume_ml": dict(products.volumes_ml),
        "files": len(used),
        "bytes": sum(file["bytes"] for file in line["files"] if file["sha256"] in used),
    }


def _measures(volume: Volume) -> Record:
    """Return the columns of mri_scans that describe the volume itself (lengths in mm)."""
    record: Mapping[str, object] = volume.record()
    columns, rows, slices = volume.array.shape[:3]
    return {
        "modality": volume.modality,
        "columns_": int(columns),
        "rows_": int(rows),
        "slices": int(slices),
        "volumes": volume.volumes,
        "fourth_axis": "" if volume.fourth is None else volume.fourth.kind,
        "tilt_degrees": float(volume.tilt_degrees),
        "spacing_x": float(volume.spacing[0]),
        "spacing_y": float(volume.spacing[1]),
        "spacing_z": float(volume.spacing[2]),
        "affine": json.dumps(record["affine"]),
        "units": volume.units,
        "dtype": record["dtype"],
        "files_digest": volume.files_digest,
        "manufacturer": volume.manufacturer,
        "simulated": volume.simulated,
        "geometry": json.dumps(record["geometry"], sort_keys=True),
    }
