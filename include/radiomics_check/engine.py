"""Our features: the command line of the Java engine."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from radiomics_check.errors import CheckError

BUILT_JAR = Path(__file__).parents[1] / "java" / "target" / "nightscan-features.jar"
OK = "OK"
TIMEOUT_S = 1800
SHOWN_ERROR_CHARACTERS = 500


@dataclass(frozen=True)
class Measured:
    """What the engine printed about one region.

    :param settings: every setting, those that were not given with their default
    :param features: value or None by column; None has its reason in ``null_reasons``
    :param voxels: voxels of the region, before any re-segmentation
    """

    settings: Mapping[str, Any]
    features: Mapping[str, float | None]
    null_reasons: Mapping[str, str]
    voxels: int


def engine_command(jar: Path, arguments: Sequence[str], java_options: Sequence[str] = ()) -> list[str]:
    """Return the command line of the engine.

    :raises CheckError: when Java or the jar is missing
    """
    java = shutil.which("java")
    if java is None:
        raise CheckError("no java on PATH; install openjdk-17-jre-headless")
    if not jar.is_file():
        raise CheckError(f"no {jar}; build it with `mvn -B package` in include/java, or name one by --jar")
    return [java, *java_options, "-jar", str(jar), *arguments]


def measure(jar: Path, image: Path, mask: Path, settings: Path | None = None) -> Measured:
    """Return what the engine measures in one region.

    :raises CheckError: when it refuses the region
    """
    arguments = [str(image), str(mask), *(["--settings", str(settings)] if settings else [])]
    done = subprocess.run(
        engine_command(jar, arguments), capture_output=True, text=True, check=False, timeout=TIMEOUT_S
    )
    if done.returncode:
        said = done.stderr.strip()[-SHOWN_ERROR_CHARACTERS:]
        raise CheckError(f"the engine ended with {done.returncode}: {said}")
    return read_measured(done.stdout)


def read_measured(text: str) -> Measured:
    """Read what the engine prints; the settings as an object or, as in the tables, as the text of one."""
    try:
        printed = json.loads(text)
        settings = printed["settings"]
        values = printed["features"].items()
        measured = Measured(
            settings=dict(json.loads(settings) if isinstance(settings, str) else settings),
            features={name: None if value is None else float(value) for name, value in values},
            null_reasons=dict(printed["null_reasons"]),
            voxels=int(printed["voxels"] or 0),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CheckError(f"the engine printed something else than its JSON: {error!r}") from error
    if printed.get("status") != OK and all(value is None for value in measured.features.values()):
        raise CheckError(f"the engine measured nothing: {printed.get('status')}, {printed.get('reason')}")
    return measured
