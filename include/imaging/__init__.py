"""DICOM series to volumes, masks and records: every volume right, or refused with a reason."""

from __future__ import annotations
