"""The options of the profile that a run uses, and their codes (PS3.15 E.3, PS3.16 CID 7050)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

VERSION = "1"
EDITION = "2026c"
METHOD = f"nightscan deid {VERSION}, PS3.15 Basic Profile {EDITION}"
BASIC_CODE = ("113100", "Basic Application Confidentiality Profile")


@dataclass(frozen=True)
class Options:
    """Which options of PS3.15 E.3 apply beside the Basic Profile; Retain Device Identity is always off.

    ``safe_private``: a site's own safe list, in the form of ``safe_private.tsv``; None for the empty one.
    """

    modified_dates: bool = True
    patient_characteristics: bool = True
    clean_descriptors: bool = True
    safe_private: Path | None = None

    def columns(self) -> tuple[str, ...]:
        """Name the option columns of the table that apply, in order of precedence."""
        used = {
            "retain_patient": self.patient_characteristics,
            "modified_dates": self.modified_dates,
            "clean_descriptors": self.clean_descriptors,
        }
        return tuple(column for column, on in used.items() if on)

    def codes(self, *, private_kept: bool) -> tuple[tuple[str, str], ...]:
        """Return code and meaning of the profile and of each option used (PS3.16 CID 7050)."""
        used = (
            (("113105", "Clean Descriptors Option"), self.clean_descriptors),
            (
                ("113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
                self.modified_dates,
            ),
            (("113108", "Retain Patient Characteristics Option"), self.patient_characteristics),
            (("113111", "Retain Safe Private Option"), private_kept),
        )
        return (BASIC_CODE, *(code for code, on in used if on))
