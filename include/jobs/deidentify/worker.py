"""De-identify one file within a mapper: a file too large or a fault of the program keeps that file back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from imaging.deid.folder import deidentify_file
from imaging.deid.options import Options
from imaging.deid.pseudonyms import KeyMissingError, Pseudonyms
from imaging.deid.reasons import DeidReason, DeidRefusal
from imaging.deid.remover import Cleaned, Deidentifier
from imaging.guard import guarded
from imaging.reasons import Reason
from imaging.records import Limits, Refusal
from jobs.base.errors import JobInputError

BASE_BYTES = 160 << 20  # Python with its libraries, and the files of a batch
BYTES_PER_BYTE = 5  # of a file at the peak, 4 of them measured: original, elements, result, second reader


def worker_of(key: bytes) -> Deidentifier:
    """Return the profile with the cluster's options under a key.

    :raises JobInputError: the key is too short
    """
    try:
        return Deidentifier(Pseudonyms(key), Options())
    except KeyMissingError as error:
        raise JobInputError(
            str(error), "store a longer key in the connection nightscan_patient_key"
        ) from error


@dataclass(frozen=True)
class FileCleaner:
    """The profile with a limit of memory: bytes of the whole process, None for no limit."""

    worker: Deidentifier
    memory_bytes: int | None = None

    def too_large(self, size: int) -> DeidRefusal | None:
        """Refuse a file by its size (bytes), before it is read."""
        needed = BASE_BYTES + BYTES_PER_BYTE * size
        if self.memory_bytes is None or needed <= self.memory_bytes:
            return None
        return DeidRefusal(DeidReason.TOO_LARGE, {"needed": needed, "allowed": self.memory_bytes})

    def clean(self, data: bytes) -> Cleaned | DeidRefusal:
        """De-identify and check one file; only an error of the system passes."""
        before = self.worker.counts.copy()
        made = guarded(partial(deidentify_file, data, self.worker), Limits(self.memory_bytes))
        if not isinstance(made, Refusal):
            return made
        self.worker.counts = before
        large = made.reason == Reason.VOLUME_TOO_LARGE
        return DeidRefusal(DeidReason.TOO_LARGE if large else DeidReason.REMOVER_FAILED, made.evidence)
