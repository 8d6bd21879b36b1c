"""De-identify a folder: every file is released or kept back with a reason, and the record says so."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from imaging.deid.options import Options
from imaging.deid.pseudonyms import Pseudonyms
from imaging.deid.reasons import DeidReason, DeidRefusal
from imaging.deid.record import MADE_BY, Outcomes, Quarantined, page_of, record_of
from imaging.deid.remover import Cleaned, Deidentifier
from imaging.deid.residual import findings
from imaging.records import JsonValue
from imaging.walk import system_message, walk

RECORD, PAGE = "record.json", "record.md"
NAME_LENGTH, SERIES_LENGTH = 32, 16


class OutputFolderError(OSError):
    """The folder to write into holds something else, or lies where it must not."""


def deidentify_file(data: bytes, worker: Deidentifier, *, check: bool = True) -> Cleaned | DeidRefusal:
    """De-identify the bytes of one file and read the result again; a refusal says why it must stay behind.

    The counts of ``worker`` hold the released files only. ``check`` False leaves the second reading out, for
    measurements; nothing may be released without it.
    """
    before = worker.counts.copy()
    made = worker.clean(data)
    if isinstance(made, Cleaned) and check:
        found = findings(data, made.data, worker.safe_private.entries)
        if found:
            evidence: list[JsonValue] = [f"{item.tag} {item.kind}" for item in found]
            made = DeidRefusal(DeidReason.RESIDUAL_IDENTIFIER, {"found": evidence})
    if isinstance(made, DeidRefusal):
        worker.counts = before
    return made


def deidentify_folder(
    source: Path, out: Path, key: bytes, options: Options | None = None
) -> dict[str, JsonValue]:
    """De-identify every file below ``source`` into ``out``; return the counts, in = released + quarantined.

    What counts as a file: ``imaging.walk``; one that is listed with an error is kept back, as UNREADABLE.
    Written: PATIENT/SERIES/NAME.dcm (pseudonym, hash of the new series UID, hash of the new bytes),
    record.json and record.md; all or nothing: a stopped run leaves ``out`` as it was. The same input, key
    and options give the same bytes. Quarantined files are not copied.

    :raises NotADirectoryError: ``source`` is no folder.
    :raises OutputFolderError: ``out`` holds files of another origin, or overlaps ``source``.
    :raises KeyMissingError: the key is too short. :raises ProfileError: a data file is wrong.
    """
    if not source.is_dir():
        raise NotADirectoryError(f"{source} is not a folder; give the folder that holds the DICOM files")
    _refuse_output(source, out)
    worker = Deidentifier(Pseudonyms(key), options or Options())
    partial = out.with_name(f".{out.name}.partial")
    if partial.exists():
        shutil.rmtree(partial)
    partial.mkdir(parents=True)
    outcomes = Outcomes()
    for item in walk(source):
        data = item.error or _read(source / item.path)
        if isinstance(data, str):
            unread = DeidRefusal(DeidReason.UNREADABLE, {"error": data})
            outcomes.quarantined.append(Quarantined("", unread))
        else:
            _one(data, partial, worker, outcomes)
    record = record_of(worker, outcomes)
    (partial / RECORD).write_text(json.dumps(record, indent=1, ensure_ascii=True) + "\n", encoding="utf-8")
    (partial / PAGE).write_text(page_of(worker, outcomes), encoding="utf-8")
    if out.exists():
        shutil.rmtree(out)
    partial.rename(out)
    return outcomes.counts()


def _read(path: Path) -> bytes | str:
    """Return the bytes of a file, or the system's message why there are none."""
    try:
        return path.read_bytes()
    except OSError as error:
        return system_message(error)


def _one(data: bytes, partial: Path, worker: Deidentifier, outcomes: Outcomes) -> None:
    made = deidentify_file(data, worker)
    if isinstance(made, DeidRefusal):
        outcomes.quarantined.append(Quarantined(hashlib.sha256(data).hexdigest(), made))
        return
    digest = hashlib.sha256(made.data).hexdigest()
    series = hashlib.sha256(made.series_uid.encode()).hexdigest()[:SERIES_LENGTH]
    name, copy = f"{made.patient}/{series}/{digest[:NAME_LENGTH]}.dcm", 1
    while name in outcomes.released:  # equal copies of one file stay as many as came in
        copy += 1
        name = f"{made.patient}/{series}/{digest[:NAME_LENGTH]}-{copy}.dcm"
    target = partial / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(made.data)
    outcomes.released[name] = digest
    outcomes.patients.add(made.patient)


def _refuse_output(source: Path, out: Path) -> None:
    inside, outside = source.resolve(), out.resolve()
    if inside == outside or inside in outside.parents or outside in inside.parents:
        raise OutputFolderError(f"{out} overlaps the input; give a folder beside it")
    if out.exists() and not out.is_dir():
        raise OutputFolderError(f"{out} is a file; give a folder")
    foreign = _foreign(out) if out.exists() else None
    if foreign is not None:
        raise OutputFolderError(
            f"{out} holds {foreign}, which is no output of an earlier run; give an empty folder"
        )


def _foreign(out: Path) -> str | None:
    """Name the first file of a folder that its own record does not list; None for an earlier output."""
    present = {path.relative_to(out).as_posix() for path in out.rglob("*") if not path.is_dir()}
    listed: set[str] = set()
    if RECORD in present:
        try:
            record = json.loads((out / RECORD).read_text(encoding="utf-8"))
        except ValueError:
            return RECORD
        if not isinstance(record, dict) or record.get("made_by") != MADE_BY:
            return RECORD
        listed = {RECORD, PAGE, *record["outputs"]}
    return min(present - listed, default=None)
