"""The environment of the streaming mappers, which a stage sets and a mapper reads.

Neither msgspec nor a dataclass here: a mapper starts once a map task, and loads nothing that it does not
need. Every variable is required, so a misspelt one is a missing one; others of the prefix belong to others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, NamedTuple, TypeVar

from messages.errors import MessageError

PREFIX = "NIGHTSCAN_"
UNLIMITED = "unlimited"
FORMS = {"scan_date": r"\d{4}-\d{2}-\d{2}", "memory_mb": rf"[1-9]\d*|{UNLIMITED}"}

StoreUrl = Annotated[str, "store: hdfs://host:port, or file:///folder for tests"]
Root = Annotated[str, "HDFS path below which everything lies"]
ScanDate = Annotated[str, "YYYY-MM-DD"]
Build = Annotated[str, "id of the build, 16 hex digits"]
MemoryMb = Annotated[int | None, "what the process may take, MiB; null, written `unlimited`: no limit"]


class MapperEnvironment(NamedTuple):
    """What the mapper of stage 2 is given."""

    hdfs: StoreUrl
    root: Root
    scan_date: ScanDate
    build: Build
    memory_mb: MemoryMb


class DeidentifyEnvironment(NamedTuple):
    """What the mapper of the export is given; the site's key comes with the job's credentials."""

    hdfs: StoreUrl
    root: Root
    scan_date: ScanDate
    build: Build
    memory_mb: MemoryMb
    key_id: Annotated[str, "id of the site's key that the export was planned with"]


E = TypeVar("E", MapperEnvironment, DeidentifyEnvironment)
PROGRAMS: Mapping[type[MapperEnvironment | DeidentifyEnvironment], str] = {
    MapperEnvironment: "jobs.preprocess.mapper",
    DeidentifyEnvironment: "jobs.deidentify.mapper",
}


def variables_of(given: MapperEnvironment | DeidentifyEnvironment) -> dict[str, str]:
    """Return the variables of it.

    :raises MessageError: a field is empty or does not have its form.
    """
    values = given._asdict().items()
    texts = {_variable(name): UNLIMITED if value is None else str(value) for name, value in values}
    _texts(type(given), texts)
    return texts


def read_environment(kind: type[E], variables: Mapping[str, str]) -> E:
    """Return what the variables say.

    :raises MessageError: one is missing, empty or does not have its form.
    """
    found = _texts(kind, variables)
    limit = found.pop("memory_mb")
    return kind(**found, memory_mb=None if limit == UNLIMITED else int(limit))


def _texts(
    kind: type[MapperEnvironment | DeidentifyEnvironment], variables: Mapping[str, str]
) -> dict[str, str]:
    found = {name: variables.get(_variable(name), "") for name in kind._fields}
    for name, text in found.items():
        if not re.fullmatch(FORMS.get(name, r".+"), text):
            fact = f"{_variable(name)} is {text!r}" if text else f"{_variable(name)} is missing"
            raise MessageError(f"the environment of {PROGRAMS[kind]}", fact)
    return found


def _variable(name: str) -> str:
    return PREFIX + name.upper()
