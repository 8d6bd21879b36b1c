"""One row of the landing index: what is known of one file, made from its bytes once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from imaging.dicom_reading.header import identity_refusal, read_header
from imaging.guard import guarded
from imaging.reasons import Reason
from imaging.records import Header, Limits, Refusal
from imaging.walk import Found, system_message
from jobs.base.keys import SiteKey
from jobs.index.schema import INDEX, Row

IN_MEMORY_BYTES = 16 << 20


class Loaded(NamedTuple):
    """A file with its SHA-256, or why it could not be read (``error``).

    ``content``: its bytes, of which the header is still to be read; or the header, read from the disk.
    """

    found: Found
    sha256: str = ""
    content: bytes | Header | Refusal = b""
    error: str = ""


def load(landing: Path, found: Found, sha256: str = "") -> Loaded:
    """Read one file and hash it; a failing disk or a missing right becomes an error text.

    Of a large file only what the header takes stays in memory; of one whose ``sha256`` an earlier index knows
    no more is read. Bytes are not parsed here: several threads call this, and parsing holds the GIL.
    """
    if found.error:
        return Loaded(found, error=found.error)
    path = landing / found.path
    try:
        if not sha256 and found.size <= IN_MEMORY_BYTES:
            data = path.read_bytes()
            return Loaded(found, hashlib.sha256(data).hexdigest(), data)
        if not sha256:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return Loaded(found, sha256, _header(path))
    except OSError as error:
        return Loaded(found, error=system_message(error))


def _header(source: bytes | Path) -> Header | Refusal:
    return guarded(partial(read_header, source), Limits())


def describe(landing: Path, loaded: Loaded, key: SiteKey) -> Row:
    """Say what a file is; what cannot be used becomes a reason."""
    found, header = loaded.found, loaded.content
    row: Row = dict.fromkeys(INDEX.names)
    row |= {"path": found.path, "size": found.size, "mtime_ns": found.mtime_ns}
    row |= {"landing": str(landing), "key_id": key.id}
    if loaded.error:
        return row | _refused(Reason.UNREADABLE_FILE, {"error": loaded.error})
    if isinstance(header, bytes):
        header = _header(header)
    row["sha256"] = loaded.sha256
    if isinstance(header, Refusal):
        return row | _refused(header.reason, header.evidence)
    refusal = identity_refusal(header)
    if refusal is not None:
        row |= _refused(refusal.reason, refusal.evidence)
    return row | _described(header, key)


def _refused(reason: str, evidence: Mapping[str, Any]) -> Row:
    return {"reason": str(reason), "evidence": json.dumps(dict(evidence), sort_keys=True)}


def _described(header: Header, key: SiteKey) -> Row:
    own = header.date.isoformat() if header.date else None
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
