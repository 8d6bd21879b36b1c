"""What a run left behind, as entries that can be compared: the format of ``benchmarks.same_results``.

A dump is {"key_id": of the site's key, "sections": {title: [entry, ...]}}. An entry is a JSON object: the row
of a table, a file with its SHA-256, a leaf of a JSON document. Two sections are equal when they hold the
same entries, each as many times; the order does not count.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Entry = dict[str, Any]
ABSENT = "(absent)"
SHOWN_CHARACTERS = 160


@dataclass(frozen=True)
class Dump:
    """The sections of one run; ``key_id`` names the key its identifiers were hashed with, '' for none."""

    key_id: str
    sections: Mapping[str, Sequence[Entry]]

    def write(self, path: Path) -> None:
        """Write the dump: sections and entries in order, an entry a line."""
        titles = [
            f"{json.dumps(title)}: [\n" + ",\n".join(sorted(map(canonical, entries))) + "\n]"
            for title, entries in sorted(self.sections.items())
        ]
        key_id = json.dumps(self.key_id)
        path.write_text(f'{{"key_id": {key_id}, "sections": {{\n' + ",\n".join(titles) + "\n}}\n", "utf-8")

    @classmethod
    def read(cls, path: Path) -> Dump:
        """Read what ``write`` wrote."""
        return cls(**json.loads(path.read_text("utf-8")))


@dataclass(frozen=True)
class Difference:
    """One section of two dumps: how many entries are equal, and those that only one of them has."""

    title: str
    equal: int
    only_a: Sequence[Entry]
    only_b: Sequence[Entry]

    @property
    def same(self) -> bool:
        """Whether neither has an entry that the other lacks."""
        return not self.only_a and not self.only_b

    def shown(self, most: int) -> Iterator[str]:
        """Describe the first entries that differ, each of A beside the one of B most like it."""
        left = list(self.only_b)
        for mine in self.only_a[:most]:
            other = min(left, key=lambda entry: len(_parted(mine, entry)), default=None)
            if other is None or len(_parted(mine, other)) == len(mine.keys() | other.keys()):
                yield f"only in A: {canonical(mine)}"
                continue
            left.remove(other)
            fields = "; ".join(
                f"{name}: A {_field(mine, name)}, B {_field(other, name)}" for name in _parted(mine, other)
            )
            same = canonical(
                {name: value for name, value in mine.items() if name not in _parted(mine, other)}
            )
            yield f"{fields}; of {same if len(same) <= SHOWN_CHARACTERS else same[:SHOWN_CHARACTERS] + '...'}"
        if len(self.only_a) <= most:
            yield from (f"only in B: {canonical(entry)}" for entry in left[:most])


def canonical(value: Any) -> str:
    """Return the one JSON text of a value; NaN and infinities as Python writes them."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def leaves(value: Any, at: str = "") -> Iterator[Entry]:
    """Take a JSON document apart: one entry {"at": path, "value"} a number, text, empty list or object."""
    items: Sequence[tuple[Any, Any]] = ()
    if isinstance(value, Mapping):
        items = sorted(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    if not items:
        yield {"at": at, "value": value}
    for name, inner in items:
        yield from leaves(inner, f"{at}/{name}")


def differences(a: Dump, b: Dump, leave_out: Collection[str] = ()) -> list[Difference]:
    """Compare two dumps section by section.

    :param leave_out: SECTION.FIELD or FIELD: what entries are compared without; SECTION is the first name of
        a title, for rows of a table its name
    """
    titles = sorted(a.sections.keys() | b.sections.keys())
    return [
        _difference(title, *(_counted(dump.sections.get(title, ()), title, leave_out) for dump in (a, b)))
        for title in titles
    ]


def _counted(entries: Sequence[Entry], title: str, leave_out: Collection[str]) -> Counter[str]:
    table = title.split(maxsplit=1)[0]
    return Counter(
        canonical(
            {
                name: value
                for name, value in entry.items()
                if name not in leave_out and f"{table}.{name}" not in leave_out
            }
        )
        for entry in entries
    )


def _difference(title: str, a: Counter[str], b: Counter[str]) -> Difference:
    only_a, only_b = ([json.loads(text) for text in sorted(one.elements())] for one in (a - b, b - a))
    return Difference(title, (a & b).total(), only_a, only_b)


def _parted(a: Entry, b: Entry) -> list[str]:
    names = sorted(a.keys() | b.keys())
    return [name for name in names if _field(a, name) != _field(b, name)]


def _field(entry: Entry, name: str) -> str:
    return canonical(entry[name]) if name in entry else ABSENT
