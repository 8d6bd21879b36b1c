"""What stops the night, said so that a newcomer can act on it."""

from __future__ import annotations


class NightError(Exception):
    """Which thing, which fact, what to do."""
