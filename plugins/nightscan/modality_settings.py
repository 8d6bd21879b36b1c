"""Settings of extract_features by modality: how a site's are merged, and which names they may have."""

from __future__ import annotations

import re
from typing import Any

from nightscan.errors import ConfigurationError

DEFAULT_SETTINGS = "default"  # the modality that the others are merged over
MODALITY = re.compile(r"[A-Z][A-Z0-9_]{0,15}")  # DICOM's code strings
# what the function takes; it alone knows which values are good
NAMES = frozenset({
    "min_voxels", "interpolation", "spacing_mm", "round_intensities", "resegment_range", "resegment_sigma",
    "discretisation", "ivh", "classes", "max_box_voxels", "max_autocorrelation_points",
})  # fmt: skip


def merge_by_modality(base: dict[str, Any], over: dict[str, Any], *, where: str) -> dict[str, Any]:
    """Replace single settings, each whole: half of a discretisation over half of another would be neither."""
    for modality, settings in over.items():
        if not isinstance(settings, dict):
            raise ConfigurationError(f"{where}: {modality} must be a mapping, not {settings!r}")
    return {
        **base,
        **{modality: {**base.get(modality, {}), **settings} for modality, settings in over.items()},
    }


def check_by_modality(value: Any, *, where: str) -> dict[str, dict[str, Any]]:
    """Return settings by modality whose names and shapes are good; the function judges the values."""
    if not isinstance(value, dict):
        raise ConfigurationError(f"{where}: expected a mapping of modalities, found {value!r}")
    for modality, settings in value.items():
        if modality != DEFAULT_SETTINGS and not MODALITY.fullmatch(str(modality)):
            raise ConfigurationError(f"{where}: {modality!r} is neither `default` nor a DICOM modality")
        if "aggregations" in settings:
            raise ConfigurationError(f"{where}: {modality}: aggregations are features.aggregations, for all")
        if unknown := settings.keys() - NAMES:
            raise ConfigurationError(
                f"{where}: {modality}: unknown key {', '.join(sorted(map(str, unknown)))};"
                f" known: {', '.join(sorted(NAMES))}"
            )
        for name, setting in settings.items():
            if not _is_plain(setting):
                raise ConfigurationError(
                    f"{where}: {modality}: {name} must be a plain value, not {setting!r}"
                )
    return value


def _is_plain(value: Any) -> bool:
    """Tell whether JSON can hold it and a person can read it: a word or number, or a flat list or mapping."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
    return all(part is None or isinstance(part, str | int | float) for part in parts)
