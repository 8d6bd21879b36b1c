"""A folder of files as it lies there: every file once, its size, its header or why there is none to use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from imaging.dicom_reading.header import identity_refusal, read_header
from imaging.guard import guarded
from imaging.memory import decoded_bytes
from imaging.reasons import Reason
from imaging.records import Header, JsonValue, Limits, Refusal, Role
from imaging.series.small_files import Kept, SmallFiles
from imaging.walk import Found, system_message, walk

NO_LIMITS = Limits()


class IndexedFile(NamedTuple):
    """A file of the folder: its header, or why there is none to use.

    ``place``: its path as text, since to make a ``Path`` of every file takes longer than to open it.
    ``name``: relative to the folder, with slashes. ``size``: bytes. ``decoded``: bytes of its real values.
    ``kept``: its content, when it was small and ``index_folder`` was given a place for it.
    """

    place: str
    name: str
    header: Header | Refusal
    size: int = 0
    kept: Kept | None = None

    @property
    def path(self) -> Path:
        return Path(self.place)

    @property
    def decoded(self) -> int:
        if isinstance(self.header, Refusal):
            return 0
        voxels = self.header.rows * self.header.columns * self.header.frames
        return decoded_bytes(max(0, voxels), self.header.modality)


def index_folder(landing: Path, small: SmallFiles | None = None) -> list[IndexedFile]:
    """Read the header of every file that ``walk`` lists below ``landing``, in order of name.

    What cannot be read is listed as UNREADABLE_FILE, folders included. With ``small``, the content of small
    files is kept, so that a conversion need not read them again.

    :raises NotADirectoryError: ``landing`` is no folder
    """
    require_folder(landing)
    keep = small or SmallFiles(0)
    return [_indexed(f"{landing}/{found.path}", found, keep) for found in walk(landing)]


def require_folder(landing: Path) -> None:
    """Check that ``landing`` is a folder.

    :raises NotADirectoryError: it is none; with the remedy
    """
    if not landing.is_dir():
        raise NotADirectoryError(f"{landing} is not a folder; give the folder that holds the DICOM files")


def _indexed(path: str, found: Found, small: SmallFiles) -> IndexedFile:
    if found.error:
        return IndexedFile(path, found.path, unreadable(found.error))
    kept: Kept | None = None
    header: Header | Refusal
    try:
        whole = guarded(partial(small.read, path, found.size), NO_LIMITS)
        if isinstance(whole, tuple):
            header, kept = whole
        elif whole is None:
            header = guarded(partial(read_header, Path(path)), NO_LIMITS)
        else:
            header = whole
    except OSError as error:
        return IndexedFile(path, found.path, unreadable(error))
    if isinstance(header, Header):
        header = identity_refusal(header) or header
    return IndexedFile(path, found.path, header, found.size, kept)


def unreadable(error: OSError | str) -> Refusal:
    """Refuse a file or folder that the system does not give, or that ``walk`` says is not to be read."""
    message = system_message(error) if isinstance(error, OSError) else error
    return Refusal(Reason.UNREADABLE_FILE, {"error": message})


def count(files: Iterable[IndexedFile]) -> dict[str, JsonValue]:
    """Count an index by role, modality and reason, with its patients, series and header dates."""
    listed = list(files)
    headers = [file.header for file in listed if isinstance(file.header, Header)]
    reasons = Counter(str(file.header.reason) for file in listed if isinstance(file.header, Refusal))
    return {
        "files": len(listed),
        "roles": dict(Counter(str(header.role) for header in headers)),
        "modalities": dict(Counter(header.modality for header in headers)),
        "patients": len({header.patient_id for header in headers}),
        "series": len({header.series_uid for header in headers if header.role is Role.IMAGE}),
        "scan_dates": len({header.date for header in headers}),
        "refused": dict(reasons),
    }
