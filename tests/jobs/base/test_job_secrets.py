"""Hadoop's credentials file: the secret is found behind the tokens, and any other file is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.base.job_secrets import JobSecretError, job_secret, secrets_in

# Written by Hadoop 3.5 for a container of a streaming job that was given the secret nightscan.try.
OF_A_CONTAINER = bytes.fromhex(
    "484454530001084a6f62546f6b656e17166a6f625f313739353237343830313936375f3030303214021f555e80c98b56dd3268f8"
    "32672fb18befcc930d6d61707265647563652e6a6f62166a6f625f313739353237343830313936375f3030303202154d61705265"
    "6475636553687566666c65546f6b656e08c86093ec54e4ccc60d6e696768747363616e2e7472790f7333637233742d76616c7565"
    "2dc3a9"
)


def test_a_secret_is_found_behind_hadoops_own_tokens():
    assert secrets_in(OF_A_CONTAINER) == {"nightscan.try": "s3cr3t-value-é".encode()} | {
        "MapReduceShuffleToken": bytes.fromhex("c86093ec54e4ccc6")
    }


def test_the_environment_names_the_file(tmp_path: Path):
    path = tmp_path / "container_tokens"
    path.write_bytes(OF_A_CONTAINER)
    environment = {"HADOOP_TOKEN_FILE_LOCATION": str(path)}
    assert job_secret("nightscan.try", environment) == "s3cr3t-value-é".encode()
    with pytest.raises(JobSecretError, match=r"no secret nightscan\.other"):
        job_secret("nightscan.other", environment)
    with pytest.raises(JobSecretError, match="run this as a mapper"):
        job_secret("nightscan.try", {})


@pytest.mark.parametrize("size", [200, 1000, 70000])
def test_a_long_secret_has_a_length_of_several_bytes(size: int):
    length = size.to_bytes((size.bit_length() + 7) // 8)
    number = (-112 - len(length)).to_bytes(1, signed=True) + length
    assert secrets_in(b"HDTS\0\0\1\1a" + number + b"x" * size) == {"a": b"x" * size}


def test_a_file_of_another_format_or_cut_short_is_refused():
    with pytest.raises(JobSecretError, match="format version 0"):
        secrets_in(b"HDTS\1" + OF_A_CONTAINER[5:])
    for size in range(5, len(OF_A_CONTAINER)):
        with pytest.raises(JobSecretError, match="too early"):
            secrets_in(OF_A_CONTAINER[:size])
    with pytest.raises(JobSecretError, match="too early"):
        secrets_in(b"HDTS\0\x80")
    with pytest.raises(JobSecretError, match="too early"):
        secrets_in(b"HDTS\0\x87" + bytes(20))
