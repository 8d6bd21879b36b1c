"""Remember how the elements of earlier files stood, so that those of a like file are passed in one step.

The files of a series differ in few lengths. A run is a row of element headers with the gaps between them;
when a file has exactly the same header bytes at the same distances, its elements are the same ones with
other values, and nothing is left to parse. Only headers decide, and all of them are compared.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from imaging.dicom_reading.strict.encodings import Encoding

KEY = 8  # bytes of a header that a run is found by: tag, VR, length
SHORTEST = 2  # units worth a run
LONGEST = 32  # units compared at once
LONGEST_VALUE = 1 << 16  # bytes of a unit
MOST_INNER = 128  # headers in a sequence
MOST_RUNS = 1024
LAST_TAG = 0xFFFFFFFF
MOST_CHANGING = 5  # tags that stand alone in one series: more of them are those of several series ...
SETTLING_FILES = 16  # ... so forget, but not before so many files, lest mixed folders do it all the time

# tag -> VR as the encoding's ``head`` gives it (0 without VR), the value's bytes, whether its length was open
Found = dict[int, tuple[int, bytes, bool]]


class Unit(NamedTuple):
    """Where one top-level element stands: bytes of its header and of its value, from tag to next tag.

    ``inner``: offset in the value and length of every header within a sequence of undefined length.
    """

    tag: int
    vr: int
    head: int
    value: int
    is_open: bool = False
    inner: Sequence[tuple[int, int]] = ()

    @property
    def size(self) -> int:
        return self.head + self.value


@dataclass(eq=False, slots=True)
class Run:
    """A row of units: ``layout`` unpacks their header bytes, which must be ``heads``; ``size``: bytes of all.

    ``owners``: of each header, the index of its unit. ``values`` unpacks the values of the wanted ones;
    ``tags``, ``vrs`` and ``opens`` are their tags, VRs and whether their lengths were open.
    """

    units: Sequence[Unit]
    layout: struct.Struct
    heads: tuple[bytes, ...]
    owners: Sequence[int]
    first: int
    last: int
    size: int
    values: struct.Struct
    tags: Sequence[int]
    vrs: Sequence[int]
    opens: Sequence[bool]


def _make(data: bytes, at: int, units: Sequence[Unit], wanted: Collection[int]) -> Run:
    """Make a run of units that stand in ``data`` from ``at`` on."""
    owners, size, seen, form = [], 0, 0, []
    taken, values = 0, []
    for index, unit in enumerate(units):
        value = size + unit.head
        for offset, head in ((size, unit.head), *[(value + inner, head) for inner, head in unit.inner]):
            form.append(f"{offset - seen}x{head}s")
            owners.append(index)
            seen = offset + head
        size += unit.size
        if unit.tag in wanted:
            values.append(f"{value - taken}x{unit.value}s")
            taken = size
    layout = struct.Struct("".join(form))
    asked = [unit for unit in units if unit.tag in wanted]
    return Run(
        units=units,
        layout=layout,
        heads=layout.unpack_from(data, at),
        owners=owners,
        first=units[0].tag,
        last=units[-1].tag,
        size=size,
        values=struct.Struct("".join(values)),
        tags=[unit.tag for unit in asked],
        vrs=[unit.vr for unit in asked],
        opens=[unit.is_open for unit in asked],
    )


@dataclass(eq=False)
class Layouts:
    """The runs seen with one set of wanted tags in one encoding; safe for threads.

    ``last_wanted``: the tag after which no open sequence is worth the way to its end. ``changing``: tags
    whose header differs from file to file; they stand between the runs.
    """

    wanted: frozenset[int]
    encoding: Encoding
    last_wanted: int = LAST_TAG
    runs: dict[bytes, Run] = field(default_factory=dict)
    changing: set[int] = field(default_factory=set)
    files: int = 0

    def begin(self) -> None:
        """Count a file."""
        self.files += 1

    def _forget(self) -> None:
        self.runs.clear()
        self.changing.clear()
        self.files = 0

    def follow(self, run: Run, data: bytes, at: int, last: int, found: Found) -> tuple[int, int]:
        """Take what ``data`` shares with ``run`` from ``at`` on; return the offset and tag after it."""
        heads = run.layout.unpack_from(data, at)
        if heads == run.heads:
            values = run.values.unpack_from(data, at)
            for tag, vr, value, is_open in zip(run.tags, run.vrs, values, run.opens, strict=True):
                found[tag] = vr, value, is_open
            return at + run.size, run.last
        same = run.owners[next(index for index, head in enumerate(heads) if head != run.heads[index])]
        self._split(run, same, data, at)
        for unit in run.units[:same]:
            value, last = at + unit.head, unit.tag
            at = value + unit.value
            if last in self.wanted:
                found[last] = unit.vr, data[value:at], unit.is_open
        return at, last

    def learn(self, data: bytes, end: int, units: Sequence[Unit]) -> None:
        """Make runs of units that stand in ``data`` up to ``end``."""
        if not units or not _is_worth(units):
            return
        if len(self.runs) > MOST_RUNS:
            self._forget()
        at = end - _size(units)
        part: list[Unit] = []
        for unit in units:
            is_steady = self._is_steady(unit)
            if part and (not is_steady or len(part) == LONGEST):
                self._remember(data, at, part)
                part = []
            if is_steady:
                part.append(unit)
            at += unit.size
        self._remember(data, at, part)

    def _remember(self, data: bytes, end: int, units: Sequence[Unit]) -> None:
        """Make one run of units that stand in ``data`` up to ``end``."""
        at = end - _size(units)
        if _is_worth(units):
            self.runs[data[at : at + KEY]] = _make(data, at, units, self.wanted)

    def _is_steady(self, unit: Unit) -> bool:
        return unit.size < LONGEST_VALUE and len(unit.inner) < MOST_INNER

    def _split(self, run: Run, same: int, data: bytes, at: int) -> None:
        """Part a run at the first unit that ``data`` has not: that one stands alone from now on."""
        if len(self.changing) >= MOST_CHANGING and self.files > SETTLING_FILES:
            self._forget()
            return
        self.changing.add(run.units[same].tag)
        self.runs.pop(run.heads[0][:KEY], None)
        if _is_worth(run.units[:same]):
            self.runs[data[at : at + KEY]] = _make(data, at, run.units[:same], self.wanted)
        rest = run.units[same + 1 :]
        if _is_worth(rest):
            behind = _size(run.units[: same + 1])
            key = run.heads[run.owners.index(same + 1)][:KEY]
            self.runs[key] = _make(_blank(run), behind, rest, self.wanted)


def _is_worth(units: Sequence[Unit]) -> bool:
    """Whether a run saves time: over several elements, or over a sequence."""
    return len(units) >= SHORTEST or bool(units and units[0].inner)


def _size(units: Sequence[Unit]) -> int:
    return sum([unit.size for unit in units])


def _blank(run: Run) -> bytes:
    """Return bytes that hold a run's headers where they stand, and zeros for the values."""
    return run.layout.pack(*run.heads) + bytes(run.size - run.layout.size)


@lru_cache(maxsize=64)
def layouts_for(wanted: frozenset[int], encoding: Encoding, last_wanted: int = LAST_TAG) -> Layouts:
    """Return the layouts that all files of these wanted tags and this encoding share."""
    return Layouts(wanted, encoding, last_wanted)
