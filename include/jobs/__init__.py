"""Programs of the cluster and its edge: thin mains over `imaging`, one JSON object in, one out."""

from __future__ import annotations
