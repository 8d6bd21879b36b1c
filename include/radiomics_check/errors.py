"""What stops a comparison before it has a result."""

from __future__ import annotations


class CheckError(Exception):
    """The comparison cannot be made; the message names the thing, the reason and the remedy."""


class RefusalError(CheckError):
    """The two programs cannot be given equal settings, so a difference would mean nothing."""
