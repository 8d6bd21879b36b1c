"""Demo data: a landing zone as messy as real ones, made from simulated and from installed real DICOM."""

from __future__ import annotations
