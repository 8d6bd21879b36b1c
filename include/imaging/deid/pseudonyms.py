"""Everything that depends on the site's key: new UIDs, pseudonyms and the shift of a patient's dates."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from pydicom._uid_dict import UID_dictionary

KEY_VARIABLE = "NIGHTSCAN_PATIENT_KEY"
SHORTEST_KEY = 8
# A shift of a month at least moves every date visibly; ten years at most keep the era of the scanner.
FEWEST_DAYS, MOST_DAYS = 31, 3650
# Version 8 and the variant, as RFC 9562 wants them of a UUID, for which 2.25 stands (X.667).
UUID_BITS = 0x8 << 76 | 0x2 << 62
UUID_MASK = ~(0xF << 76 | 0x3 << 62)
STANDARD_ROOT = "1.2.840.10008."


class KeyMissingError(ValueError):
    """There is no key of the site, or it is too short to keep a secret."""


@dataclass(frozen=True)
class Patient:
    """What stands for one patient: PatientID, PatientName, and the days by which dates move (negative)."""

    id: str
    name: str
    days: int


@dataclass(frozen=True)
class Pseudonyms:
    """Keyed names: the same original gives the same result in every file and run under one key.

    HMAC-SHA256 (RFC 2104); without the key no result can be traced back nor tried out.
    :raises KeyMissingError: the key is shorter than eight bytes.
    """

    key: bytes = field(repr=False)
    _uids: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    _patients: dict[bytes, Patient] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.key) < SHORTEST_KEY:
            raise KeyMissingError(
                f"the site's key has {len(self.key)} bytes, at least {SHORTEST_KEY} are needed; set "
                f"{KEY_VARIABLE} to the password of the Airflow connection nightscan_patient_key"
            )

    @property
    def key_id(self) -> str:
        """Name the key without giving it away."""
        return self._hash("key", b"").hex()[:16]

    def uid(self, original: str, *, instance: bool = True) -> str:
        """Return the new UID, 2.25.<number> of at most 44 characters; UIDs of the standard stay.

        ``instance``: the attribute names an object, so that only UIDs registered in PS3.6 A stay; else the
        standard's whole root stays, for classes newer than the dictionary.
        """
        if original in UID_dictionary or (not instance and original.startswith(STANDARD_ROOT)):
            return original
        made = self._uids.get(original)
        if made is None:
            number = int.from_bytes(self._hash("uid", original.encode())[:16], "big")
            made = f"2.25.{number & UUID_MASK | UUID_BITS}"
            self._uids[original] = made
        return made

    def patient(self, patient_id: bytes) -> Patient:
        """Return the stand-ins of a patient; spaces around a PatientID mean nothing (PS3.5 6.2)."""
        plain = patient_id.strip(b" \0")
        made = self._patients.get(plain)
        if made is None:
            name = self._hash("patient", plain).hex()[:32]
            span = MOST_DAYS - FEWEST_DAYS + 1
            number = int.from_bytes(self._hash("days", plain)[:8], "big")
            made = Patient(name, f"Patient^{name[:12]}", -(FEWEST_DAYS + number % span))
            self._patients[plain] = made
        return made

    def _hash(self, kind: str, original: bytes) -> bytes:
        return hmac.new(self.key, b"deid:" + kind.encode() + b":" + original, hashlib.sha256).digest()
