"""One input file before it is opened: its name, the hash of its bytes, and how to get them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from imaging.dicom_reading.strict.elements import Elements


class SourceFile(NamedTuple):
    """One input file: a name for messages, the SHA-256 of its bytes, and how to get the bytes.

    ``overruled``: reasons that a person overruled for this content; those that are not overrulable count for
    nothing. ``size``: its bytes; ``decoded``: the bytes of its real values as far as the header says; 0 when
    unknown. ``parsed``: its elements with ``SLICE_TAGS`` of ``imaging.series``, if it was parsed already.
    """

    name: str
    sha256: str
    load: Callable[[], bytes]
    overruled: frozenset[str] = frozenset()
    size: int = 0
    decoded: int = 0
    parsed: Elements | None = None

    @classmethod
    def from_bytes(cls, name: str, data: bytes) -> SourceFile:
        """Wrap bytes that are already in memory."""
        return cls(name, hashlib.sha256(data).hexdigest(), lambda: data, size=len(data))

    @classmethod
    def from_path(cls, path: Path) -> SourceFile:
        """Hash a local file now, read it again when wanted; raises OSError as ``Path.read_bytes`` does."""
        return cls(str(path), hashlib.sha256(path.read_bytes()).hexdigest(), path.read_bytes)
