"""Turn one manifest line, a series with its region files, into records and the files to store.

Pure: bytes in, records and bytes out; the streaming mapper does the reading and writing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from imaging.convert import convert_series
from imaging.nifti import nifti_gz_bytes
from imaging.reasons import Reason
from imaging.records import Level, Refusal, SourceFile
from imaging.volume import SeriesResult, Volume
from jobs.convert_regions import convert_regions
from jobs.file_records import AnyRefusal, JobRefusal, Line, Record, file_record, guarded
from jobs.keys import sha256
from jobs.reasons import JobReason


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


def convert_line(line: Line, data: Mapping[str, bytes], place: Place) -> Converted:
    """Convert one series.

    :param line: a line of the manifest (see `plan_preprocess`)
    :param data: the bytes of its files, by raw_path
    """
    sources = [
        SourceFile(file["sha256"], file["sha256"], partial(data.__getitem__, file["raw_path"]))
        for file in line["files"]
    ]
    result = guarded(partial(convert_series, sources))
    if isinstance(result, JobRefusal):
        return _refused_series(line, result, {})
    if result.volume is None:
        refusal = result.refusal or JobRefusal(JobReason.CONVERTER_FAILED, {"error": "no reason given"})
        return _refused_series(line, refusal, _refusals(result))
    return _converted(line, data, result, result.volume, place)


def _refusals(result: SeriesResult) -> dict[str, tuple[Level, AnyRefusal]]:
    return {o.sha256: (o.level, o.refusal) for o in result.outcomes if o.refusal is not None}


def _refused_series(
    line: Line, refusal: AnyRefusal, own: Mapping[str, tuple[Level, AnyRefusal]]
) -> Converted:
    records = []
    for file in line["files"]:
        level, why = own.get(file["sha256"], (Level.SERIES, refusal))
        records.append(file_record(line, file, "quarantined", level, why))
    lost = Refusal(Reason.REGION_WITHOUT_IMAGE, {"series_refused": str(refusal.reason)})
    records += [file_record(line, file, "quarantined", Level.SERIES, lost) for file in line["regions"]]
    return Converted(records, {})


def _converted(
    line: Line, data: Mapping[str, bytes], result: SeriesResult, volume: Volume, place: Place
) -> Converted:
    refused = _refusals(result)
    records = [
        file_record(line, file, "quarantined", *refused[file["sha256"]])
        if file["sha256"] in refused
        else file_record(line, file, "volume")
        for file in line["files"]
    ]
    regions = convert_regions(line, data, volume)
    image = f"{place.folder}/{line['series_key']}.nii.gz"
    masks = {slug: f"{place.folder}/{line['series_key']}.{slug}.mask.nii.gz" for slug in regions.masks}
    outputs = {image: nifti_gz_bytes(volume.array, volume.affine)}
    for slug, region in regions.masks.items():
        if region.mask is not None:
            outputs[masks[slug]] = nifti_gz_bytes(region.mask, volume.affine)
    used = [file for file in line["files"] if file["sha256"] not in refused]
    row = _measures(volume) | {
        **{name: line[name] for name in ("series_key", "patient_key", "study_key")},
        "image_path": image,
        "image_sha256": sha256(outputs[image]),
        "masks": masks,
        "mask_sha256": {slug: sha256(outputs[path]) for slug, path in masks.items()},
        "region_volume_ml": {slug: region.volume_ml for slug, region in regions.masks.items()},
        "bytes": sum(file["bytes"] for file in used),
        "build": place.build,
    }
    story = {"volume": volume.record(), "regions": regions.details, "scan": row}
    story["inputs"] = [file["sha256"] for file in used]
    outputs[f"{place.folder}/{line['series_key']}.json"] = _json(story)
    return Converted([*records, *regions.records, {"record": "volume", "row": row}], outputs)


def _json(value: Record) -> bytes:
    return (json.dumps(value, sort_keys=True, indent=1) + "\n").encode()


def _measures(volume: Volume) -> Record:
    """Give the columns of mri_scans that describe the volume itself (lengths in mm)."""
    record = volume.record()
    columns, rows, slices = volume.array.shape
    return {
        "modality": volume.modality,
        "columns_": int(columns),
        "rows_": int(rows),
        "slices": int(slices),
        "spacing_x": float(volume.spacing[0]),
        "spacing_y": float(volume.spacing[1]),
        "spacing_z": float(volume.spacing[2]),
        "affine": json.dumps(record["affine"]),
        "units": volume.units,
        "dtype": record["dtype"],
        "files": len(volume.files),
        "files_digest": volume.files_digest,
        "manufacturer": volume.manufacturer,
        "simulated": volume.simulated,
        "geometry": json.dumps(record["geometry"], sort_keys=True),
    }
