"""Keyed hashes of identifiers, and the ids of content: the one place that makes them.

Keys are HMAC-SHA256 under the site's key, so that without it no key leads back to a patient,
and no name can be tried.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterable
from dataclasses import dataclass

from jobs.base.errors import JobInputError

KEY_VARIABLE = "NIGHTSCAN_PATIENT_KEY"
KEY_SECRET = "nightscan.patient.key"  # noqa: S105 - a name, in the credentials of a streaming job
KEY_LENGTH = 16


@dataclass(frozen=True)
class SiteKey:
    """The secret of the site; its `repr` shows nothing of it."""

    secret: bytes

    def __repr__(self) -> str:
        return "SiteKey(...)"

    @property
    def id(self) -> str:
        """Name the key without giving it away: rows made under another key have another id."""
        return self._hash("key:")

    def patient(self, patient_id: str) -> str:
        """Hash a PatientID."""
        return self._hash("patient:" + patient_id)

    def study(self, uid: str) -> str:
        """Hash a StudyInstanceUID."""
        return self._hash("study:" + uid)

    def series(self, uid: str) -> str:
        """Hash a SeriesInstanceUID."""
        return self._hash("series:" + uid)

    def frame(self, uid: str) -> str:
        """Hash a FrameOfReferenceUID."""
        return self._hash("frame:" + uid)

    def _hash(self, text: str) -> str:
        return hmac.new(self.secret, text.encode(), hashlib.sha256).hexdigest()[:KEY_LENGTH]


def site_key() -> SiteKey:
    """Read the site's key from the environment (never from argv or a request).

    :raises JobInputError: the variable is missing or empty.
    """
    secret = os.environ.get(KEY_VARIABLE, "")
    if not secret:
        raise JobInputError(
            f"the environment has no {KEY_VARIABLE}",
            "set the site's key: the password of the Airflow connection nightscan_patient_key",
        )
    return SiteKey(secret.encode())


def patient_key(secret: str, patient_id: str) -> str:
    """Hash a PatientID under the site's secret, as `SiteKey.patient` does."""
    return SiteKey(secret.encode()).patient(patient_id)


def sha256(data: bytes) -> str:
    """Hash bytes to 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def files_digest(hashes: Iterable[str]) -> str:
    """Hash a set of files: SHA-256 over their sorted, distinct SHA-256 sums, one a line."""
    return sha256("".join(f"{item}\n" for item in sorted(set(hashes))).encode())


def build_id(hashes: Iterable[str], *settings: str) -> str:
    """Name a build: the same files, code and settings give the same 16 hex digits."""
    return sha256("\n".join([files_digest(hashes), *settings]).encode())[:KEY_LENGTH]
