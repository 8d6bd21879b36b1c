"""Text burned into pixels may name the patient: such an image waits until a person has looked at it."""

from __future__ import annotations

from collections.abc import Collection

from imaging.dicom_reading.source import Source, text
from imaging.reasons import Reason
from imaging.records import Refusal

BURNED_IN = "BurnedInAnnotation"


def burned_in_refusal(source: Source, overruled: Collection[str]) -> Refusal | None:
    """Refuse an image whose header says YES to burned-in annotation, unless a person overruled it.

    Absent or NO is trusted: classic CT, MR and PET hold no text unless a person adds it
    (PS3.3 C.7.6.1, Table C.7-9).

    :param overruled: the reasons overruled for this file
    """
    if text(source, BURNED_IN).upper() != "YES" or Reason.PIXEL_IDENTITY_RISK in overruled:
        return None
    return Refusal(Reason.PIXEL_IDENTITY_RISK, {"burned_in_annotation": "YES"})
