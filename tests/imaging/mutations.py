"""Damage DICOM files in every way a disk, a network or a bad exporter does; judge what the converter made.

`python -m tests.imaging.mutations COUNT SEED` (PYTHONPATH=plugins:include:.) prints the counts as JSON; the
exit status is 1 when one result is wrong and not refused. The address space is limited, so that a length of
four gigabytes that is believed ends the process.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from imaging.dicom_reading.source_file import SourceFile
from imaging.records import Limits
from imaging.series.products import SeriesProducts, make_products
from tests.imaging.mutation_subjects import Subject, subjects

ADDRESS_SPACE = 4 << 30
VALUE_REPRESENTATIONS = (b"UI", b"DS", b"IS", b"US", b"SS", b"OW", b"OB", b"SQ", b"UN", b"LO", b"FD", b"PN")
ABSURD_LENGTHS = (0xFFFFFFFF, 0xFFFFFFFE, 0x7FFFFFFF, 0x80000000, 0x00010000, 0)
HEADER_SHARE = 0.7
LIMITS = Limits(1 << 30)


@dataclass(frozen=True)
class Mutant:
    """Damaged bytes, the kind of damage, and the first and last offset of the original that it touched."""

    kind: str
    data: bytes
    first: int
    last: int


def flip_bits(data: bytes, at: int, dice: random.Random) -> Mutant:
    changed = bytearray(data)
    places = [min(len(data) - 1, at + dice.randrange(8)) for _ in range(dice.choice((1, 1, 1, 4)))]
    for place in places:
        changed[place] ^= 1 << dice.randrange(8)
    return Mutant("bits flipped", bytes(changed), min(places), max(places))


def cut(data: bytes, at: int, dice: random.Random) -> Mutant:
    end = dice.choice((at, len(data) - dice.randrange(1, 300)))
    return Mutant("cut", data[: max(0, end)], max(0, end), max(0, end))


def remove(data: bytes, at: int, dice: random.Random) -> Mutant:
    length = dice.choice((1, 2, 8, 100))
    return Mutant("bytes lost", data[:at] + data[at + length :], at, at)


def insert(data: bytes, at: int, dice: random.Random) -> Mutant:
    return Mutant("bytes added", data[:at] + dice.randbytes(dice.choice((1, 2, 8, 100))) + data[at:], at, at)


def zero(data: bytes, at: int, dice: random.Random) -> Mutant:
    length = min(dice.choice((1, 4, 64, 512)), len(data) - at)
    return Mutant("zeros", data[:at] + bytes(length) + data[at + length :], at, at + length - 1)


def repeat(data: bytes, at: int, dice: random.Random) -> Mutant:
    length = dice.choice((8, 64, 512))
    end = min(at + length, len(data))
    return Mutant("repeated", data[:end] + data[at:end] + data[end:], end, end)


def swap_representation(data: bytes, at: int, dice: random.Random) -> Mutant:
    """Put another value representation where the next one stands."""
    found = _next(data, at)
    if found is None:
        return flip_bits(data, at, dice)
    other = dice.choice(VALUE_REPRESENTATIONS)
    return Mutant("VR swapped", data[:found] + other + data[found + 2 :], found, found + 1)


def absurd_length(data: bytes, at: int, dice: random.Random) -> Mutant:
    """Write an absurd length over that of the next element: two or four bytes."""
    found = _next(data, at)
    start = at if found is None else found + dice.choice((2, 4))
    length = dice.choice(ABSURD_LENGTHS).to_bytes(4, "little")[: dice.choice((2, 4))]
    changed = data[:start] + length + data[start + len(length) :]
    return Mutant("absurd length", changed[: len(data)], start, min(len(data), start + len(length)) - 1)


def _next(data: bytes, at: int) -> int | None:
    places = [found for vr in VALUE_REPRESENTATIONS if (found := data.find(vr, at, at + 4000)) >= 0]
    return min(places, default=None)


KINDS: tuple[Callable[[bytes, int, random.Random], Mutant], ...] = (
    *(flip_bits, flip_bits, flip_bits, cut, remove, insert, zero, repeat, swap_representation, absurd_length),
)


def mutate(data: bytes, payload: int, dice: random.Random) -> Mutant:
    """Damage a file once; mostly before offset ``payload``, where the header is."""
    end = max(1, payload if dice.random() < HEADER_SHARE else len(data))
    return dice.choice(KINDS)(data, dice.randrange(end), dice)


def convert(files: Sequence[bytes], regions: Sequence[bytes]) -> SeriesProducts:
    return make_products(
        [SourceFile.from_bytes(f"image {n}", data) for n, data in enumerate(files)],
        [SourceFile.from_bytes(f"region {n}", data) for n, data in enumerate(regions)],
        LIMITS,
    )


def story(products: SeriesProducts) -> Mapping[str, Any]:
    """Give the volume's record without its hashes of input files: what a person would see changed."""
    record: dict[str, Any] = json.loads(products.files[".json"])
    own = record["nightscan"]
    del own["inputs"], own["volume"]["files_digest"]
    for region in own["regions"]:
        del region["file"]
    return record


def judge(before: SeriesProducts, after: SeriesProducts, *, payload_touched: bool) -> str:
    """Say what became of a damaged input; 'SILENT' begins the name of what must not be."""
    if ".nii.gz" not in after.files:
        refusal = after.result.refusal
        return f"refused: {refusal.reason}" if refusal is not None else "SILENT: neither volume nor refusal"
    names = sorted(name for name in before.files if name.endswith(".nii.gz"))
    lost = [name for name in names if name not in after.files]
    if lost and _renamed(before, after):
        return "a region has another name, and the record says so"
    if lost:
        reasons = {str(item.refusal.reason) for item in after.region_outcomes if item.refusal is not None}
        own = json.loads(after.files[".json"])["nightscan"]["regions"]
        reasons |= {item["reason"] for item in own if item["reason"]}
        return f"region refused: {', '.join(sorted(reasons))}" if reasons else "SILENT: a region is gone"
    if all(after.files[name] == before.files[name] for name in names):
        return "the same volume and masks"
    if story(before) != story(after):
        return "differs, and the record says how"
    return "differs in pixels or contours, as the hash says" if payload_touched else "SILENT: differs"


def _renamed(before: SeriesProducts, after: SeriesProducts) -> bool:
    """Whether there are as many masks as before, each listed in the sidecar under its name."""
    listed = {item["region"] for item in json.loads(after.files[".json"])["nightscan"]["regions"]}
    masks = {name.removesuffix(".mask.nii.gz").lstrip(".") for name in after.files if ".mask." in name}
    return masks <= listed and len(after.files) == len(before.files)


@dataclass(frozen=True)
class Trial:
    """One damaged file of one subject and its verdict."""

    subject: str
    kind: str
    verdict: str
    seconds: float
    first: int


def trials(count: int, seed: int) -> Iterator[Trial]:
    """Damage one file of one subject ``count`` times."""
    dice = random.Random(seed)
    prepared = [(subject, convert(subject.files, subject.regions)) for subject in subjects()]
    for subject, products in prepared:
        if ".nii.gz" not in products.files:
            raise RuntimeError(f"{subject.name} does not convert unharmed: {products.result.refusal}")
    for number in range(count):
        subject, before = prepared[number % len(prepared)]
        yield _trial(subject, before, dice)


def _trial(subject: Subject, before: SeriesProducts, dice: random.Random) -> Trial:
    files, regions = list(subject.files), list(subject.regions)
    group = regions if regions and dice.random() < subject.region_share else files
    index = dice.randrange(len(group))
    payload = subject.payload(group[index])
    mutant = mutate(group[index], payload, dice)
    group[index] = mutant.data
    began = time.monotonic()
    after = convert(files, regions)
    seconds = time.monotonic() - began
    verdict = judge(before, after, payload_touched=mutant.last >= payload)
    return Trial(subject.name, mutant.kind, verdict, seconds, mutant.first)


def main() -> int:
    """Run COUNT trials from SEED; print the counts; 1 when something is wrong and not refused."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    count, seed = (int(text) for text in sys.argv[1:3])
    done = list(trials(count, seed))
    verdicts = Counter(trial.verdict for trial in done)
    bad = [vars(trial) for trial in done if "SILENT" in trial.verdict or "CONVERTER_FAILED" in trial.verdict]
    summary = {
        "mutants": len(done),
        "kinds": dict(Counter(trial.kind for trial in done).most_common()),
        "verdicts": dict(verdicts.most_common()),
        "slowest_seconds": round(max(trial.seconds for trial in done), 3),
        "wrong": bad,
    }
    sys.stdout.write(json.dumps(summary, indent=1) + "\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
