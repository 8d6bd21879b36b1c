"""What was injected for a PET scan: the radiopharmaceutical and its nuclide (PS3.3 C.8.9.2)."""

from __future__ import annotations

from collections.abc import Sequence

from imaging.dicom_reading.readable import readable_items, readable_text
from imaging.dicom_reading.source import Source
from imaging.dicom_reading.tags import tags_of

TRACER = "RadiopharmaceuticalInformationSequence"
TRACER_KEYWORDS = (
    "RadionuclideTotalDose",
    "RadionuclideHalfLife",
    "RadiopharmaceuticalStartTime",
    "RadiopharmaceuticalStartDateTime",
)
CODES = "RadionuclideCodeSequence"
TRACER_TAGS = tags_of((*TRACER_KEYWORDS, CODES))
CODE_TAGS = tags_of(("CodeValue",))


def tracers_of(source: Source) -> Sequence[Source]:
    """Return the tracers that were given: items with ``TRACER_KEYWORDS`` and their nuclide's code."""
    return readable_items(source, TRACER, TRACER_TAGS)


def nuclide_code(tracer: Source) -> str:
    """Return the code of a tracer's nuclide; '' without one."""
    codes = readable_items(tracer, CODES, CODE_TAGS)
    return readable_text(codes[0], "CodeValue") if codes else ""
