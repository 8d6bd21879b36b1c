"""Reasons of the jobs themselves; `imaging.reasons` holds those that lie in a file's content."""

from __future__ import annotations

from enum import StrEnum


class JobReason(StrEnum):
    """Why a file was refused though its content was never judged, or could not be."""

    UNREADABLE_FILE = "UNREADABLE_FILE"
    CONVERTER_FAILED = "CONVERTER_FAILED"
