"""One frozen object for every setting, validated once, built by a call and never at import."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, model_validator

from nightscan.names import DEFAULT_SETTINGS

MAPPER_MB = 256  # Python with its libraries and a small volume
# what the function takes; it alone checks the values
FUNCTION_SETTINGS = (
    "min_voxels", "interpolation", "spacing_mm", "round_intensities", "resegment_range", "resegment_sigma",
    "discretisation", "ivh", "classes", "max_box_voxels", "max_autocorrelation_points",
)  # fmt: skip


def _must_be(what: str, good: Callable[[Any], object]) -> AfterValidator:
    def check(value: Any) -> Any:
        if not good(value):
            raise ValueError(f"must be {what}")
        return value

    return AfterValidator(check)


def _is_plain(value: Any) -> bool:
    values = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
    return all(each is None or isinstance(each, str | int | float) for each in values)


class Settings(BaseModel):
    """Base of all models: values have the declared type, and no other key is allowed."""

    # built when first used: parsing a DAG imports this module and validates nothing. No .nan: nothing is less
    # than it, which would switch off a gate or a deadline
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", defer_build=True, allow_inf_nan=False)


class Queues(Settings):
    """YARN queue names."""

    batch: str
    training: str


class LandingZone(Settings):
    """When a scan date counts as landed."""

    quiet_s: float
    wait_s: float
    poll_s: float


class Ingest(Settings):
    """DistCp."""

    maps: int
    close_delay_ms: int


class Preprocess(Settings):
    """Hadoop Streaming."""

    task_mb: int
    map_memory_mb: int
    jvm_memory_mb: int

    @property
    def mapper_memory_mb(self) -> int:
        """Return the memory left for the mapper itself, in MB."""
        return self.map_memory_mb - self.jvm_memory_mb

    @model_validator(mode="after")
    def _leaves_room(self) -> Self:
        if self.mapper_memory_mb < MAPPER_MB:
            raise ValueError(f"map_memory_mb must be at least {MAPPER_MB} above jvm_memory_mb")
        return self


CODE = re.compile(rf"{DEFAULT_SETTINGS}|[A-Z][A-Z0-9_]{{0,15}}")
Modality = Annotated[str, _must_be(f"`{DEFAULT_SETTINGS}` or a DICOM modality", CODE.fullmatch)]
FunctionSetting = Annotated[
    str,
    _must_be(
        f"one of {', '.join(FUNCTION_SETTINGS)}; aggregations are features.aggregations, for all modalities",
        FUNCTION_SETTINGS.__contains__,
    ),
]
Plain = Annotated[
    Any, _must_be("a plain value: a string, a number, a flat list or mapping of them", _is_plain)
]


class Features(Settings):
    """What the Hive UDF computes, and its tasks.

    :ivar aggregations: of the texture matrices, by the ends of their columns' names
    :ivar settings: of the function, by modality; `default` is what the others are merged over
    """

    mb_per_task: int = Field(ge=1)
    max_tasks: int = Field(ge=1)
    # not strict: YAML has lists
    aggregations: Annotated[tuple[str, ...], Strict(False), _must_be("a list that is not empty", bool)]
    settings: dict[Modality, dict[FunctionSetting, Plain]]

    @model_validator(mode="after")
    def _has_default(self) -> Self:
        if DEFAULT_SETTINGS not in self.settings:
            raise ValueError(f"settings must have `{DEFAULT_SETTINGS}`")
        return self


class Model(Settings):
    """What is learnt from which rows. Empty string = chosen from the data (job_config.yaml explains how)."""

    name: str
    outcome: str
    modality: str
    region: str
    folds: int = Field(ge=2)  # one is held out
    unlabelled: Literal["fail", "report"]


class Gate(Settings):
    """What a model must reach before it is deployed."""

    metric: str
    floor: float
    tolerance: float


class Spark(Settings):
    """Sizes of the training application's containers."""

    driver_memory: str
    executor_memory: str
    executor_instances: int


class Config(Settings):
    """All settings; include/config/job_config.yaml explains each."""

    landing: str
    labels: str
    work_dir: str
    runtime_dir: str
    hadoop_bin: str
    hdfs: Annotated[str, _must_be("a URL beginning with hdfs://", lambda url: url.startswith("hdfs://"))]
    root: Annotated[str, _must_be("an absolute HDFS path", lambda path: path.startswith("/"))]
    apps: str
    database: str
    drill_plugin: str
    python: str
    queues: Queues
    landing_zone: LandingZone
    ingest: Ingest
    preprocess: Preprocess
    features: Features
    model: Model
    gate: Gate
    spark: Spark
    poll_s: float = Field(gt=0)
    lost_after_s: float
    deadline_s: float
