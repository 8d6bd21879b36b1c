"""Link a region object to the image series it was drawn on, by UIDs only, never by folder."""

from __future__ import annotations

from collections.abc import Iterable

from imaging.reasons import Reason
from imaging.records import Header, Refusal, Role


def target_series(region: Header, images: Iterable[Header]) -> str | Refusal:
    """Return the SeriesInstanceUID of the image series that ``region`` (role 'region') belongs to.

    First by the series it references; else the one series of its frame of reference, if there is just one.
    Else a Refusal: REGION_WITHOUT_IMAGE or REGION_AMBIGUOUS. ``images`` may hold one header a series.
    A series of another patient is never a target.
    """
    candidates = [
        image for image in images if image.role is Role.IMAGE and image.patient_id == region.patient_id
    ]
    named = {image.series_uid for image in candidates if image.series_uid in region.referenced_series}
    if not named and not region.referenced_series:
        named = {
            image.series_uid for image in candidates if image.frame_of_reference in region.referenced_frames
        }
    if len(named) == 1:
        return named.pop()
    reason = Reason.REGION_AMBIGUOUS if named else Reason.REGION_WITHOUT_IMAGE
    evidence = {
        "series_referenced": len(region.referenced_series),
        "frames_referenced": len(region.referenced_frames),
        "series_found": len(named),
    }
    return Refusal(reason, evidence)
