"""BIDS-style facts about a volume, by an allow-list: no dates, no identifiers, no free text.

Names and units are those of the Brain Imaging Data Structure 1.10 (seconds, tesla, degrees, MBq); a value
that differs between the first and last slices is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from imaging.dicom_reading.readable import readable_text
from imaging.dicom_reading.source import raw_bytes
from imaging.numerals import number
from imaging.records import JsonValue
from imaging.slices.slice import Slice, first_number
from imaging.values.nuclides import nuclide_of
from imaging.values.tracer import TRACER, nuclide_code, tracers_of

MEGA = 1e-6
MILLI = 1e-3


@dataclass(frozen=True)
class Number:
    """A number: the elements that may hold it, the factor to BIDS's unit, the modalities that have it."""

    keywords: tuple[str, ...]
    factor: float = 1.0
    modalities: frozenset[str] = frozenset()


MR, CT, PT = (frozenset({name}) for name in ("MR", "CT", "PT"))
FLAT = frozenset({"CR", "DX", "MG", "IO"})
XRAY = CT | FLAT
NUMBERS: Mapping[str, Number] = {
    "MagneticFieldStrength": Number(("MagneticFieldStrength",), modalities=MR),
    "RepetitionTime": Number(("RepetitionTime",), MILLI, MR),
    "EchoTime": Number(("EchoTime", "EffectiveEchoTime"), MILLI, MR),
    "InversionTime": Number(("InversionTime", "InversionTimes"), MILLI, MR),
    "FlipAngle": Number(("FlipAngle",), modalities=MR),
    "SliceThickness": Number(("SliceThickness",)),
    "SpacingBetweenSlices": Number(("SpacingBetweenSlices",)),
    "KVP": Number(("KVP",), modalities=XRAY),
    "RescaleSlope": Number(("RescaleSlope",), modalities=FLAT),  # not applied to projections
    "RescaleIntercept": Number(("RescaleIntercept",), modalities=FLAT),
    "FrameDuration": Number(("ActualFrameDuration",), MILLI, PT),
}
# Terms of the standard, and the maker's names of a machine and a kernel: short, and no sentence fits.
TERMS: Mapping[str, tuple[str, frozenset[str]]] = {
    "Manufacturer": ("Manufacturer", frozenset()),
    "ManufacturersModelName": ("ManufacturerModelName", frozenset()),
    "ConvolutionKernel": ("ConvolutionKernel", CT),
    "MRAcquisitionType": ("MRAcquisitionType", MR),
    "ScanningSequence": ("ScanningSequence", MR),
    "InPlanePhaseEncodingDirectionDICOM": ("InPlanePhaseEncodingDirection", MR),
    "DecayCorrectionDICOM": ("DecayCorrection", PT),
}
TERM = re.compile(r"[\w .,()/+\\-]{1,64}")
DATE_LIKE = re.compile(r"\d{5,}")
DOSE = ("RadionuclideTotalDose", "RadionuclideHalfLife")
SIDECAR_KEYWORDS = tuple(
    dict.fromkeys(
        (
            *(keyword for item in NUMBERS.values() for keyword in item.keywords),
            *(keyword for keyword, _ in TERMS.values()),
            TRACER,
        )
    )
)


def sidecar_of(
    slices: Sequence[Slice], modality: str, order: Sequence[Sequence[int]]
) -> dict[str, JsonValue]:
    """Return the facts of a volume by BIDS key.

    :param order: per volume its slices in spatial order, by index
    """
    found: dict[str, JsonValue] = {"Modality": modality}
    ends = [slices[index] for index in sorted({order[0][0], order[0][-1], order[-1][0], order[-1][-1]})]
    for name, (keyword, modalities) in TERMS.items():
        texts = {slice_.look(keyword) for slice_ in ends}
        term = texts.pop() if len(texts) == 1 else ""
        if (not modalities or modality in modalities) and _is_term(term):
            found[name] = term
    for name, item in NUMBERS.items():
        if not item.modalities or modality in item.modalities:
            found[name] = _number(ends, item)
    if modality == "MR":
        found["PhaseEncodingDirection"] = _phase_direction(slices[order[0][0]])
        found |= _timing([slices[index] for index in order[0]])
    if modality == "PT":
        found |= _tracer(ends)
    return {name: value for name, value in found.items() if value is not None}


def _is_term(text: str) -> bool:
    return TERM.fullmatch(text) is not None and DATE_LIKE.search(text) is None


def _number(slices: Sequence[Slice], item: Number) -> float | None:
    """Return the one value of all slices in BIDS's unit; None when it is absent or differs."""
    values = {first_number(slice_, item.keywords) for slice_ in slices}
    value = values.pop() if len(values) == 1 else None
    return None if value is None else round(value * item.factor, 9)


def _phase_direction(slice_: Slice) -> str | None:
    """Return axis and sense of phase encoding in voxel axes; only Siemens' private header states the sense.

    The volume keeps the image's own axes: i along a row, j down a column; Siemens counts the same way.
    """
    axis = {"ROW": "i", "COL": "j"}.get(slice_.look("InPlanePhaseEncodingDirection"))
    if axis is None or slice_.increasing_phase is None:
        return None
    return axis if slice_.increasing_phase else f"{axis}-"


def _timing(volume: Sequence[Slice]) -> dict[str, JsonValue]:
    """Return when each slice of a volume was taken, in seconds, in the order of the third axis."""
    times = [slice_.slice_time_ms for slice_ in volume]
    known = [time for time in times if time is not None]
    if len(known) < len(times) or not known:
        return {}
    listed: list[JsonValue] = [round(time * MILLI, 6) for time in (np.array(known) - min(known)).tolist()]
    return {"SliceTiming": listed}


def _tracer(slices: Sequence[Slice]) -> dict[str, JsonValue]:
    """Return what was injected; nothing where there are several tracers, or slices differ in theirs."""
    tracers = tracers_of(slices[0].source)
    if len(tracers) != 1 or len({raw_bytes(slice_.source, TRACER) for slice_ in slices}) > 1:
        return {}
    found: dict[str, JsonValue] = {}
    dose, half_life = (number(readable_text(tracers[0], keyword)) for keyword in DOSE)
    if dose is not None and dose > 0:
        found |= {"InjectedRadioactivity": round(dose * MEGA, 6), "InjectedRadioactivityUnits": "MBq"}
    nuclide = None if half_life is None else nuclide_of(nuclide_code(tracers[0]), half_life)
    if nuclide is not None:
        found["TracerRadionuclide"] = nuclide.name
    return found
