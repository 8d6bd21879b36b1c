"""One row of the landing index: what is known of one file, made from its bytes once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from imaging.dicom_reading.header import identity_refusal, read_header
from imaging.guard import guarded
from imaging.reasons import Reason
from imaging.records import Header, Limits, Refusal
from jobs.base.keys import SiteKey
from jobs.index.schema import INDEX, Row

IN_MEMORY_BYTES = 16 << 20


@dataclass(frozen=True)
class Found:
    """One file of the landing zone: path relative to it, bytes, modification time (ns), the error if any."""

    path: str
    size: int
    mtime_ns: int
    error: str = ""


@dataclass(frozen=True)
class Loaded:
    """A file with its SHA-256 and its bytes (its path, when it is large), or why it could not be read."""

    found: Found
    sha256: str = ""
    source: bytes | Path | None = None
    error: str = ""


def load(landing: Path, found: Found) -> Loaded:
    """Read and hash one file; a failing disk or a missing right becomes an error text."""
    if found.error:
        return Loaded(found, error=found.error)
    path = landing / found.path
    try:
        if found.size <= IN_MEMORY_BYTES:
            data = path.read_bytes()
            return Loaded(found, hashlib.sha256(data).hexdigest(), data)
        with path.open("rb") as file:
            return Loaded(found, hashlib.file_digest(file, "sha256").hexdigest(), path)
    except OSError as error:
        return Loaded(found, error=error.strerror or type(error).__name__)


def describe(landing: Path, loaded: Loaded, key: SiteKey) -> Row:
    """Say what a file is; what cannot be used becomes a reason."""
    found = loaded.found
    row: Row = dict.fromkeys(INDEX.names)
    row |= {"path": found.path, "size": found.size, "mtime_ns": found.mtime_ns}
    row |= {"landing": str(landing), "key_id": key.id}
    if loaded.source is None:
        return row | _refused(Reason.UNREADABLE_FILE, {"error": loaded.error})
    row["sha256"] = loaded.sha256
    header = guarded(partial(read_header, loaded.source), Limits())
    if isinstance(header, Refusal):
        return row | _refused(header.reason, header.evidence)
    refusal = identity_refusal(header)
    if refusal is not None:
        row |= _refused(refusal.reason, refusal.evidence)
    return row | _described(header, key)


def _refused(reason: str, evidence: Mapping[str, Any]) -> Row:
    return {"reason": str(reason), "evidence": json.dumps(dict(evidence), sort_keys=True)}


def _described(header: Header, key: SiteKey) -> Row:
    own = header.scan_date.isoformat() if header.scan_date else None
    return {
        "own_date": own,
        "scan_date": own,
        "sop_class": header.sop_class,
        "modality": header.modality,
        "role": str(header.role),
        "voxels": header.rows * header.columns * header.frames,
        "patient_key": key.patient(header.patient_id) if header.patient_id else None,
        "study_key": key.study(header.study_uid) if header.study_uid else None,
        "series_key": key.series(header.series_uid) if header.series_uid else None,
        "frame_key": key.frame(header.frame_of_reference) if header.frame_of_reference else None,
        "referenced_series": json.dumps([key.series(uid) for uid in header.referenced_series]),
        "referenced_frames": json.dumps([key.frame(uid) for uid in header.referenced_frames]),
    }
