"""Our engine as the radiomics benchmarks run it: the jar's command line, pinned to one core."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.pinned import Finished, run_pinned
from radiomics_check.engine import engine_command

USAGE = 2
# the JVM goes on compiling for some hundred calls: repeats before those that are timed
WARMING_VOXELS = 4_000_000
FEWEST_WARMING, MOST_WARMING = 2, 500


@dataclass(frozen=True)
class Repeats:
    """One process that measured a region several times, in milliseconds; the first repeat is cold."""

    printed: Mapping[str, Any]
    process: Finished

    def warm(self, name: str, count: int) -> list[float]:
        """Return the last ``count`` of ``wall_ms``, ``cpu_ms``, ``measure_wall_ms`` or ``measure_cpu_ms``."""
        values = [float(value) for value in self.printed[name]]
        if len(values) < count:
            raise SystemExit(f"the engine printed {len(values)} times of {name}, {count} are wanted")
        return values[-count:]

    @property
    def features(self) -> int:
        """Number of features that have a value."""
        return sum(value is not None for value in self.printed["features"].values())


def warming(voxels: int) -> int:
    """Return how often to measure a region of this size before it is timed."""
    return min(MOST_WARMING, max(FEWEST_WARMING, WARMING_VOXELS // voxels))


def repeated(
    jar: Path,
    pair: tuple[Path, Path],
    settings: Mapping[str, Any],
    repeats: int,
    *,
    core: int,
    work: Path,
    java_options: Sequence[str] = (),
) -> Repeats:
    """Measure a region ``repeats`` times in one fresh JVM; the benchmark ends when nothing is measured."""
    file = work / "settings.json"
    file.write_text(json.dumps(settings))
    arguments = [*map(str, pair), "--settings", str(file), "--repeat", str(repeats)]
    process = run_pinned(engine_command(jar, arguments, java_options), core)
    found = Repeats(json.loads(process.printed), process)
    if not found.features:
        raise SystemExit(f"the engine measured nothing of {pair[0]}: {found.printed['reason']}")
    return found


def once(jar: Path, pair: tuple[Path, Path], settings: Path, core: int) -> Finished:
    """Run one extraction in a fresh JVM, from its start to its end."""
    arguments = [*map(str, pair), "--settings", str(settings)]
    return run_pinned(engine_command(jar, arguments), core)


def start(jar: Path, core: int) -> Finished:
    """Start the JVM with nothing to do: the command line prints its usage and ends."""
    return run_pinned(engine_command(jar, []), core, allowed=[USAGE])
