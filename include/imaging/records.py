"""Plain records that cross the module borders; this module needs neither numpy nor pydicom."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from imaging.reasons import Reason

if TYPE_CHECKING:
    from imaging.dicom_reading.strict.elements import Elements

JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]
Evidence = Mapping[str, JsonValue]


class Role(StrEnum):
    """What a file can become: part of a volume, regions of one, or neither."""

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

    ``patient_id`` is '' when the file has none, ``scan_date`` None when no date tag is valid:
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
    scan_date: dt.date | None
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


class SourceFile(NamedTuple):
    """One input file: a name for messages, the SHA-256 of its bytes, and how to get the bytes.

    ``released``: reasons that a person overruled for this content; those that are not releasable count for
    nothing. ``size``: its bytes; ``decoded``: the bytes of its real values as far as the header tells; 0 when
    unknown. ``parsed``: its elements with ``imaging.slices.reading.SLICE_TAGS``, if it was parsed already.
    """

    name: str
    sha256: str
    load: Callable[[], bytes]
    released: frozenset[str] = frozenset()
    size: int = 0
    decoded: int = 0
    parsed: Elements | None = None

    @classmethod
    def from_bytes(cls, name: str, data: bytes) -> SourceFile:
        """Wrap bytes that are already in memory."""
        return cls(name, hashlib.sha256(data).hexdigest(), lambda: data, size=len(data))

    @classmethod
    def from_path(cls, path: Path) -> SourceFile:
        """Hash a local file now, read it again when wanted; raises OSError as ``Path.read_bytes`` does."""
        return cls(str(path), hashlib.sha256(path.read_bytes()).hexdigest(), path.read_bytes)


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
