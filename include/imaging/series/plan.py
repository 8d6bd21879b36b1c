"""Which files make a series, which regions were drawn on it, and which files are refused.

The command line and the cluster call these same functions. Identifiers are only compared, so the cluster
gives keyed hashes in place of patients and UIDs: equal UIDs have equal hashes. Needs no numpy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from imaging.dicom_reading.uids import uid_name
from imaging.reasons import Reason
from imaging.records import Header, JsonValue, Refusal, Role

T = TypeVar("T")


class Usable(NamedTuple):
    """What the plan needs of a file with a usable header.

    ``series``: its own. ``drawn_on``: of a region, the image series it was drawn on, or why there is none.
    """

    role: Role
    series: str
    sop_class: str
    drawn_on: str | Refusal = ""


@dataclass
class Series(Generic[T]):
    """The files of one series, and the region files drawn on it."""

    images: list[T] = field(default_factory=list)
    regions: list[T] = field(default_factory=list)


@dataclass
class Plan(Generic[T]):
    """``series``: by identifier, in order of their first file. ``refused``: the files of none, and why."""

    series: dict[str, Series[T]]
    refused: list[tuple[T, Refusal]]


def make_plan(files: Iterable[tuple[T, Usable | Refusal]]) -> Plan[T]:
    """Sort files into series and refusals; each file is in exactly one place, in the order given."""
    listed = list(files)
    plan: Plan[T] = Plan({}, [])
    for file, facts in listed:
        if isinstance(facts, Usable) and facts.role is Role.IMAGE:
            plan.series.setdefault(facts.series, Series()).images.append(file)
    for file, facts in listed:
        place = facts if isinstance(facts, Refusal) else _place(facts, plan.series)
        if isinstance(place, Refusal):
            plan.refused.append((file, place))
        elif isinstance(place, Series):
            place.regions.append(file)
    return plan


def _place(facts: Usable, series: dict[str, Series[T]]) -> Series[T] | Refusal | None:
    """Return the series a region was drawn on; None for an image, which has its place."""
    match facts.role:
        case Role.OTHER:
            return Refusal(Reason.UNSUPPORTED_SOP_CLASS, {"class": uid_name(facts.sop_class)})
        case Role.IMAGE:
            return None
        case Role.REGION:
            if isinstance(facts.drawn_on, Refusal):
                return facts.drawn_on
            return series.get(facts.drawn_on) or Refusal(Reason.REGION_WITHOUT_IMAGE)


def plan_of_headers(files: Iterable[tuple[T, Header | Refusal]]) -> Plan[T]:
    """Link the regions among ``files`` to the images among them, then plan; identifiers are UIDs."""
    listed = list(files)
    links = Links.of(header for _, header in listed if isinstance(header, Header))
    return make_plan((file, _usable(header, links)) for file, header in listed)


def _usable(header: Header | Refusal, links: Links) -> Usable | Refusal:
    if isinstance(header, Refusal):
        return header
    drawn_on = links.drawn_on(header) if header.role is Role.REGION else ""
    return Usable(header.role, header.series_uid, header.sop_class, drawn_on)


class Links:
    """The image series that regions can be drawn on; a region is linked by identifiers, never by folder.

    A series whose files disagree on patient or frame of reference counts for each of them.
    """

    def __init__(self) -> None:
        self._by_series: dict[str, set[str]] = defaultdict(set)
        self._by_frame: dict[str, set[tuple[str, str]]] = defaultdict(set)

    @classmethod
    def of(cls, headers: Iterable[Header]) -> Links:
        """Take the images among ``headers``."""
        links = cls()
        for header in headers:
            if header.role is Role.IMAGE:
                links.add(header.patient_id, header.series_uid, header.frame_of_reference)
        return links

    def add(self, patient: str, series: str, frame: str) -> None:
        """Take an image file."""
        self._by_series[series].add(patient)
        self._by_frame[frame].add((patient, series))

    def drawn_on(self, region: Header) -> str | Refusal:
        """Return ``target`` of a region's header."""
        return self.target(region.patient_id, region.referenced_series, region.referenced_frames)

    def target(self, patient: str, series: Iterable[str], frames: Iterable[str]) -> str | Refusal:
        """Return the image series of a region that refers to ``series`` and ``frames`` (of reference).

        First by the series it refers to; without any, the one series of its frame of reference, if there is
        just one. Else REGION_WITHOUT_IMAGE or REGION_AMBIGUOUS. A series of another patient never counts.
        """
        wanted, places = set(series), set(frames)
        named = {uid for uid in wanted if patient in self._by_series.get(uid, ())}
        if not wanted:
            near = (self._by_frame.get(frame, ()) for frame in places)
            named = {uid for group in near for owner, uid in group if owner == patient}
        if len(named) == 1:
            return named.pop()
        reason = Reason.REGION_AMBIGUOUS if named else Reason.REGION_WITHOUT_IMAGE
        evidence: dict[str, JsonValue] = {
            "series_referenced": len(wanted),
            "frames_referenced": len(places),
            "series_found": len(named),
        }
        return Refusal(reason, evidence)
