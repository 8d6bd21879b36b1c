"""Gzip bytes are the same on every machine, or nothing is written."""

from __future__ import annotations

import gzip
import hashlib

import numpy as np
import pytest

from imaging.output import compression
from imaging.output.compression import gunzip, gzip_chunks

TEXT = np.random.default_rng(5).integers(0, 60, 1 << 18).astype(np.uint16).tobytes()


def test_bytes_are_those_seen_on_every_processor_tried():
    # Equal under qemu's Nehalem, SandyBridge, Haswell, EPYC and on AVX-512; see the module's text.
    digest = hashlib.sha256(gzip_chunks(compression._probe())).hexdigest()
    assert digest == compression.PROBE_SHA256


def test_any_gzip_reader_reads_what_is_written():
    assert gzip.decompress(gzip_chunks([TEXT[:1000], memoryview(TEXT)[1000:]])) == TEXT


def test_the_header_holds_no_time_and_no_name():
    assert gzip_chunks([TEXT])[:10].hex() == "1f8b08000000000000ff"


def test_bytes_do_not_depend_on_where_the_input_lies_in_memory():
    digests = set()
    for shift in range(8):
        held = bytearray(shift) + TEXT
        digests.add(hashlib.sha256(gzip_chunks([memoryview(held)[shift:]])).hexdigest())
    assert len(digests) == 1


def test_a_machine_with_other_bytes_writes_nothing(monkeypatch):
    compression._check_machine.cache_clear()
    monkeypatch.setattr(compression, "LEVEL", 1)
    with pytest.raises(RuntimeError, match="locked isal"):
        gzip_chunks([TEXT])
    monkeypatch.undo()
    assert gzip.decompress(gzip_chunks([TEXT])) == TEXT


def test_gzip_of_others_and_of_several_members_is_read():
    assert gunzip(gzip.compress(b"one") + gzip.compress(b"two")) == b"onetwo"


@pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: data[:50] + b"?" + data[51:]])
def test_damaged_gzip_data_are_a_value_error(damage):
    with pytest.raises(ValueError, match="write the file again"):
        gunzip(damage(gzip.compress(TEXT)))
