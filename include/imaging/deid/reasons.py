"""The closed list of reasons for which a file is not released after de-identification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from imaging.records import JsonValue


class DeidReason(StrEnum):
    """Why a file stays behind; the value is stored, the attributes tell a person what to do.

    ``meaning``: what was found. ``remedy``: how a person gets the file out. ``source``: the section.
    """

    meaning: str
    remedy: str
    source: str

    def __new__(cls, value: str, meaning: str, remedy: str, source: str) -> DeidReason:
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning, member.remedy, member.source = meaning, remedy, source
        member.__doc__ = f"{meaning} Remedy: {remedy} ({source})"
        return member

    # The file as such.
    EMPTY_FILE = (
        "EMPTY_FILE",
        "The file has no bytes.",
        "Export the file again from the archive.",
        "PS3.10 7.1",
    )
    NOT_DICOM = (
        "NOT_DICOM",
        "The file is not a DICOM file.",
        "Look at it by hand; only DICOM files can be de-identified by this profile.",
        "PS3.10 7.1",
    )
    UNREADABLE = (
        "UNREADABLE",
        "The file cannot be read to its last byte, so what it holds is not known.",
        "Export the file again; if the archive's own copy is so, repair it there.",
        "PS3.5 7",
    )
    MISSING_IDENTIFIER = (
        "MISSING_IDENTIFIER",
        "SOPClassUID, SOPInstanceUID or PatientID is absent or empty, so no pseudonym can be kept alike.",
        "Reconcile the object with its patient in the archive and export again.",
        "PS3.15 E.1.1; PS3.3 C.7.1.1",
    )
    UNSUPPORTED_SOP_CLASS = (
        "UNSUPPORTED_SOP_CLASS",
        "The object's kind is private, or not in the list of kinds whose content this profile covers.",
        "Leave it out, or add the class to kinds.tsv after a review of what it can hold.",
        "PS3.4 B.5",
    )
    # What the pixels or the document may show.
    ULTRASOUND = (
        "ULTRASOUND",
        "Ultrasound devices write the patient's name into the picture.",
        "Mask the pixels by hand and review each frame.",
        "PS3.15 E.3.1",
    )
    SECONDARY_CAPTURE = (
        "SECONDARY_CAPTURE",
        "A captured screen, scanned film or scanned paper may show the patient's name.",
        "Review each picture by hand; export the original images instead.",
        "PS3.15 E.3.1; PS3.3 A.8",
    )
    PHOTOGRAPH = (
        "PHOTOGRAPH",
        "A picture or film in visible light may show a face or a written label.",
        "Review each picture by hand.",
        "PS3.15 E.3.2",
    )
    BURNED_IN_ANNOTATION = (
        "BURNED_IN_ANNOTATION",
        "BurnedInAnnotation is YES: the pixels show text that may identify the patient.",
        "Mask the pixels by hand and set BurnedInAnnotation to NO.",
        "PS3.15 E.3.1; PS3.3 C.7.6.1",
    )
    RECOGNIZABLE_FEATURES = (
        "RECOGNIZABLE_FEATURES",
        "RecognizableVisualFeatures is YES: a person may be recognised from the image.",
        "Remove the face, set RecognizableVisualFeatures to NO, or share under a contract.",
        "PS3.15 E.3.2; PS3.3 C.7.6.1",
    )
    OVERLAY_IN_PIXELS = (
        "OVERLAY_IN_PIXELS",
        "An overlay lies in the unused bits of the pixels, where drawn text may stand.",
        "Move the overlay to its own attribute in the archive, or clear the unused bits.",
        "PS3.5 8.1.2; PS3.15 E.3.3",
    )
    ENCAPSULATED_DOCUMENT = (
        "ENCAPSULATED_DOCUMENT",
        "A document (PDF, CDA, STL, ...) is enclosed; its text is not cleaned here.",
        "Review the document by hand.",
        "PS3.15 E.3.4",
    )
    STRUCTURED_REPORT = (
        "STRUCTURED_REPORT",
        "A report's content is text and names in a tree; it is not cleaned here.",
        "Review the report by hand.",
        "PS3.15 E.3.4",
    )
    PRESENTATION_STATE = (
        "PRESENTATION_STATE",
        "A presentation state draws text on images; it is not cleaned here.",
        "Leave it out; images do not need it.",
        "PS3.15 E.3.3",
    )
    # After the work.
    RESIDUAL_IDENTIFIER = (
        "RESIDUAL_IDENTIFIER",
        "The independent check found an original identifier, date, UID or private element in the result.",
        "Look at the named tag in the source; tell the maintainers if the tag was handled wrongly.",
        "PS3.15 E.1.1",
    )
    # The machine.
    TOO_LARGE = (
        "TOO_LARGE",
        "The file needs more memory than a task of the cluster has.",
        "Raise preprocess.map_memory_mb, or use `python -m imaging deid` on a machine with more memory.",
        "PS3.15 E.1.1",
    )
    REMOVER_FAILED = (
        "REMOVER_FAILED",
        "The program failed at this file; the evidence names its line of code.",
        "Tell the maintainers the evidence.",
        "PS3.15 E.1.1",
    )


@dataclass(frozen=True)
class DeidRefusal:
    """A reason with the tags or numbers that show it, never a value. JSON-ready, free of patient data."""

    reason: DeidReason
    evidence: Mapping[str, JsonValue] = field(default_factory=dict)
