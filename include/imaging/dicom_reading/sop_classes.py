"""What each kind of DICOM object can become (PS3.4 B.5)."""

from __future__ import annotations

from imaging.records import Role

CT = "1.2.840.10008.5.1.4.1.1.2"
MR = "1.2.840.10008.5.1.4.1.1.4"
PET = "1.2.840.10008.5.1.4.1.1.128"
RTSTRUCT = "1.2.840.10008.5.1.4.1.1.481.3"

CLASSIC = {CT: "CT", MR: "MR", PET: "PT"}
ENHANCED = {
    "1.2.840.10008.5.1.4.1.1.2.1": "CT",  # Enhanced CT
    "1.2.840.10008.5.1.4.1.1.2.2": "CT",  # Legacy Converted Enhanced CT
    "1.2.840.10008.5.1.4.1.1.4.1": "MR",  # Enhanced MR
    "1.2.840.10008.5.1.4.1.1.4.3": "MR",  # Enhanced MR Color
    "1.2.840.10008.5.1.4.1.1.4.4": "MR",  # Legacy Converted Enhanced MR
    "1.2.840.10008.5.1.4.1.1.130": "PT",  # Enhanced PET
    "1.2.840.10008.5.1.4.1.1.128.1": "PT",  # Legacy Converted Enhanced PET
}
PROJECTION = {
    "1.2.840.10008.5.1.4.1.1.1": "CR",  # Computed Radiography
    "1.2.840.10008.5.1.4.1.1.1.1": "DX",  # Digital X-Ray, for presentation
    "1.2.840.10008.5.1.4.1.1.1.1.1": "DX",  # for processing
    "1.2.840.10008.5.1.4.1.1.1.2": "MG",  # Digital Mammography, for presentation
    "1.2.840.10008.5.1.4.1.1.1.2.1": "MG",  # for processing
    "1.2.840.10008.5.1.4.1.1.1.3": "IO",  # Digital Intra-Oral X-Ray, for presentation
    "1.2.840.10008.5.1.4.1.1.1.3.1": "IO",  # for processing
}
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
    if sop_class in CLASSIC or sop_class in ENHANCED or sop_class in PROJECTION:
        return Role.IMAGE
    return Role.REGION if sop_class in REGIONS else Role.OTHER
