"""Simulated patients: valid PET series with a tumour contour, whose outcome hangs on a stated property."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

SIMULATED_PREFIX = "SIMULATED"


@dataclass(frozen=True)
class SimulatedPatient:
    """One simulated patient: DICOM files by name ('PET/IM0001.dcm', ..., 'PET/RS.dcm') and the outcome."""

    patient_id: str
    scan_date: dt.date
    label: int
    files: Mapping[str, bytes]


def simulate_patient(number: int, scan_date: dt.date, *, seed: str = "nightscan") -> SimulatedPatient:
    """Simulate patient ``number`` (from 1; PatientID SIM-0001): 24 PET slices of 48 x 48 at 4 mm, one RTSTRUCT.

    Deterministic in (seed, number, scan_date).
    """
    raise NotImplementedError
