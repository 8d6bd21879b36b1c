"""What each kind of DICOM object can become (PS3.4 B.5)."""

from __future__ import annotations

from pydicom.uid import UID

from imaging.records import Role

CT = "1.2.840.10008.5.1.4.1.1.2"
MR = "1.2.840.10008.5.1.4.1.1.4"
PET = "1.2.840.10008.5.1.4.1.1.128"
RTSTRUCT = "1.2.840.10008.5.1.4.1.1.481.3"

CLASSIC = {CT: "CT", MR: "MR", PET: "PT"}
MULTIFRAME = frozenset(
    {
        "1.2.840.10008.5.1.4.1.1.2.1",  # Enhanced CT
        "1.2.840.10008.5.1.4.1.1.2.2",  # Legacy Converted Enhanced CT
        "1.2.840.10008.5.1.4.1.1.4.1",  # Enhanced MR
        "1.2.840.10008.5.1.4.1.1.4.3",  # Enhanced MR Color
        "1.2.840.10008.5.1.4.1.1.4.4",  # Legacy Converted Enhanced MR
        "1.2.840.10008.5.1.4.1.1.130",  # Enhanced PET
        "1.2.840.10008.5.1.4.1.1.128.1",  # Legacy Converted Enhanced PET
    }
)
REGIONS = frozenset(
    {
        RTSTRUCT,
        "1.2.840.10008.5.1.4.1.1.66.4",  # Segmentation
        "1.2.840.10008.5.1.4.1.1.66.5",  # Surface Segmentation
        "1.2.840.10008.5.1.4.1.1.66.7",  # Label Map Segmentation
    }
)


def role_of(sop_class: str) -> Role:
    """Say what an object of this class can become; classes from which nothing is made are OTHER."""
    if sop_class in CLASSIC or sop_class in MULTIFRAME:
        return Role.IMAGE
    return Role.REGION if sop_class in REGIONS else Role.OTHER


def name_of(sop_class: str) -> str:
    """Return the standard's name of a class, or the UID itself when it is unknown."""
    return UID(sop_class).name
