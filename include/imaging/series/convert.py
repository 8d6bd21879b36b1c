"""Convert the files of one series into a volume, or refuse it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from imaging.dicom_reading.readable import UnreadableElementError
from imaging.dicom_reading.source_file import SourceFile
from imaging.geometry.grid import inside
from imaging.reasons import Reason
from imaging.records import FileOutcome, JsonValue, Level, Refusal
from imaging.series.assembly import Placed, not_one_series, place, volume_of
from imaging.series.series_reader import SeriesReader
from imaging.slices.slice import Slice, Unusable
from imaging.volume import SeriesResult, Volume


@dataclass(frozen=True)
class _Sorted:
    """The input files of a series: the slices of those that give any, and those refused (by input index)."""

    usable: list[tuple[SourceFile, Slice]]
    unusable: dict[int, Unusable]
    files: int


def convert_series(files: Sequence[SourceFile]) -> SeriesResult:
    """Convert the files of ONE series (any order) into a volume in patient space, or refuse the series.

    Never raises for bad data; I/O errors of a file's ``load`` pass through; ValueError for no files at all.
    The result does not depend on the order or the names of the files.
    """
    if not files:
        raise ValueError("convert_series got no files; give the files of one series")
    parts = _read(files)
    result: Volume | Refusal
    with np.errstate(all="ignore"):  # absurd header numbers overflow; the checks see that they are not finite
        try:
            result = _build(parts)
        except UnreadableElementError as error:
            result = Refusal(Reason.UNREADABLE_HEADER, {"element": error.keyword})
    if isinstance(result, Volume):
        return SeriesResult(result, None, _outcomes(files, parts, None))
    return SeriesResult(None, result, _outcomes(files, parts, result))


def _read(files: Sequence[SourceFile]) -> _Sorted:
    """Read every file once, one of each content; in an order that depends on content only."""
    usable: list[tuple[SourceFile, Slice]] = []
    unusable: dict[int, Unusable] = {}
    seen: set[str] = set()
    reader = SeriesReader()
    for index in sorted(range(len(files)), key=lambda index: (files[index].sha256, files[index].name)):
        file = files[index]
        if file.sha256 in seen:
            unusable[index] = Unusable(Refusal(Reason.DUPLICATE_INSTANCE, {"copy_of": file.sha256}))
            continue
        seen.add(file.sha256)
        slices = reader.read_file(file)
        if isinstance(slices, Unusable):
            unusable[index] = slices
        else:
            usable += [(file, slice_) for slice_ in slices]
    return _Sorted(usable, unusable, len(files) - len(unusable))


def _build(parts: _Sorted) -> Volume | Refusal:
    if not parts.usable:
        return _common_refusal([item.refusal for item in parts.unusable.values()])
    slices = [slice_ for _, slice_ in parts.usable]
    refusal = not_one_series(slices, parts.files)
    if refusal is not None:
        return refusal
    lost = [item for item in parts.unusable.values() if item.refusal.reason is not Reason.DUPLICATE_INSTANCE]
    placed = place(slices)
    if isinstance(placed, Refusal):
        return Refusal(placed.reason, {**placed.evidence, "unusable_files": len(lost)}) if lost else placed
    return _holes(slices, placed, lost) or _incomplete(parts.usable, lost) or volume_of(parts.usable, placed)


def _holes(slices: Sequence[Slice], placed: Placed, lost: Sequence[Unusable]) -> Refusal | None:
    """Refuse a stack that lost files may have left holes in.

    A regular stack can remain when every second file is unusable. Files whose place is known are looked up;
    files whose place is not can hide in a regular stack only if there is one for every gap.
    """
    planes = [slice_.plane for slice_ in slices]
    known = [item.plane for item in lost if item.plane is not None]
    within = sum(inside(placed.grid, planes, plane) for plane in known) if not placed.projection else 0
    nowhere = len(lost) - len(known)
    gaps = len(placed.grid.order[0]) - 1
    if not within and not 0 < gaps <= nowhere:
        return None
    evidence: dict[str, JsonValue] = {"unusable_files_inside": within, "slices": len(slices)}
    if nowhere:
        evidence["unusable_files_anywhere"] = nowhere
    return Refusal(Reason.SLICE_SPACING_INCONSISTENT, evidence)


def _incomplete(usable: Sequence[tuple[SourceFile, Slice]], lost: Sequence[Unusable]) -> Refusal | None:
    """Refuse a regular stack whose ends lost files may have cut off, unless a person accepted it so."""
    if not lost or all(Reason.SERIES_INCOMPLETE in file.overruled for file, _ in usable):
        return None
    reasons = Counter(str(item.refusal.reason) for item in lost)
    return Refusal(
        Reason.SERIES_INCOMPLETE,
        {"slices": len(usable), "unusable_files": len(lost), "reasons": dict(sorted(reasons.items()))},
    )


def _common_refusal(refusals: Sequence[Refusal]) -> Refusal:
    """Say for the series what most of its files were refused for."""
    reason, count = Counter(item.reason for item in refusals).most_common(1)[0]
    example = next(item for item in refusals if item.reason is reason)
    return Refusal(reason, {**example.evidence, "files": count})


def _outcomes(files: Sequence[SourceFile], parts: _Sorted, series: Refusal | None) -> tuple[FileOutcome, ...]:
    """Give each input file its outcome, in input order."""
    outcomes = []
    for index, file in enumerate(files):
        own = parts.unusable.get(index)
        level = Level.FILE if own is not None or series is None else Level.SERIES
        outcomes.append(FileOutcome(file.name, file.sha256, own.refusal if own else series, level))
    return tuple(outcomes)
