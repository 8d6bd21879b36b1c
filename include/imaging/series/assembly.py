"""Slices of one series, from whatever kind of files, into one volume; or the reason why not."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from imaging.dicom_reading.sop_classes import CLASSIC, ENHANCED, PROJECTION
from imaging.dicom_reading.source_file import SourceFile
from imaging.geometry.fourth_axis import order_volumes
from imaging.geometry.grid import Grid, build_grid
from imaging.geometry.projection import projection_grid
from imaging.geometry.stack import Stack
from imaging.reasons import Reason
from imaging.records import JsonValue, Refusal
from imaging.slices.projection import spacing_source
from imaging.slices.slice import Slice, stated_spacing
from imaging.slices.value_meaning import rescale_record
from imaging.values.intensities import real_values
from imaging.values.sidecar import sidecar_of
from imaging.values.suv import Suv, suv_of
from imaging.volume import FourthAxis, Volume

ONE_SERIES = ("patient_id", "study_uid", "series_uid", "sop_class")
MODALITIES = {**CLASSIC, **ENHANCED, **PROJECTION}


@dataclass(frozen=True)
class Placed:
    """Slices whose geometry is proved: the grid says where each of them goes."""

    grid: Grid
    fourth: FourthAxis | None
    projection: bool = False


def not_one_series(slices: Sequence[Slice], files: int) -> Refusal | None:
    """Refuse slices that differ in identity, kind, units or frame, or files that hold the same object."""
    differing: list[JsonValue] = [
        name for name in ONE_SERIES if len({getattr(slice_.header, name) for slice_ in slices}) > 1
    ]
    if len({(slice_.units, slice_.units_source) for slice_ in slices}) > 1:
        differing.append("units")
    if differing:
        return Refusal(Reason.SERIES_INCONSISTENT, {"differing": differing, "slices": len(slices)})
    frames = {slice_.header.frame_of_reference for slice_ in slices}
    if len(frames) > 1:
        return Refusal(Reason.FRAME_OF_REFERENCE_INCONSISTENT, {"frames": len(frames)})
    objects = {slice_.sop_uid for slice_ in slices}
    if len(objects) < files:
        return Refusal(Reason.DUPLICATE_INSTANCE, {"slices": len(slices), "objects": len(objects)})
    return None


def place(slices: Sequence[Slice]) -> Placed | Refusal:
    """Prove the geometry of the slices of one series."""
    if slices[0].header.sop_class in PROJECTION:
        flat = projection_grid(slices)
        return flat if isinstance(flat, Refusal) else Placed(flat, None, projection=True)
    stack = Stack.of([slice_.plane for slice_ in slices])
    refusal = stack.unlike()
    if refusal is not None:
        return refusal
    groups = stack.by_position()
    ordered = order_volumes(slices, groups) if len(groups) < len(slices) else None
    if isinstance(ordered, Refusal):
        return ordered
    order = np.concatenate(groups)[None] if ordered is None else ordered.order
    grid = build_grid(stack, order, stated_spacing(slices[int(order[0, 0])]))
    if isinstance(grid, Refusal):
        return grid
    return Placed(grid, None if ordered is None else ordered.axis)


def volume_of(usable: Sequence[tuple[SourceFile, Slice]], placed: Placed) -> Volume:
    """Make the volume of slices that ``place`` accepted, each with the file it comes from."""
    order = placed.grid.order
    ordered = [usable[index] for volume in order for index in volume]
    slices = [slice_ for _, slice_ in ordered]
    units, suv = slices[0].units, None
    rescale = rescale_record(slices)
    if units == "BQML":
        found = suv_of(slices)
        suv = found.record
        if isinstance(found, Suv):
            units = "SUV"
            slices = [
                p._replace(slope=p.slope * found.factor, intercept=p.intercept * found.factor) for p in slices
            ]
    real = real_values(slices)
    header = slices[0].header
    modality = MODALITIES[header.sop_class]
    stacked = real.values.reshape(len(order), len(order[0]), *real.values.shape[1:]).transpose(3, 2, 1, 0)
    files = {file.sha256: file for file, _ in ordered}
    return Volume(
        array=stacked[..., 0] if placed.fourth is None else stacked,
        affine=placed.grid.affine,
        spacing=placed.grid.spacing,
        units=units,
        units_source=slices[0].units_source,
        modality=modality,
        manufacturer=header.manufacturer,
        simulated=header.simulated,
        series_uid=header.series_uid,
        frame_of_reference=header.frame_of_reference,
        certificate=placed.grid.certificate,
        files=tuple(file.name for file in files.values()),
        files_digest=hashlib.sha256("\n".join(sorted(files)).encode()).hexdigest(),
        padding_value=real.padding.value,
        padding_voxels=real.padding.voxels,
        padding_mapped=real.padding.mapped,
        overruled=tuple(sorted({reason for file in files.values() for reason in file.overruled})),
        fourth=placed.fourth,
        projection=placed.projection,
        spacing_source=spacing_source(slices[0].source) if placed.projection else "PixelSpacing",
        photometric=slices[0].look("PhotometricInterpretation"),
        rescale=rescale,
        suv=suv,
        sidecar=sidecar_of([slice_ for _, slice_ in usable], modality, order),
    )
