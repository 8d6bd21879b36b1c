"""YAML files merged in order and checked as one; an error names the file that sets the wrong value."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from nightscan.errors import ConfigurationError

MERGED_LEVELS = 4  # features, settings, modality, name: a setting itself is replaced whole
MESSAGES = {  # where pydantic names Python's types
    "model_type": "must be a mapping",
    "dict_type": "must be a mapping",
    "tuple_type": "must be a list",
}
M = TypeVar("M", bound=BaseModel)
Layers = Sequence[tuple[Path, dict[str, Any]]]


def load(model: type[M], files: Sequence[Path]) -> M:
    """Return the settings of the files; a later file overrides the ones before it.

    :raises ConfigurationError: a file is missing or unreadable, or its values do not fit the model.
    """
    layers = [(path, _read(path)) for path in files]
    merged: dict[str, Any] = {}
    for _, values in layers:
        merged = merge(merged, values)
    try:
        return model.model_validate(merged)
    except ValidationError as error:
        raise ConfigurationError(
            "\n".join(_fact(each, model, layers) for each in error.errors()),
            remedy=f"correct it there; {files[0]} explains each key",
        ) from error


def merge(base: dict[str, Any], over: dict[str, Any], levels: int = MERGED_LEVELS) -> dict[str, Any]:
    """Return `base` overridden by `over`: mappings key by key down to `levels`, other values whole."""
    merged = {**base, **over}
    for key in base.keys() & over.keys():
        if levels > 1 and isinstance(base[key], dict) and isinstance(over[key], dict):
            merged[key] = merge(base[key], over[key], levels - 1)
    return merged


def _read(path: Path) -> dict[str, Any]:
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(
            f"configuration file {path}: {error.strerror}",
            remedy="let NIGHTSCAN_ENV be dev or prod, and NIGHTSCAN_CONFIG the path of the site's own file",
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"configuration file {path} is not YAML: {error}") from error
    if loaded is not None and not isinstance(loaded, dict):
        raise ConfigurationError(f"configuration file {path} holds {type(loaded).__name__}, not a mapping")
    return loaded or {}


def _fact(error: ErrorDetails, model: Any, layers: Layers) -> str:
    keys = [each for each in error["loc"] if each != "[key]"]
    where = f"{_file_of(keys, layers)}: {'.'.join(map(str, keys))}"
    if error["type"] == "extra_forbidden":
        for key in keys[:-1]:
            model = model.model_fields[key].annotation
        return f"{where}: unknown key {keys[-1]!r}; known: {', '.join(sorted(model.model_fields))}"
    if error["type"] == "missing":
        return f"{where}: no value"
    message = error["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
    return f"{where}: {MESSAGES.get(error['type'], message)}; found {error['input']!r}"


def _file_of(keys: Sequence[int | str], layers: Layers) -> Path:
    """Return the last file that sets the key or, where none does, the mapping around it."""
    for length in range(len(keys), 0, -1):
        for path, values in reversed(layers):
            if _sets(values, keys[:length]):
                return path
    return layers[0][0]


def _sets(values: Any, keys: Sequence[int | str]) -> bool:
    for key in keys:
        if not isinstance(values, dict) or key not in values:
            return False
        values = values[key]
    return True
