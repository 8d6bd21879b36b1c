"""Plain data classes that cross the module borders; this module needs neither numpy nor pydicom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from imaging.reasons import Reason

JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]
Evidence = Mapping[str, JsonValue]


class Role(StrEnum):
    """What a file can become: an image of a volume, regions of one, or neither."""

    IMAGE = "image"
    REGION = "region"
    OTHER = "other"


class Level(StrEnum):
    """Whether a file was refused for its own sake, or because its whole series was."""

    FILE = "file"
    SERIES = "series"


@dataclass(frozen=True)
class Refusal:
    """A reason of the closed list, with the numbers that show it. JSON-ready, free of patient data."""

    reason: Reason
    evidence: Evidence = field(default_factory=dict)


@dataclass(frozen=True)
class Header:
    """What the index keeps of one DICOM file; plain values, no pixels.

    ``patient_id`` is '' when the file has none, ``date`` (the header date) None when no date tag is valid:
    ``identity_refusal`` of ``imaging.dicom_reading.header`` turns both into a refusal.
    ``referenced_series`` and ``referenced_frames`` are filled for regions only.
    """

    patient_id: str
    study_uid: str
    series_uid: str
    sop_uid: str
    sop_class: str
    sop_class_name: str
    transfer_syntax: str
    modality: str
    role: Role
    date: dt.date | None
    rows: int
    columns: int
    frames: int
    instance_number: int | None
    frame_of_reference: str
    manufacturer: str
    image_type: tuple[str, ...]
    simulated: bool
    referenced_series: tuple[str, ...] = ()
    referenced_frames: tuple[str, ...] = ()

    def of_object(self, sop_uid: str, instance_number: int | None) -> Header:
        """Return the header of another file of the series: ``dataclasses.replace``, a tenth of its time."""
        twin = object.__new__(Header)
        vars(twin).update(vars(self), sop_uid=sop_uid, instance_number=instance_number)
        return twin


@dataclass(frozen=True)
class Limits:
    """What one conversion may take. ``memory_bytes``: of the whole process at its peak; None: no limit."""

    memory_bytes: int | None = None


class FileOutcome(NamedTuple):
    """What became of one input file: used in the volume (no refusal), or not (with the reason).

    ``refused_regions``: why regions of a region file gave no mask while others of it did.
    """

    name: str
    sha256: str
    refusal: Refusal | None = None
    level: Level = Level.FILE
    refused_regions: tuple[Reason, ...] = ()

    @property
    def used(self) -> bool:
        return self.refusal is None
