"""The index of the landing zone, and the scan dates that are due."""

from __future__ import annotations

from typing import Annotated

from messages.message import Count, Date, Request, Result, Text, doc


class LandingIndexed(Result, frozen=True, kw_only=True):
    """What lies in the landing zone."""

    files: Annotated[Count, doc("all files")]
    read: Annotated[Count, doc("files read now")]
    reused: Annotated[Count, doc("rows kept from the last index")]
    seconds: Annotated[float, doc("how long it took, s")]
    dates: Annotated[dict[Date, Count], doc("files by scan date")]
    undated: Annotated[Count, doc("files without a usable header or date")]
    newest_mtime: Annotated[float, doc("modification time of the newest file, s since 1970")]
    changed: Annotated[bool, doc("whether the index was replaced")]
    index: Annotated[Text, doc("HDFS path")]


class IndexLanding(Request[LandingIndexed], frozen=True, kw_only=True):
    """Bring the index of the landing zone up to date."""

    program = "jobs.index.landing"
    keyed = True

    landing: Annotated[Text, doc("folder of the landing zone")]


class DueDatesFound(Result, frozen=True, kw_only=True):
    """Which scan dates must be taken in."""

    due: Annotated[list[Date], doc("scan dates that are due, in order")]
    new: Annotated[list[Date], doc("those of them that were never taken in")]
    dates: Annotated[Count, doc("all scan dates of the index")]


class FindDueDates(Request[DueDatesFound], frozen=True, kw_only=True):
    """Compare the index with the partitions."""

    program = "jobs.index.due_dates"
