"""Rasterise the region files of a series, and say what became of each file and each region."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain

from imaging.reasons import Reason
from imaging.records import Level, Refusal
from imaging.regions import RegionResult, rasterise
from imaging.volume import Volume
from jobs.file_records import AnyRefusal, Line, Record, file_record, guarded


@dataclass(frozen=True)
class Regions:
    """The masks of a series by slug, one record a region file, one detail a region."""

    masks: dict[str, RegionResult]
    records: list[Record]
    details: list[Record]


def convert_regions(line: Line, data: Mapping[str, bytes], volume: Volume) -> Regions:
    """Rasterise all region files of a manifest line; `data` holds their bytes by raw_path.

    A file with at least one mask counts as region, else it is quarantined for its first reason.
    """
    found: dict[str, list[RegionResult]] = {}
    whole: dict[str, AnyRefusal] = {}
    for file in line["regions"]:
        result = guarded(partial(rasterise, data[file["raw_path"]], volume))
        if isinstance(result, list):
            found[file["sha256"]] = result
        else:
            whole[file["sha256"]] = result
    masks, clashes = _by_slug(found)
    records, details = [], []
    for file in line["regions"]:
        regions = found.get(file["sha256"], [])
        kept = [r for r in regions if r.mask is not None and r.slug not in clashes]
        details += [_detail(file["sha256"], region, region.slug in clashes) for region in regions]
        if kept:
            lost = [d["reason"] for d in details if d["file"] == file["sha256"] and d["reason"]]
            records.append(file_record(line, file, "region") | {"refused_regions": lost})
        else:
            why = whole.get(file["sha256"]) or _first_refusal(regions)
            records.append(file_record(line, file, "quarantined", Level.FILE, why))
    return Regions(masks, records, details)


def _by_slug(found: Mapping[str, list[RegionResult]]) -> tuple[dict[str, RegionResult], set[str]]:
    """Take each region name once; files that draw the same name differently contradict each other: none."""
    named: dict[str, list[RegionResult]] = defaultdict(list)
    for region in chain.from_iterable(found.values()):
        if region.mask is not None:
            named[region.slug].append(region)
    clashes = {slug for slug, masks in named.items() if len({_mask_bytes(r) for r in masks}) > 1}
    return {slug: masks[0] for slug, masks in sorted(named.items()) if slug not in clashes}, clashes


def _mask_bytes(region: RegionResult) -> bytes:
    return b"" if region.mask is None else region.mask.tobytes()


def _first_refusal(regions: list[RegionResult]) -> AnyRefusal:
    own = [region.refusal for region in regions if region.refusal is not None]
    if own:
        return own[0]
    return Refusal(Reason.DUPLICATE_REGION if regions else Reason.EMPTY_REGION, {"regions": len(regions)})


def _detail(file: str, region: RegionResult, clash: bool) -> Record:
    reason = Reason.DUPLICATE_REGION if clash else region.refusal.reason if region.refusal else None
    return {
        "file": file,
        "slug": region.slug,
        "voxels": region.voxels,
        "volume_ml": region.volume_ml,
        "reason": None if reason is None else str(reason),
        "evidence": dict(region.refusal.evidence) if region.refusal else {},
        "details": dict(region.details),
    }
