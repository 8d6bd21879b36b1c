"""The gate of a release: floors, and not much worse than what is deployed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from jobs.base.errors import JobInputError
from jobs.model.state import Attempt


def refusal(
    metrics: Mapping[str, Any], floor: Mapping[str, float], tolerance: float | None, before: Attempt | None
) -> str | None:
    """Say why a version may not be deployed; None when it may.

    :param metrics: the evaluated metrics of the version
    :param floor: least value by metric (each one where more is better)
    :param tolerance: how much worse than `before` each of them may be; None: any amount
    :param before: the record of the deployed version
    """
    if not floor:
        raise JobInputError(
            "the gate has no floor", "set one metric and its least value in the configuration"
        )
    reasons = []
    for name, least in sorted(floor.items()):
        if name not in metrics:
            raise JobInputError(
                f"the gate asks for metric {name!r}, evaluated are {', '.join(sorted(metrics))}",
                "name an evaluated metric in the gate's settings",
            )
        value = metrics[name]
        if value is None or math.isnan(value):
            reasons.append(f"{name} could not be computed")
            continue
        if value < least:
            reasons.append(f"{name} {value:.4f} is below the floor {least:g}")
        deployed = before.metrics.get(name) if before else None
        if tolerance is not None and deployed is not None and value < deployed - tolerance:
            reasons.append(
                f"{name} {value:.4f} is worse than the current version's {deployed:.4f} by more than "
                f"{tolerance:g}"
            )
    return "; ".join(reasons) or None
