"""Damaged files: the strict reader says what pydicom says, or nothing; it never fails, hangs or grows.

NIGHTSCAN_FUZZ sets how many mutated files are tried; ``--log-cli-level=INFO`` shows the counts.
"""

from __future__ import annotations

import logging
import os
import random
import tracemalloc
from collections.abc import Callable

import pydicom
import pytest

from imaging.dicom_reading.header import read_header
from imaging.dicom_reading.strict.elements import Elements, read_elements
from imaging.records import Header, Refusal
from tests.imaging.dicom_reading.strict.test_element_ends import referring
from tests.imaging.dicom_reading.strict.test_elements import BIG, DEFLATED, EXPLICIT, IMPLICIT, RLE, nested
from tests.imaging.factories import encode, slice_dataset, structure_dataset
from tests.imaging.parity import TAGS, differences, header_by_pydicom

COUNT = int(os.environ.get("NIGHTSCAN_FUZZ", "3200"))
VRS = [
    b"UI",
    b"US",
    b"DS",
    b"IS",
    b"SQ",
    b"UN",
    b"OB",
    b"CS",
    b"LO",
    b"UT",
    b"FD",
    b"SS",
    b"AT",
    b"PN",
    b"QQ",
]
LENGTHS = [
    b"\xff\xff\xff\xff",
    b"\xfe\xff\xff\x7f",
    b"\0\0\0\0",
    b"\xff\xff",
    b"\x01\x00",
    b"\x00\x00\x00\x80",
]
MARKS = [
    b"\xfe\xff\x00\xe0",
    b"\xfe\xff\x0d\xe0\0\0\0\0",
    b"\xfe\xff\xdd\xe0\0\0\0\0",
    b"\x08\x00\x05\x00CS\x02\x00",
]


def seeds() -> list[bytes]:
    """Good files of every encoding, with sequences of both kinds and encapsulated pixels."""
    rle = slice_dataset(0, PixelData=pydicom.encaps.encapsulate([bytes(range(64))]))
    rle["PixelData"].is_undefined_length = True
    made = [
        encode(nested(is_open=n > 3), syntax)
        for n, syntax in enumerate((IMPLICIT, EXPLICIT, BIG, DEFLATED) * 2)
    ]
    plain = encode(slice_dataset(0, SpecificCharacterSet="ISO_IR 192", PixelPaddingValue=-1), IMPLICIT)
    return [
        *made,
        encode(rle, RLE),
        encode(structure_dataset({"GTV": []})),
        encode(referring(60), IMPLICIT),
        plain,
        made[1][132:],
        plain[332:],
    ]


def bit(dice: random.Random, data: bytearray) -> None:
    data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)


def cut(dice: random.Random, data: bytearray) -> None:
    del data[dice.randrange(len(data)) :]


def overwrite(words: list[bytes]) -> Callable[[random.Random, bytearray], None]:
    def change(dice: random.Random, data: bytearray) -> None:
        word, at = dice.choice(words), dice.randrange(len(data))
        data[at : at + len(word)] = word

    return change


def other_vr(dice: random.Random, data: bytearray) -> None:
    """Put another VR where one stands."""
    places = [at for at in range(len(data) - 1) if bytes(data[at : at + 2]) in VRS]
    if places:
        at = dice.choice(places)
        data[at : at + 2] = dice.choice(VRS)


def other_length(dice: random.Random, data: bytearray) -> None:
    """Put an absurd length behind a VR, or where one may stand without VRs."""
    places = [at + 2 for at in range(len(data) - 8) if bytes(data[at : at + 2]) in VRS]
    at = dice.choice(places) + dice.choice([0, 2]) if places else dice.randrange(len(data))
    word = dice.choice(LENGTHS)
    data[at : at + len(word)] = word


def move(dice: random.Random, data: bytearray) -> None:
    """Repeat, drop or displace a piece."""
    start, size, to = dice.randrange(len(data)), dice.randrange(1, 40), dice.randrange(len(data))
    piece = bytes(data[start : start + size])
    if dice.random() < 0.5:
        del data[start : start + size]
    data[to:to] = piece if dice.random() < 0.6 else b""


MUTATIONS = [
    bit,
    bit,
    cut,
    overwrite(VRS),
    overwrite(LENGTHS),
    overwrite(MARKS),
    other_vr,
    other_length,
    move,
]


def mutated(count: int, seed: int) -> list[bytes]:
    dice, good = random.Random(seed), seeds()
    found = []
    for _ in range(count):
        data = bytearray(dice.choice(good))
        for _ in range(dice.choice([1, 1, 1, 2, 4])):
            if data:
                dice.choice(MUTATIONS)(dice, data)
        found.append(bytes(data))
    return found


@pytest.mark.timeout(120)
def test_mutated_files_read_as_pydicom_reads_them_or_not_at_all():
    files = mutated(COUNT, 4)
    answers = [differences(data, pixels=number % 2 == 0) for number, data in enumerate(files)]
    assert [(number, found) for number, found in enumerate(answers) if found] == []
    read = answers.count([])
    logging.getLogger(__name__).info(
        "%d mutated files, %d read, %d left to pydicom", COUNT, read, COUNT - read
    )
    assert min(read, COUNT - read) > COUNT // 10


def test_mutated_files_give_the_header_or_the_refusal_that_pydicom_leads_to():
    files = mutated(1200, 5)
    found = [read_header(data) for data in files]
    assert [number for number, data in enumerate(files) if found[number] != header_by_pydicom(data)] == []
    assert {type(item) for item in found} == {Header, Refusal}


def test_absurd_lengths_take_no_memory():
    files = [data for data in mutated(400, 6) if b"1.2.840.10008.1.2.1.99" not in data]
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    found = [type(read_elements(data, TAGS, pixels=True)) for data in files]
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    assert {Elements, type(None)} == set(found)
    assert peak < 1 << 22
