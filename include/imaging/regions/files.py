"""The region files of one series: each region name once, and what became of each file and each region."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from imaging.dicom_reading.source_file import SourceFile
from imaging.guard import guarded
from imaging.reasons import Reason
from imaging.records import FileOutcome, JsonValue, Level, Limits, Refusal

if TYPE_CHECKING:
    from imaging.regions.rasterise import RegionResult
    from imaging.volume import Volume

    _Found = list[RegionResult] | Refusal


@dataclass(frozen=True)
class RegionFiles:
    """``masks``: by slug, in order. ``outcomes``: one a file, in input order. ``details``: one a region.

    Masks and details do not depend on the order or the names of the files.
    """

    masks: Mapping[str, RegionResult]
    outcomes: tuple[FileOutcome, ...]
    details: tuple[dict[str, JsonValue], ...]


def rasterise_files(files: Sequence[SourceFile], volume: Volume, limits: Limits) -> RegionFiles:
    """Rasterise region files on ``volume``; bad data and faults of the library are refused, never raised.

    A file with at least one mask is used and lists its refused regions. The same name in several files counts
    once where the masks are equal; files that draw it differently contradict each other: none is taken.
    """
    found: dict[str, _Found] = {}
    first: dict[str, int] = {}
    for index in sorted(range(len(files)), key=lambda index: (files[index].sha256, files[index].name)):
        file = files[index]
        if first.setdefault(file.sha256, index) == index:
            found[file.sha256] = guarded(partial(_rasterise, file, volume), limits)
    masks, clashes = _by_slug(found.values())
    resolved = {name: _resolved(group, clashes) for name, group in found.items()}
    outcomes = [
        _outcome(file, resolved[file.sha256]) if first[file.sha256] == index else _copy(file)
        for index, file in enumerate(files)
    ]
    details = [_detail(name, item) for name, group in resolved.items() for item in _regions(group)]
    return RegionFiles(masks, tuple(outcomes), tuple(details))


def lost_with(files: Iterable[SourceFile], series: Refusal | None) -> tuple[FileOutcome, ...]:
    """Refuse the region files of a series that gave no volume."""
    why = None if series is None else str(series.reason)
    lost = Refusal(Reason.REGION_WITHOUT_IMAGE, {"series_refused": why})
    return tuple(FileOutcome(file.name, file.sha256, lost, Level.SERIES) for file in files)


def _rasterise(file: SourceFile, volume: Volume) -> _Found:
    from imaging.regions.rasterise import rasterise  # noqa: PLC0415 - many modules; most series have no region file

    return rasterise(file.load(), volume)


def _regions(group: _Found) -> list[RegionResult]:
    return [] if isinstance(group, Refusal) else group


def _by_slug(found: Iterable[_Found]) -> tuple[dict[str, RegionResult], set[str]]:
    named: dict[str, list[RegionResult]] = defaultdict(list)
    for group in found:
        for region in _regions(group):
            if region.mask is not None:
                named[region.slug].append(region)
    clashes = {slug for slug, regions in named.items() if not _alike(regions)}
    return {slug: regions[0] for slug, regions in sorted(named.items()) if slug not in clashes}, clashes


def _alike(regions: Sequence[RegionResult]) -> bool:
    return len(regions) == 1 or len({_mask_bytes(region) for region in regions}) == 1


def _mask_bytes(region: RegionResult) -> bytes:
    return b"" if region.mask is None else region.mask.tobytes()


def _resolved(group: _Found, clashes: set[str]) -> _Found:
    """Refuse the regions of a file whose name another file draws differently."""
    if isinstance(group, Refusal):
        return group
    other = Refusal(Reason.DUPLICATE_REGION, {"drawn_differently_elsewhere": True})
    return [item.refused(other) if item.slug in clashes else item for item in group]


def _outcome(file: SourceFile, group: _Found) -> FileOutcome:
    if isinstance(group, Refusal):
        return FileOutcome(file.name, file.sha256, group)
    refused = [item.refusal for item in group if item.refusal is not None]
    if not group or len(refused) == len(group):
        why = refused[0] if refused else Refusal(Reason.EMPTY_REGION, {"regions": 0})
        return FileOutcome(file.name, file.sha256, why)
    return FileOutcome(file.name, file.sha256, refused_regions=tuple(item.reason for item in refused))


def _copy(file: SourceFile) -> FileOutcome:
    return FileOutcome(file.name, file.sha256, Refusal(Reason.DUPLICATE_INSTANCE, {"copy_of": file.sha256}))


def _detail(name: str, item: RegionResult) -> dict[str, JsonValue]:
    """Describe one region by slug and numbers: no free text of the header."""
    return {
        "file": name,
        "region": item.slug,
        "voxels": item.voxels,
        "volume_ml": item.volume_ml,
        "reason": None if item.refusal is None else str(item.refusal.reason),
        "evidence": dict(item.details if item.refusal is None else item.refusal.evidence),
    }
