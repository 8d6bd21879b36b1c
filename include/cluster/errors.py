"""The one error that the command line turns into a message and exit status 1."""

from __future__ import annotations


class ClusterError(Exception):
    """Something the user has to know or correct; the message names the thing, the reason and the remedy."""
