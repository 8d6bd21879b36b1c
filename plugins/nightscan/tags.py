"""The closed list of DAG tags."""

from __future__ import annotations

from enum import StrEnum


class Tag(StrEnum):
    """What a DAG is about and which engines it needs."""

    INTAKE = "intake"
    RELEASE = "release"
    SETUP = "setup"
    HADOOP = "hadoop"
    HIVE = "hive"
    SPARK = "spark"
