"""Convert the files of one series into a volume, or refuse it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from imaging.geometry import Grid, build_grid, inside
from imaging.intensities import padding_of, real_values
from imaging.reasons import Reason
from imaging.records import FileOutcome, JsonValue, Level, Refusal, SourceFile
from imaging.slices import Slice, Unusable, read_slice
from imaging.sop_classes import CLASSIC
from imaging.volume import SeriesResult, Volume


@dataclass(frozen=True)
class _Sorted:
    """The input files of a series: those that give a slice, and those refused (by input index)."""

    usable: list[tuple[SourceFile, Slice]]
    unusable: dict[int, Unusable]


def convert_series(files: Sequence[SourceFile]) -> SeriesResult:
    """Convert the files of ONE series (any order) into a volume in patient space, or refuse the series.

    Never raises for bad data; I/O errors of a file's ``load`` pass through; ValueError for no files at all.
    The result does not depend on the order or the names of the files.
    """
    if not files:
        raise ValueError("convert_series got no files; give the files of one series")
    parts = _read(files)
    result = _build(parts)
    if isinstance(result, Volume):
        return SeriesResult(result, None, _outcomes(files, parts, None))
    return SeriesResult(None, result, _outcomes(files, parts, result))


def _read(files: Sequence[SourceFile]) -> _Sorted:
    """Read every file once, one of each content; in an order that hangs on content only."""
    usable: list[tuple[SourceFile, Slice]] = []
    unusable: dict[int, Unusable] = {}
    seen: set[str] = set()
    for index in sorted(range(len(files)), key=lambda index: (files[index].sha256, files[index].name)):
        file = files[index]
        if file.sha256 in seen:
            unusable[index] = Unusable(Refusal(Reason.DUPLICATE_INSTANCE, {"copy_of": file.sha256}))
            continue
        seen.add(file.sha256)
        piece = read_slice(file.load())
        if isinstance(piece, Slice):
            usable.append((file, piece))
        else:
            unusable[index] = piece
    return _Sorted(usable, unusable)


def _build(parts: _Sorted) -> Volume | Refusal:
    if not parts.usable:
        return _common_refusal([item.refusal for item in parts.unusable.values()])
    slices = [piece for _, piece in parts.usable]
    refusal = _not_one_series(slices)
    if refusal is not None:
        return refusal
    planes = [piece.plane for piece in slices]
    grid = build_grid(planes)
    lost = [item for item in parts.unusable.values() if item.refusal.reason is not Reason.DUPLICATE_INSTANCE]
    if isinstance(grid, Refusal):
        return Refusal(grid.reason, {**grid.evidence, "unusable_files": len(lost)}) if lost else grid
    holes = sum(item.plane is not None and inside(grid, planes, item.plane) for item in lost)
    if holes:
        # A regular stack can remain when every second file is unusable: the holes are known all the same.
        evidence: dict[str, JsonValue] = {"unusable_files_inside": holes, "slices": len(slices)}
        return Refusal(Reason.SLICE_SPACING_INCONSISTENT, evidence)
    return _volume(parts.usable, grid)


def _common_refusal(refusals: Sequence[Refusal]) -> Refusal:
    """Say for the series what most of its files were refused for."""
    reason, count = Counter(item.reason for item in refusals).most_common(1)[0]
    example = next(item for item in refusals if item.reason is reason)
    return Refusal(reason, {**example.evidence, "files": count})


def _not_one_series(slices: Sequence[Slice]) -> Refusal | None:
    """Refuse slices that differ in identity, kind, units or frame, or hold the same object twice."""
    first = slices[0]
    fields = ("patient_id", "study_uid", "series_uid", "sop_class")
    differing: list[JsonValue] = [
        name for name in fields if any(getattr(p.header, name) != getattr(first.header, name) for p in slices)
    ]
    if any((piece.units, piece.units_source) != (first.units, first.units_source) for piece in slices):
        differing.append("units")
    if differing:
        return Refusal(Reason.SERIES_INCONSISTENT, {"differing": differing, "slices": len(slices)})
    frames = {piece.header.frame_of_reference for piece in slices}
    if len(frames) > 1:
        return Refusal(Reason.FRAME_OF_REFERENCE_INCONSISTENT, {"frames": len(frames)})
    objects = {piece.header.sop_uid for piece in slices}
    if len(objects) < len(slices):
        return Refusal(Reason.DUPLICATE_INSTANCE, {"slices": len(slices), "objects": len(objects)})
    return None


def _volume(usable: Sequence[tuple[SourceFile, Slice]], grid: Grid) -> Volume:
    ordered = [usable[index] for index in grid.order]
    slices = [piece for _, piece in ordered]
    header = slices[0].header
    hashes = sorted(file.sha256 for file, _ in ordered)
    padding_value, padding_voxels = padding_of(slices)
    return Volume(
        array=real_values(slices).transpose(2, 1, 0),
        affine=grid.affine,
        spacing=grid.spacing,
        units=slices[0].units,
        units_source=slices[0].units_source,
        modality=CLASSIC[header.sop_class],
        manufacturer=header.manufacturer,
        simulated=header.simulated,
        series_uid=header.series_uid,
        frame_of_reference=header.frame_of_reference,
        certificate=grid.certificate,
        files=tuple(file.name for file, _ in ordered),
        files_digest=hashlib.sha256("\n".join(hashes).encode()).hexdigest(),
        padding_value=padding_value,
        padding_voxels=padding_voxels,
    )


def _outcomes(files: Sequence[SourceFile], parts: _Sorted, series: Refusal | None) -> tuple[FileOutcome, ...]:
    """Give each input file its outcome, in input order."""
    outcomes = []
    for index, file in enumerate(files):
        own = parts.unusable.get(index)
        level = Level.FILE if own is not None or series is None else Level.SERIES
        outcomes.append(FileOutcome(file.name, file.sha256, own.refusal if own else series, level))
    return tuple(outcomes)
