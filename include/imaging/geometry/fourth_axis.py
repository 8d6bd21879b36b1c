"""Order the slices at one position, so that a series of several volumes becomes one 4-D volume.

A series is 4-D when every position holds the same number of slices and one header value orders them alike
at every position. Values are tried in the order of ``EXACT`` (equal at all positions), then of ``RANKED``
(a clock or a counter that differs from slice to slice: its rank counts, and volumes may not interleave).
Where none does, or another value contradicts the order found, the series is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imaging.geometry.time_step import STEP_KEYWORDS, time_step_s
from imaging.numerals import number
from imaging.reasons import Reason
from imaging.records import JsonValue, Refusal
from imaging.slices.clocks import CLOCK_KEYWORDS, PAIRS, seconds
from imaging.slices.slice import Slice, first_number
from imaging.volume import FourthAxis

Values = NDArray[np.float64]
Members = NDArray[np.intp]

# The axis, and the elements that may hold its value: in classic images, in frames of enhanced ones.
EXACT: dict[str, tuple[str, ...]] = {
    "TemporalPositionIdentifier": ("TemporalPositionIdentifier", "TemporalPositionIndex"),
    "FrameReferenceTime": ("FrameReferenceTime",),
    "EchoTime": ("EchoTime", "EffectiveEchoTime"),
    "DiffusionBValue": ("DiffusionBValue",),
    "TemporalPositionTimeOffset": ("TemporalPositionTimeOffset",),
    "NominalCardiacTriggerDelayTime": ("NominalCardiacTriggerDelayTime",),
    "InversionTime": ("InversionTime", "InversionTimes"),
    "FlipAngle": ("FlipAngle",),
    "KVP": ("KVP",),
    "AcquisitionNumber": ("AcquisitionNumber",),
}
RANKED = ("TriggerTime", *PAIRS, "InstanceNumber")
UNITS = {
    **dict.fromkeys(("FrameReferenceTime", "EchoTime", "NominalCardiacTriggerDelayTime"), "ms"),
    **dict.fromkeys(("InversionTime", "TriggerTime"), "ms"),
    **dict.fromkeys(("TemporalPositionTimeOffset", *PAIRS), "s"),
    "DiffusionBValue": "s/mm2",
    "FlipAngle": "degrees",
    "KVP": "kV",
}
COUNTERS = frozenset({"AcquisitionNumber", "FrameReferenceTime"})  # may differ from position to position
SAME = ("ImageType", "ConvolutionKernel")  # images that differ here are not steps of one axis
MOMENT_KEYWORDS = tuple(
    dict.fromkeys(
        (
            *(keyword for keywords in EXACT.values() for keyword in keywords),
            *("TriggerTime", "InstanceNumber", "NumberOfTemporalPositions"),
            *(*CLOCK_KEYWORDS, *SAME, *STEP_KEYWORDS),
        )
    )
)


@dataclass(frozen=True)
class Ordered:
    """The slices of a 4-D series: indices (volumes, positions), and the axis that the volumes lie along."""

    order: Members
    axis: FourthAxis


def order_volumes(slices: Sequence[Slice], groups: Sequence[Members]) -> Ordered | Refusal:
    """Return the slices at each position sorted into volumes; or DUPLICATE_SLICES, DUPLICATE_INSTANCE.

    :param groups: for each position, the indices of its slices
    """
    counts = {len(group) for group in groups}
    evidence: dict[str, JsonValue] = {"slices": len(slices), "positions": len(groups)}
    if len(counts) > 1:
        return Refusal(Reason.DUPLICATE_SLICES, {**evidence, "fewest": min(counts), "most": max(counts)})
    members = np.array(groups)
    differing: list[JsonValue] = [
        keyword for keyword in SAME if len({slice_.look(keyword) for slice_ in slices}) > 1
    ]
    exact = _exact(slices, members)
    found = None if differing else _by_value(members, exact) or _by_rank(slices, members, exact)
    if found is None:
        return Refusal(Reason.DUPLICATE_SLICES, {**evidence, "differing": [*differing, *exact]})
    members, name, values = found
    copies = _copies(slices, members) if name == "InstanceNumber" else 0
    if copies:
        return Refusal(Reason.DUPLICATE_INSTANCE, {**evidence, "images_with_equal_pixels": copies})
    return Ordered(np.ascontiguousarray(members.T), _axis(slices, members, name, values))


def _exact(slices: Sequence[Slice], members: Members) -> dict[str, Values]:
    """Return the values (positions, volumes) that every slice has and that differ somewhere."""
    columns: dict[str, list[float | None]] = {
        name: [first_number(slice_, keywords) for slice_ in slices] for name, keywords in EXACT.items()
    }
    for name in slices[0].dimensions:
        columns[name] = [slice_.dimensions.get(name) for slice_ in slices]
    return {
        name: np.array(values, dtype=np.float64)[members]
        for name, values in columns.items()
        if None not in values and len(set(values)) > 1
    }


Found = tuple[Members, str, tuple[float, ...]]


def _by_value(members: Members, exact: Mapping[str, Values]) -> Found | None:
    """Sort by the first value that takes the same distinct values at every position."""
    for name, values in exact.items():
        ranked = np.sort(values, axis=1)
        if (ranked == ranked[0]).all() and (np.diff(ranked[0]) > 0).all():
            order = np.argsort(values, axis=1)
            return np.take_along_axis(members, order, axis=1), name, tuple(ranked[0].tolist())
    return None


def _by_rank(slices: Sequence[Slice], members: Members, exact: Mapping[str, Values]) -> Found | None:
    """Sort by the first clock or counter whose volumes do not interleave and that no value contradicts."""
    stated = first_number(slices[0], ("NumberOfTemporalPositions",))
    if stated is not None and stated > 1 and stated != members.shape[1]:
        return None
    for name in RANKED:
        column = [seconds(p.look, name) if name in PAIRS else number(p.look(name)) for p in slices]
        if None in column:
            continue
        values = np.array(column, dtype=np.float64)[members]
        order = np.argsort(values, axis=1)
        ranked = np.take_along_axis(values, order, axis=1)
        if not _apart(ranked):
            continue
        others = {key: np.take_along_axis(known, order, axis=1) for key, known in exact.items()}
        if all((known == known[0]).all() for key, known in others.items() if key not in COUNTERS):
            middle = np.median(ranked, axis=0)
            steps = np.arange(1.0, len(middle) + 1) if name == "InstanceNumber" else middle
            if name in PAIRS:
                steps = middle - middle[0]
            return np.take_along_axis(members, order, axis=1), name, tuple(steps.tolist())
    return None


def _apart(ranked: Values) -> bool:
    """Whether one volume ends before the next begins, or one position before the next; sorted by row."""
    if not (np.diff(ranked, axis=1) > 0).all():
        return False
    by_volume = (ranked.max(axis=0)[:-1] < ranked.min(axis=0)[1:]).all()
    rows = ranked[np.argsort(ranked[:, 0])]
    return bool(by_volume or (rows[:-1, -1] < rows[1:, 0]).all())


def _axis(slices: Sequence[Slice], members: Members, name: str, values: tuple[float, ...]) -> FourthAxis:
    """Describe the axis; ``members``: (positions, volumes), in the order found."""
    also = {
        key: tuple(known[0].tolist())
        for key, known in _exact(slices, members).items()
        if key != name and (known == known[0]).all()
    }
    volumes = [[slices[index] for index in volume] for volume in members.T]
    return FourthAxis(name, values, UNITS.get(name, "index"), time_step_s(volumes, name, values), also)


def _copies(slices: Sequence[Slice], members: Members) -> int:
    """Count images that equal another at their position; those of one value only are no proof."""
    copies = 0
    for position in members:
        arrays = [slices[index].stored for index in position]
        varied = [array.tobytes() for array in arrays if array.min() != array.max()]
        copies += len(varied) - len(set(varied))
    return copies
