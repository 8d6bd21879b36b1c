"""One frozen object for every setting, validated once, built by a call and never at import."""

from __future__ import annotations

import dataclasses
import os
import typing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from nightscan.errors import ConfigurationError
from nightscan.modality_settings import DEFAULT_SETTINGS, check_by_modality, merge_by_modality

MAPPER_MB = 256  # Python with its libraries and a small volume
CONFIG_DIR = Path(__file__).resolve().parents[2] / "include" / "config"
BY_MODALITY = frozenset({"settings"})  # mappings whose keys a site adds to


@dataclass(frozen=True)
class Queues:
    """YARN queue names."""

    batch: str
    training: str


@dataclass(frozen=True)
class LandingZone:
    """When a scan date counts as landed."""

    quiet_s: float
    wait_s: float
    poll_s: float


@dataclass(frozen=True)
class Ingest:
    """DistCp."""

    maps: int
    close_delay_ms: int


@dataclass(frozen=True)
class Preprocess:
    """Hadoop Streaming."""

    task_mb: int
    map_memory_mb: int
    jvm_memory_mb: int

    @property
    def mapper_memory_mb(self) -> int:
        """What is left for the mapper itself."""
        return self.map_memory_mb - self.jvm_memory_mb


@dataclass(frozen=True)
class Features:
    """What the Hive UDF measures, and its tasks.

    :ivar aggregations: of the texture matrices, by the ends of their columns' names
    :ivar settings: of the function, by modality; `default` is what the others are merged over
    """

    mb_per_task: int
    max_tasks: int
    aggregations: tuple[str, ...]
    settings: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Model:
    """What is learnt from which rows. Empty string = chosen from the data (job_config.yaml says how)."""

    name: str
    outcome: str
    modality: str
    region: str
    folds: int
    unlabelled: str


@dataclass(frozen=True)
class Gate:
    """What a model must reach before it is deployed."""

    metric: str
    floor: float
    tolerance: float


@dataclass(frozen=True)
class Spark:
    """Sizes of the training application's containers."""

    driver_memory: str
    executor_memory: str
    executor_instances: int


@dataclass(frozen=True)
class Config:
    """All settings; include/config/job_config.yaml says what each means."""

    landing: str
    labels: str
    work_dir: str
    runtime_dir: str
    hadoop_bin: str
    hdfs: str
    root: str
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
    poll_s: float
    lost_after_s: float
    deadline_s: float


def load_config(environ: typing.Mapping[str, str] | None = None) -> Config:
    """Read job_config.yaml, the overlay of NIGHTSCAN_ENV (default dev) and the file NIGHTSCAN_CONFIG names.

    :raises ConfigurationError: a file is missing or unreadable, a key is unknown, a value has the wrong type.
    """
    env = os.environ if environ is None else environ
    files = [CONFIG_DIR / "job_config.yaml", CONFIG_DIR / f"{env.get('NIGHTSCAN_ENV', 'dev')}.yaml"]
    if site := env.get("NIGHTSCAN_CONFIG"):
        files.append(Path(site))
    merged: dict[str, Any] = {}
    for number, path in enumerate(files):
        merged = _merge(merged, _read(path), where=str(path), allow_new=number == 0)
    config: Config = _build(Config, merged, where="configuration")
    _check(config)
    return config


def parse_bool(text: str | bool) -> bool:
    """Turn a word into a truth value.

    :raises ConfigurationError: the word is not one of true, false, yes, no, on, off, 1, 0.
    """
    words = {
        "true": True,
        "yes": True,
        "on": True,
        "1": True,
        "false": False,
        "no": False,
        "off": False,
        "0": False,
    }
    try:
        return words[str(text).strip().lower()]
    except KeyError:
        raise ConfigurationError(f"{text!r} is not a truth value; write true or false") from None


def _read(path: Path) -> dict[str, Any]:
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"configuration file {path}: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise ConfigurationError(f"configuration file {path} is not YAML: {error}") from error
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise ConfigurationError(f"configuration file {path} holds {type(loaded).__name__}, not a mapping")
    return loaded


def _merge(base: dict[str, Any], over: dict[str, Any], *, where: str, allow_new: bool) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        if key not in base and not allow_new:
            raise ConfigurationError(f"{where}: unknown key {key!r}; known: {', '.join(sorted(base))}")
        if isinstance(base.get(key), dict):
            if not isinstance(value, dict):
                raise ConfigurationError(f"{where}: {key} must be a mapping, not {value!r}")
            if key in BY_MODALITY:
                merged[key] = merge_by_modality(base[key], value, where=f"{where}: {key}")
            else:
                merged[key] = _merge(base[key], value, where=f"{where}: {key}", allow_new=allow_new)
        else:
            merged[key] = value
    return merged


def _build(cls: type[Any], values: dict[str, Any], *, where: str) -> Any:
    hints = typing.get_type_hints(cls)
    known = {field.name for field in dataclasses.fields(cls)}
    if missing := known - values.keys():
        raise ConfigurationError(f"{where}: no value for {', '.join(sorted(missing))}")
    if unknown := values.keys() - known:
        raise ConfigurationError(f"{where}: unknown key {', '.join(sorted(unknown))}")
    return cls(**{name: _convert(hints[name], values[name], where=f"{where}: {name}") for name in known})


def _convert(hint: Any, value: Any, *, where: str) -> Any:
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _build(hint, value, where=where)
    if hint == tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise ConfigurationError(f"{where}: expected a list of words, found {value!r}")
        return tuple(value)
    if hint == dict[str, dict[str, Any]]:
        return check_by_modality(value, where=where)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not hint:
        raise ConfigurationError(f"{where}: expected {hint.__name__}, found {value!r}")
    return value


def _check(config: Config) -> None:
    problems = [
        (not config.root.startswith("/"), f"root {config.root!r} must be an absolute HDFS path"),
        (not config.hdfs.startswith("hdfs://"), f"hdfs {config.hdfs!r} must begin with hdfs://"),
        (config.poll_s <= 0, f"poll_s {config.poll_s} must be above 0"),
        (
            config.preprocess.mapper_memory_mb < MAPPER_MB,
            f"preprocess: map_memory_mb must be at least {MAPPER_MB} above jvm_memory_mb",
        ),
        (
            min(config.features.mb_per_task, config.features.max_tasks) < 1,
            "features: mb_per_task and max_tasks must be at least 1",
        ),
        (
            not config.features.aggregations,
            "features: aggregations is empty; name one at least, such as 3d_avg",
        ),
        (
            DEFAULT_SETTINGS not in config.features.settings,
            "features: settings lacks `default`",
        ),
        (config.model.folds < 2, f"model.folds {config.model.folds} must be at least 2"),  # noqa: PLR2004 a fold is held out
        (
            config.model.unlabelled not in ("fail", "report"),
            f"model.unlabelled {config.model.unlabelled!r} must be fail or report",
        ),
    ]
    for wrong, message in problems:
        if wrong:
            raise ConfigurationError(message)
