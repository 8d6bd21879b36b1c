"""Give each region file of the index the image series it was drawn on, and that series' scan date."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable

from imaging.records import Header, Refusal, Role
from imaging.regions.linking import target_series
from jobs.index.schema import Row


def link_regions(rows: Iterable[Row]) -> None:
    """Set `target_series_key` (or `link_reason`) and `scan_date` of every usable region row, in place.

    A region takes the (first) scan date of the image series it refers to; without one it keeps its own date.
    Files are linked by keyed hashes in place of UIDs: equal UIDs have equal hashes.
    """
    images: dict[str, Header] = {}
    dates: dict[str, set[str]] = defaultdict(set)
    regions: list[Row] = []
    for row in rows:
        if row["reason"] is not None:
            continue
        if row["role"] == Role.REGION:
            regions.append(row)
        elif row["role"] == Role.IMAGE:
            images.setdefault(row["series_key"], _header(row))
            dates[row["series_key"]].add(row["scan_date"])
    by_frame: dict[str, list[Header]] = defaultdict(list)
    for header in images.values():
        by_frame[header.frame_of_reference].append(header)
    for row in regions:
        region = _header(row)
        nearby = {image.series_uid: image for frame in region.referenced_frames for image in by_frame[frame]}
        nearby |= {uid: images[uid] for uid in region.referenced_series if uid in images}
        target = target_series(region, nearby.values())
        if isinstance(target, Refusal):
            row["link_reason"] = str(target.reason)
        else:
            row |= {"target_series_key": target, "scan_date": min(dates[target])}


def _header(row: Row) -> Header:
    return Header(
        patient_id=row["patient_key"] or "",
        study_uid=row["study_key"] or "",
        series_uid=row["series_key"] or "",
        sop_uid=row["sha256"],
        sop_class=row["sop_class"],
        sop_class_name="",
        transfer_syntax="",
        modality=row["modality"],
        role=Role(row["role"]),
        scan_date=dt.date.fromisoformat(row["own_date"]),
        rows=0,
        columns=0,
        frames=1,
        instance_number=None,
        frame_of_reference=row["frame_key"] or "",
        manufacturer="",
        image_type=(),
        simulated=False,
        referenced_series=tuple(json.loads(row["referenced_series"])),
        referenced_frames=tuple(json.loads(row["referenced_frames"])),
    )
