"""How much memory a conversion takes, by sizes alone, so that what does not fit is never loaded.

Model of the peak: the interpreter with its libraries, the region files, the volume's real values, once more
the larger of stored and real values (stored values while real ones are made, the compressed file after it),
and half of that for where padding lies; compressed input stays in memory beside its decoded values.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from imaging.reasons import Reason
from imaging.records import Limits, Refusal

BASE_BYTES = 150 << 20
CT_VOXEL_BYTES = 2  # Hounsfield units are whole numbers: int16
VOXEL_BYTES = 4  # rescaled values of other modalities: float32 at the most, but for rare steps
CONTAINER_LIMIT = Path("/sys/fs/cgroup/memory.max")


class Sized(Protocol):
    """A file before it is loaded: its bytes, and the bytes that its real values will take (0: unknown)."""

    @property
    def size(self) -> int: ...
    @property
    def decoded(self) -> int: ...


def decoded_bytes(voxels: int, modality: str) -> int:
    """Return the bytes that the real values of ``voxels`` voxels take."""
    return voxels * (CT_VOXEL_BYTES if modality == "CT" else VOXEL_BYTES)


def needed_bytes(images: Iterable[Sized], regions: Iterable[Sized]) -> int:
    """Return the most that converting a series with its region files will take at any time."""
    listed = list(images)
    stored = sum(file.size for file in listed)
    real = sum(file.decoded for file in listed)
    compressed = stored if stored < real else 0
    return BASE_BYTES + sum(file.size for file in regions) + compressed + 5 * max(stored, real) // 2


def too_large(images: Iterable[Sized], regions: Iterable[Sized], limits: Limits) -> Refusal | None:
    """Refuse a series that does not fit into ``limits``: VOLUME_TOO_LARGE with both numbers, in bytes."""
    needed = needed_bytes(images, regions)
    if limits.memory_bytes is None or needed <= limits.memory_bytes:
        return None
    return Refusal(Reason.VOLUME_TOO_LARGE, {"needed": needed, "allowed": limits.memory_bytes})


def machine_limits() -> Limits:
    """Return three quarters of this machine's memory, or of the container's where that is less."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = CONTAINER_LIMIT.read_text().strip() if CONTAINER_LIMIT.is_file() else ""
    return Limits(min(memory, int(limit) if limit.isdigit() else memory) * 3 // 4)
