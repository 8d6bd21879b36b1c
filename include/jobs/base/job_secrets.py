"""Read a secret from the job's own credentials, as Hadoop hands them to each container.

The submitting client puts it there (`mapreduce.job.credentials.json`); it is in no argument list, environment
or job configuration. The container finds the file by HADOOP_TOKEN_FILE_LOCATION. Format: Hadoop's
`Credentials`, "HDTS", version 0: tokens (name, identifier, password, kind, service), then secrets (name,
value); numbers are Hadoop's variable-length integers (WritableUtils).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

CREDENTIALS_VARIABLE = "HADOOP_TOKEN_FILE_LOCATION"
MAGIC = b"HDTS\0"
FIELDS_OF_A_TOKEN = 5
ONE_BYTE, MOST_BYTES = -112, 4  # a first byte from there on is the number itself


class JobSecretError(OSError):
    """The container's credentials lack the secret, or cannot be read."""


def job_secret(name: str, environment: Mapping[str, str]) -> bytes:
    """Return a secret of the job by its name.

    :raises JobSecretError: the container has no credentials, or they lack the secret
    """
    path = environment.get(CREDENTIALS_VARIABLE, "")
    if not path:
        raise JobSecretError(f"the environment has no {CREDENTIALS_VARIABLE}; run this as a mapper on YARN")
    try:
        return secrets_in(Path(path).read_bytes())[name]
    except KeyError as error:
        raise JobSecretError(f"the job has no secret {name}; submit it with one") from error


def secrets_in(data: bytes) -> dict[str, bytes]:
    """Return the secrets of a credentials file by name.

    :raises JobSecretError: another format, or damaged
    """
    if not data.startswith(MAGIC):
        raise JobSecretError("the job's credentials are not in Hadoop's format version 0")
    reader = _Reader(data, len(MAGIC))
    try:
        for _ in range(reader.number() * FIELDS_OF_A_TOKEN):
            reader.field()
        return {reader.field().decode(): reader.field() for _ in range(reader.number())}
    except (IndexError, UnicodeDecodeError) as error:
        raise JobSecretError("the job's credentials end too early or are damaged") from error


class _Reader:
    def __init__(self, data: bytes, at: int) -> None:
        self.data = data
        self.at = at

    def number(self) -> int:
        first = int.from_bytes(self._take(1), signed=True)
        if first >= ONE_BYTE:
            return first
        if ONE_BYTE - first > MOST_BYTES:
            raise IndexError(self.at)
        return int.from_bytes(self._take(ONE_BYTE - first))

    def field(self) -> bytes:
        return self._take(self.number())

    def _take(self, size: int) -> bytes:
        if size < 0 or self.at + size > len(self.data):
            raise IndexError(self.at)
        self.at += size
        return self.data[self.at - size : self.at]
