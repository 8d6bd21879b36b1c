"""Link a region object to the image series it was drawn on, by UIDs only, never by folder."""

from __future__ import annotations

from collections.abc import Iterable

from imaging.records import Header, Refusal


def target_series(region: Header, images: Iterable[Header]) -> str | Refusal:
    """Return the SeriesInstanceUID of the image series that ``region`` (role 'region') belongs to.

    First by the series it references; else the one series of its frame of reference, if there is just one.
    Else a Refusal: REGION_WITHOUT_IMAGE or REGION_AMBIGUOUS. ``images`` may hold one header a series.
    """
    raise NotImplementedError
