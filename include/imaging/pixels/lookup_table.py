"""The modality lookup table: stored values to output units where no straight line will do (PS3.3 C.11.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from imaging.dicom_reading.source import Source, little_endian, sequence, text
from imaging.reasons import Reason
from imaging.records import Refusal

if TYPE_CHECKING:
    import pydicom

DEPTHS = range(1, 17)
SIZES = {0: 1 << 16}  # sixteen bits cannot write 65536 entries


@dataclass(frozen=True)
class LookupTable:
    """``values``: one per entry, the first for the stored value ``first``. ``kind``: Modality LUT Type."""

    first: int
    values: NDArray[np.uint16]
    kind: str

    def apply(self, stored: NDArray[Any]) -> NDArray[np.uint16]:
        """Return the output of each stored value; those beyond an end get that end's (C.11.1.1.1)."""
        index = np.clip(stored.astype(np.int64) - self.first, 0, len(self.values) - 1)
        return self.values[index]


def lookup_table(source: Source, *, signed: bool) -> LookupTable | Refusal | None:
    """Read the modality lookup table of an image; None without one, BAD_RESCALE when it is damaged."""
    items = sequence(source, "ModalityLUTSequence")
    if not items:
        return None
    item = items[0]
    descriptor = [value for value in text(item, "LUTDescriptor").split("\\") if value.lstrip("-").isdigit()]
    if len(descriptor) != 3:  # noqa: PLR2004 - entries, first value mapped, bits
        return Refusal(Reason.BAD_RESCALE, {"lookup_table_descriptor": len(descriptor)})
    entries, first, bits = (int(value) for value in descriptor)
    entries = SIZES.get(entries, entries % (1 << 16))
    values = _values(item, little=little_endian(source))
    if bits not in DEPTHS or len(values) != entries:
        evidence = {"lookup_table_entries": entries, "found": len(values), "bits": bits}
        return Refusal(Reason.BAD_RESCALE, evidence)
    if signed and first >= 1 << 15:
        first -= 1 << 16
    return LookupTable(first, values, text(item, "ModalityLUTType"))


def _values(item: pydicom.Dataset, *, little: bool) -> NDArray[np.uint16]:
    data: object = item.get("LUTData")
    if isinstance(data, (bytes, bytearray)):
        return np.frombuffer(data[: len(data) // 2 * 2], "<u2" if little else ">u2").astype(np.uint16)
    found = np.atleast_1d(np.asarray([] if data is None else data)).astype(np.int64)
    return (found & 0xFFFF).astype(np.uint16)
