"""Everything one series gives, ready to be stored: volume and masks as NIfTI bytes, record, outcomes.

The streaming mapper and the command line both call this, so a laptop and the cluster write the same bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from imaging.convert import convert_series
from imaging.nifti import nifti_gz_bytes
from imaging.reasons import Reason
from imaging.records import FileOutcome, JsonValue, Level, Refusal, SourceFile
from imaging.regions import RegionResult, rasterise
from imaging.volume import SeriesResult, Volume

DESCRIPTION = "nightscan"
_Found = list[RegionResult] | Refusal


@dataclass(frozen=True)
class SeriesProducts:
    """What one series gave. ``image`` and ``record`` are None when the series was refused.

    ``masks``: .nii.gz bytes by region slug; ``volumes_ml``: their volumes. ``region_outcomes``: one per
    region file, in input order; a region file counts as used when at least one of its regions gave a mask.
    """

    result: SeriesResult
    region_outcomes: tuple[FileOutcome, ...]
    image: bytes | None = None
    masks: Mapping[str, bytes] = field(default_factory=dict)
    volumes_ml: Mapping[str, float] = field(default_factory=dict)
    record: Mapping[str, JsonValue] | None = None


def make_products(files: Sequence[SourceFile], regions: Sequence[SourceFile] = ()) -> SeriesProducts:
    """Convert one series and rasterise its region files on it; bad data are refused, never raised."""
    result = convert_series(files)
    volume = result.volume
    if volume is None:
        why = None if result.refusal is None else str(result.refusal.reason)
        lost = Refusal(Reason.REGION_WITHOUT_IMAGE, {"series_refused": why})
        outcomes = tuple(FileOutcome(file.name, file.sha256, lost, Level.SERIES) for file in regions)
        return SeriesProducts(result, outcomes)
    found = _without_clashes([rasterise(file.load(), volume) for file in regions])
    masks = {item.slug: item for group in found if not isinstance(group, Refusal) for item in _given(group)}
    return SeriesProducts(
        result,
        tuple(_outcome(file, group) for file, group in zip(regions, found, strict=True)),
        image=nifti_gz_bytes(volume.array, volume.affine, DESCRIPTION),
        masks={
            slug: nifti_gz_bytes(item.mask, volume.affine, DESCRIPTION)
            for slug, item in masks.items()
            if item.mask is not None
        },
        volumes_ml={slug: item.volume_ml for slug, item in masks.items()},
        record=_record(volume, found),
    )


def _given(group: Sequence[RegionResult]) -> list[RegionResult]:
    return [item for item in group if item.refusal is None]


def _without_clashes(found: Sequence[_Found]) -> list[_Found]:
    """Refuse regions of different files that share a name: neither may overwrite the other."""
    counts = Counter(item.slug for group in found if not isinstance(group, Refusal) for item in _given(group))
    return [
        group
        if isinstance(group, Refusal)
        else [
            item.refused(Refusal(Reason.DUPLICATE_REGION)) if counts[item.slug] > 1 else item
            for item in group
        ]
        for group in found
    ]


def _outcome(file: SourceFile, group: _Found) -> FileOutcome:
    if isinstance(group, Refusal):
        return FileOutcome(file.name, file.sha256, group)
    refused = [item.refusal for item in group if item.refusal is not None]
    return FileOutcome(file.name, file.sha256, refused[0] if len(refused) == len(group) else None)


def _record(volume: Volume, found: Sequence[_Found]) -> dict[str, JsonValue]:
    """Make the volume's record with its regions: slugs and numbers, no free text of the header."""
    regions: list[JsonValue] = []
    for group in found:
        for item in [] if isinstance(group, Refusal) else group:
            reason = None if item.refusal is None else str(item.refusal.reason)
            evidence = dict(item.details if item.refusal is None else item.refusal.evidence)
            numbers: dict[str, JsonValue] = {"voxels": item.voxels, "volume_ml": item.volume_ml}
            regions.append({"region": item.slug, "reason": reason, **numbers, "evidence": evidence})
    return {**volume.record(), "regions": regions}
