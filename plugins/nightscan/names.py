"""Names of runs and of their jobs, one function each; a name that the settings and the stages share."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

DEFAULT_SETTINGS = "default"  # the key in features.settings that the other modalities are merged over


def job_tag(context: Mapping[str, Any], content: str) -> str:
    """Return the YARN tag of a submission: the same for every attempt of one task instance and one content.

    The hash is of dag, run, task and map index, so that an attempt after a crash finds the job again. Lower
    case, as YARN writes tags; at most 80 characters.
    """
    ti = context["ti"]
    map_index = getattr(ti, "map_index", -1)
    identity = "\n".join(
        [ti.dag_id, ti.run_id, ti.task_id, str(-1 if map_index is None else map_index), content]
    )
    digest = hashlib.sha256(identity.encode()).hexdigest()[:16]
    return f"nightscan-{slug(ti.task_id)[:40]}-{digest}"


def run_kind(context: Mapping[str, Any]) -> str:
    """Return how the run came about: scheduled, manual, backfill, asset_triggered."""
    kind = context["dag_run"].run_type
    return str(getattr(kind, "value", kind))


def slug(text: str) -> str:
    """Return text in lower case with every run of other characters than a-z, 0-9 turned into one dash."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
