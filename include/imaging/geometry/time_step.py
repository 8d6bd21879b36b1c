"""The time from one volume of a 4-D series to the next, when it is one and the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from imaging.numerals import number
from imaging.slices.clocks import acquired
from imaging.slices.slice import Slice

SECONDS = {
    "FrameReferenceTime": 1e-3,
    "NominalCardiacTriggerDelayTime": 1e-3,
    "TriggerTime": 1e-3,
    "TemporalPositionTimeOffset": 1.0,
}
STATED = ("TemporalResolution", "RepetitionTime")
STEP_KEYWORDS = (*STATED, "ScanningSequence")
IN_ORDER = frozenset({"TemporalPositionIdentifier", "AcquisitionNumber", "AcquisitionTime", "InstanceNumber"})
UNIFORM = 0.01  # of the step: clocks are rounded, triggers jitter


def time_step_s(volumes: Sequence[Sequence[Slice]], kind: str, values: Sequence[float]) -> float | None:
    """Return the step in seconds along an axis of ``kind``; None for an axis that is no time, or uneven.

    Steps by the clock come first; a stated step within 1 % of them is more exact and replaces them. Where all
    times are equal (one for the whole series) the repetition time of an EPI series is its step.
    """
    if kind in SECONDS:
        return _uniform([value * SECONDS[kind] for value in values])
    if kind not in IN_ORDER:
        return None
    first = volumes[0][0]
    stated = [value / 1000 for value in (number(first.look(keyword)) for keyword in STATED) if value]
    starts = [_start(volume) for volume in volumes]
    known = [start for start in starts if start is not None]
    if len(known) == len(starts) and len(set(known)) > 1:
        measured = _uniform(known)
        near = [value for value in stated if measured and abs(value - measured) <= UNIFORM * measured]
        return near[0] if near else measured
    if "EP" in first.look("ScanningSequence").split("\\") and stated:
        return stated[-1]
    return None


def _start(volume: Sequence[Slice]) -> float | None:
    found = [acquired(slice_.look) for slice_ in volume]
    times = [time.timestamp() for time in found if time is not None]
    return min(times) if len(times) == len(found) else None


def _uniform(values: Sequence[float]) -> float | None:
    steps = np.diff(np.array(values))
    mean = float(steps.mean())
    return mean if mean > 0 and float(np.abs(steps - mean).max()) <= UNIFORM * mean else None
