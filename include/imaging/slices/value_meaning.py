"""What the header says of an image's values: rescale, padding, units (PS3.3 C.11.1, C.7.5.1.1.2, C.8.9.1)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imaging.dicom_reading.source import Source, integer, sequence, text
from imaging.numerals import number
from imaging.pixels.lookup_table import LookupTable, lookup_table
from imaging.reasons import Reason
from imaging.records import Header, JsonValue, Refusal
from imaging.slices.slice import Look, Plane, Slice

IDENTITY = (1.0, 0.0)
RESCALE = ("RescaleSlope", "RescaleIntercept")
REAL_WORLD_UNITS = {"g/ml{SUVbw}": ("SUV", "GML"), "{SUVbw}g/ml": ("SUV", "GML"), "Bq/ml": ("BQML", "BQML")}


def rescale(look: Look) -> tuple[float, float] | Refusal:
    """Return slope and intercept: (1, 0) when the header has neither, BAD_RESCALE when one is unusable."""
    given = [look(keyword) for keyword in RESCALE]
    if not any(given):
        return IDENTITY
    slope, intercept = (number(value) for value in given)
    if not slope or intercept is None:
        return Refusal(Reason.BAD_RESCALE, {"slope": given[0][:32], "intercept": given[1][:32]})
    return slope, intercept


@dataclass(frozen=True)
class Meaning:
    """How stored values become real ones: table or line, and the units they then have."""

    slope: float
    intercept: float
    table: LookupTable | None
    units: str
    units_source: str


STORED = Meaning(slope=1.0, intercept=0.0, table=None, units="arbitrary", units_source="stored")


def meaning_of(source: Source, look: Look, modality: str, *, signed: bool) -> Meaning | Refusal:
    """Read rescale, lookup table and units; BAD_RESCALE when both a table and a rescale change values."""
    line = rescale(look)
    table = lookup_table(source, signed=signed)
    if isinstance(line, Refusal):
        return line
    if isinstance(table, Refusal):
        return table
    slope, intercept = line
    if table is not None and line != IDENTITY:
        return Refusal(Reason.BAD_RESCALE, {"slope": slope, "intercept": intercept, "lookup_table": True})
    return Meaning(slope, intercept, table, *units_of(look, modality, table))


def padding_range(source: Source, dtype: np.dtype[Any]) -> tuple[int, int] | None:
    """Return the stored values that mean padding, as the pixels' own type sees them."""
    value = integer(source, "PixelPaddingValue")
    if value is None or dtype.kind not in "iu":
        return None
    limit = integer(source, "PixelPaddingRangeLimit")
    ends = [_as_stored(end, dtype) for end in (value, value if limit is None else limit)]
    return min(ends), max(ends)


def _as_stored(value: int, dtype: np.dtype[Any]) -> int:
    """Read a padding value written with the wrong signedness (63536 for -2000) as the pixels' type does."""
    size = 1 << (dtype.itemsize * 8)
    value %= size
    return value - size if dtype.kind == "i" and value >= size // 2 else value


def units_of(look: Look, modality: str, table: LookupTable | None) -> tuple[str, str]:
    """Return HU, SUV, BQML or arbitrary, and the header's text for it."""
    if modality == "CT":
        stated = look("RescaleType") if table is None else table.kind
        known = table is not None or bool(look("RescaleSlope"))
        return ("HU" if known and stated in {"HU", ""} else "arbitrary"), stated
    if modality == "PT":
        stated, kind = look("Units"), look("SUVType")
        if stated == "GML" and kind in {"BW", ""}:
            return "SUV", f"{stated} {kind}".strip()
        return ("BQML" if stated == "BQML" else "arbitrary"), f"{stated} {kind}".strip()
    return "arbitrary", look("RescaleType")


def real_world_units(source: Source, line: tuple[float, float]) -> tuple[str, str] | None:
    """Return the units of a PET frame whose real-world mapping is its own rescale (C.7.6.16.2.11)."""
    for item in sequence(source, "RealWorldValueMappingSequence"):
        mapped = tuple(number(text(item, f"RealWorldValue{end}")) for end in ("Slope", "Intercept"))
        code = next(iter(sequence(item, "MeasurementUnitsCodeSequence")), None)
        unit = "" if code is None else text(code, "CodeValue")
        if mapped == line and unit in REAL_WORLD_UNITS:
            return REAL_WORLD_UNITS[unit]
    return None


def slice_of(
    header: Header, plane: Plane, stored: NDArray[Any], meaning: Meaning, *, source: Source, look: Look
) -> Slice:
    """Return a slice made of its plane, its stored values, and what they mean."""
    return Slice(
        header=header,
        plane=plane,
        stored=stored,
        slope=meaning.slope,
        intercept=meaning.intercept,
        units=meaning.units,
        units_source=meaning.units_source,
        padding=padding_range(source, stored.dtype),
        look=look,
        source=source,
        sop_uid=header.sop_uid,
        table=meaning.table,
    )


def rescale_record(slices: Sequence[Slice]) -> dict[str, JsonValue]:
    """Return how the values of a volume were computed, so that two conversions can be compared.

    The digest is over slope, intercept and lookup table of every slice, in the volume's order.
    """
    slopes, intercepts = [slice_.slope for slice_ in slices], [slice_.intercept for slice_ in slices]
    digest = hashlib.sha256(np.array([slopes, intercepts]).tobytes())
    for slice_ in slices:
        if slice_.table is not None:
            digest.update(
                slice_.table.values.tobytes() + slice_.table.first.to_bytes(4, "little", signed=True)
            )
    return {
        "slope_min": min(slopes),
        "slope_max": max(slopes),
        "intercept_min": min(intercepts),
        "intercept_max": max(intercepts),
        "digest": digest.hexdigest()[:16],
    }
