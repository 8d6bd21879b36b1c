"""Give each region file of the index the image series it was drawn on, and that series' scan date."""

from __future__ import annotations

import json
from collections.abc import Iterable

from imaging.records import Role
from imaging.series.plan import Links
from jobs.index.schema import Row


def link_regions(rows: Iterable[Row]) -> None:
    """Set what a region row has by the other files of the landing zone, in place.

    That is `target_series_key`, or `link_reason` with its `evidence`; and `scan_date`: the (first) one of the
    image series, without one the region's header date.
    """
    links = Links()
    dates: dict[str, str] = {}
    regions: list[Row] = []
    for row in rows:
        if row["reason"] is not None:
            continue
        match Role(row["role"]):
            case Role.IMAGE:
                series, day = row["series_key"], row["own_date"]
                links.add(row["patient_key"], series, row["frame_key"] or "")
                dates[series] = min(day, dates.get(series, day))
            case Role.REGION:
                regions.append(row)
            case Role.OTHER:
                pass
    for row in regions:
        referenced = (json.loads(row[name]) for name in ("referenced_series", "referenced_frames"))
        target = links.target(row["patient_key"], *referenced)
        if isinstance(target, str):
            row |= {"target_series_key": target, "scan_date": dates[target]}
            continue
        evidence = json.dumps(dict(target.evidence), sort_keys=True)
        row |= {"link_reason": str(target.reason), "evidence": evidence}


def unlinked(row: Row) -> Row:
    """Return a row as it was before its region was linked."""
    evidence = None if row["reason"] is None else row["evidence"]
    own = {"scan_date": row["own_date"], "target_series_key": None, "link_reason": None}
    return row | own | {"evidence": evidence}
