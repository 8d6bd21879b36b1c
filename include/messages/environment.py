"""The environment of the streaming mappers, which a stage sets and a mapper reads.

No msgspec here: a mapper starts once a map task, and loads nothing that it does not need. Every variable is
required, so a misspelt one is a missing one; others of the same prefix belong to others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Annotated, ClassVar, TypeVar

from messages.errors import MessageError

PREFIX = "NIGHTSCAN_"
UNLIMITED = "unlimited"
FORMS = {"scan_date": r"\d{4}-\d{2}-\d{2}", "memory_mb": rf"[1-9]\d*|{UNLIMITED}"}

E = TypeVar("E", bound="MapperEnvironment")


@dataclass(frozen=True, kw_only=True)
class MapperEnvironment:
    """What the mapper of stage 2 is told."""

    program: ClassVar[str] = "jobs.preprocess.mapper"

    hdfs: Annotated[str, "store: hdfs://host:port, or file:///folder for tests"]
    root: Annotated[str, "HDFS path below which everything lies"]
    scan_date: Annotated[str, "YYYY-MM-DD"]
    build: Annotated[str, "id of the build, 16 hex digits"]
    memory_mb: Annotated[int | None, "what the process may take, MiB; null, written `unlimited`: no limit"]

    def variables(self) -> dict[str, str]:
        """Return the variables.

        :raises MessageError: a field is empty or does not have its form.
        """
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        texts = {
            _variable(name): UNLIMITED if value is None else str(value) for name, value in values.items()
        }
        self.read(texts)
        return texts

    @classmethod
    def read(cls: type[E], variables: Mapping[str, str]) -> E:
        """Return what the variables say.

        :raises MessageError: one is missing, empty or does not have its form.
        """
        found = {field.name: variables.get(_variable(field.name), "") for field in fields(cls)}
        for name, text in found.items():
            if not re.fullmatch(FORMS.get(name, r".+"), text):
                fact = f"{_variable(name)} is {text!r}" if text else f"{_variable(name)} is missing"
                raise MessageError(f"the environment of {cls.program}", fact)
        limit = found.pop("memory_mb")
        return cls(**found, memory_mb=None if limit == UNLIMITED else int(limit))


@dataclass(frozen=True, kw_only=True)
class DeidentifyEnvironment(MapperEnvironment):
    """What the mapper of the export is told; the site's key comes with the job's credentials."""

    program: ClassVar[str] = "jobs.deidentify.mapper"

    key_id: Annotated[str, "id of the site's key that the export was planned with"]


def _variable(name: str) -> str:
    return PREFIX + name.upper()
