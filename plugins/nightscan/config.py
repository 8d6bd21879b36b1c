"""The settings of a site, read by a call and never at import: their models load when a task runs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nightscan.config_model import Config

CONFIG_DIR = Path(__file__).resolve().parents[2] / "include" / "config"


def load_config(environ: Mapping[str, str] | None = None) -> Config:
    """Return the settings of job_config.yaml, NIGHTSCAN_ENV's file (default dev) and NIGHTSCAN_CONFIG's.

    :raises ConfigurationError: a file is missing or unreadable, a key is unknown, a value has the wrong type.
    """
    from nightscan.config_model import Config  # noqa: PLC0415 - only at run time
    from nightscan.setting_files import load  # noqa: PLC0415 - only at run time

    env = os.environ if environ is None else environ
    files = [CONFIG_DIR / "job_config.yaml", CONFIG_DIR / f"{env.get('NIGHTSCAN_ENV', 'dev')}.yaml"]
    if site := env.get("NIGHTSCAN_CONFIG"):
        files.append(Path(site))
    return load(Config, files)
