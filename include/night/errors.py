"""What stops the night, with a remedy."""

from __future__ import annotations


class NightError(Exception):
    """Which thing, which fact, what to do."""
