"""SUV by body weight from Bq/ml, by QIBA's published formula, when all inputs are present and plausible.

SUV = Bq/ml x weight (g) / dose at the time to which the image is decay-corrected (Bq).
Source: QIBA FDG-PET/CT profile, SUV pseudo-code; PS3.3 C.8.9.1, C.8.9.2. Where anything is missing or
contradictory the values stay Bq/ml and the record says why: a wrong SUV cannot be seen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from imaging.dicom_reading.readable import readable_text
from imaging.dicom_reading.sop_classes import PET
from imaging.dicom_reading.source import Source
from imaging.numerals import instant, instant_of, number
from imaging.records import JsonValue
from imaging.slices.clocks import acquired
from imaging.slices.slice import Slice
from imaging.values.nuclides import nuclide_of
from imaging.values.tracer import TRACER, TRACER_KEYWORDS, nuclide_code, tracers_of

EQUAL_KEYWORDS = ("DecayCorrection", "CorrectedImage", "PatientWeight", "SeriesDate", "SeriesTime")
SUV_KEYWORDS = (*EQUAL_KEYWORDS, TRACER, "DecayFactor", "ActualFrameDuration")
WEIGHT_KG = (1.0, 400.0)
DOSE_BQ = (1e6, 2e10)  # a dose written in MBq lies far below, one in Ci as well
MAX_HALF_LIVES = 10.0  # after more than this nothing is left to measure: the times are wrong
DECAY_FACTOR_TOLERANCE = 0.01  # of the factor, which headers round


class SuvReason(StrEnum):
    """Why an image in Bq/ml was not turned into SUV."""

    NOT_CLASSIC_PET = "NOT_CLASSIC_PET"
    DIFFERS_BETWEEN_SLICES = "DIFFERS_BETWEEN_SLICES"
    NOT_CORRECTED = "NOT_CORRECTED"
    DECAY_CORRECTION_UNKNOWN = "DECAY_CORRECTION_UNKNOWN"
    WEIGHT_IMPLAUSIBLE = "WEIGHT_IMPLAUSIBLE"
    SEVERAL_TRACERS = "SEVERAL_TRACERS"
    DOSE_IMPLAUSIBLE = "DOSE_IMPLAUSIBLE"
    HALF_LIFE_UNKNOWN = "HALF_LIFE_UNKNOWN"
    TIMES_MISSING = "TIMES_MISSING"
    TIMES_DISORDERED = "TIMES_DISORDERED"
    DECAY_FACTOR_CONTRADICTS = "DECAY_FACTOR_CONTRADICTS"


@dataclass(frozen=True)
class Suv:
    """The factor from Bq/ml to SUV, and the numbers it is made of, JSON-ready."""

    factor: float
    record: dict[str, JsonValue]


@dataclass(frozen=True)
class NoSuv:
    """Why there is no SUV, with the numbers that show it."""

    reason: SuvReason
    evidence: dict[str, JsonValue]

    @property
    def record(self) -> dict[str, JsonValue]:
        return {"reason": str(self.reason), "evidence": self.evidence}


@dataclass(frozen=True)
class _Dose:
    """What was injected: Bq at ``start``, and its half-life in seconds."""

    activity_bq: float
    half_life_s: float
    nuclide: str


def suv_of(slices: Sequence[Slice]) -> Suv | NoSuv:
    """Return the factor for a classic PET series in Bq/ml, or why there is none."""
    first = slices[0]
    problem = _not_alike(slices) or _not_corrected(first)
    if problem is not None:
        return problem
    weight = number(first.look("PatientWeight"))
    if weight is None or not WEIGHT_KG[0] <= weight <= WEIGHT_KG[1]:
        return NoSuv(SuvReason.WEIGHT_IMPLAUSIBLE, {"given": weight is not None})
    dose = _dose(first.source)
    if isinstance(dose, NoSuv):
        return dose
    decay_s = 0.0 if first.look("DecayCorrection") == "ADMIN" else _decay_s(slices, dose)
    if isinstance(decay_s, NoSuv):
        return decay_s
    left = dose.activity_bq * 2.0 ** (-decay_s / dose.half_life_s)
    record: dict[str, JsonValue] = {
        "factor": 1000.0 * weight / left,
        "decay_s": decay_s,
        "half_life_s": dose.half_life_s,
        "nuclide": dose.nuclide,
        "decay_correction": first.look("DecayCorrection"),
    }
    return Suv(1000.0 * weight / left, record)


def _not_alike(slices: Sequence[Slice]) -> NoSuv | None:
    if any(slice_.header.sop_class != PET for slice_ in slices):
        return NoSuv(SuvReason.NOT_CLASSIC_PET, {})
    differing: list[JsonValue] = [
        keyword for keyword in EQUAL_KEYWORDS if len({slice_.look(keyword) for slice_ in slices}) > 1
    ]
    if len({_tracer(slice_.source) for slice_ in slices}) > 1:
        differing.append(TRACER)
    return NoSuv(SuvReason.DIFFERS_BETWEEN_SLICES, {"differing": differing}) if differing else None


def _tracer(source: Source) -> tuple[str, ...]:
    return tuple(readable_text(item, keyword) for item in tracers_of(source) for keyword in TRACER_KEYWORDS)


def _not_corrected(slice_: Slice) -> NoSuv | None:
    corrected = slice_.look("CorrectedImage").split("\\")
    lacking: list[JsonValue] = [kind for kind in ("ATTN", "DECY") if kind not in corrected]
    if lacking:
        return NoSuv(SuvReason.NOT_CORRECTED, {"lacking": lacking})
    if slice_.look("DecayCorrection") not in {"START", "ADMIN"}:
        return NoSuv(SuvReason.DECAY_CORRECTION_UNKNOWN, {})
    return None


def _dose(source: Source) -> _Dose | NoSuv:
    tracers = tracers_of(source)
    if len(tracers) != 1:
        return NoSuv(SuvReason.SEVERAL_TRACERS, {"tracers": len(tracers)})
    activity = number(readable_text(tracers[0], "RadionuclideTotalDose"))
    if activity is None or not DOSE_BQ[0] <= activity <= DOSE_BQ[1]:
        return NoSuv(SuvReason.DOSE_IMPLAUSIBLE, {"dose_bq": activity})
    half_life = number(readable_text(tracers[0], "RadionuclideHalfLife"))
    code = nuclide_code(tracers[0])
    nuclide = None if half_life is None else nuclide_of(code, half_life)
    if nuclide is None or half_life is None:
        return NoSuv(SuvReason.HALF_LIFE_UNKNOWN, {"half_life_s": half_life, "coded": bool(code)})
    return _Dose(activity, half_life, nuclide.name)


def _decay_s(slices: Sequence[Slice], dose: _Dose) -> float | NoSuv:
    """Return the seconds from the injection to the instant that the image is corrected to."""
    starts = [acquired(slice_.look) for slice_ in slices]
    known = [start for start in starts if start is not None]
    series = instant(slices[0].look("SeriesDate"), slices[0].look("SeriesTime"))
    if len(known) < len(starts):
        return NoSuv(SuvReason.TIMES_MISSING, {"slices_without_time": len(starts) - len(known)})
    first = min(known)
    reference = series if series is not None and series <= first else first
    injected = _injected(slices[0].source, reference)
    if injected is None:
        return NoSuv(SuvReason.TIMES_MISSING, {"injection": False})
    seconds = (reference - injected).total_seconds()
    if not 0 <= seconds <= MAX_HALF_LIVES * dose.half_life_s:
        return NoSuv(SuvReason.TIMES_DISORDERED, {"injection_to_scan_s": seconds})
    return _contradiction(slices, known, reference, dose) or seconds


def _injected(source: Source, reference: dt.datetime) -> dt.datetime | None:
    """Return when the tracer was given; a time without date is the last before the scan."""
    tracer = tracers_of(source)[0]
    whole = instant_of(readable_text(tracer, "RadiopharmaceuticalStartDateTime"))
    if whole is not None:
        return whole
    same_day = instant(reference.strftime("%Y%m%d"), readable_text(tracer, "RadiopharmaceuticalStartTime"))
    if same_day is None or same_day <= reference:
        return same_day
    day_before = same_day - dt.timedelta(days=1)
    return day_before if reference - day_before <= dt.timedelta(hours=12) else same_day


def _contradiction(
    slices: Sequence[Slice], starts: Sequence[dt.datetime], reference: dt.datetime, dose: _Dose
) -> NoSuv | None:
    """Compare the reference time with the decay factors that the scanner itself applied, where given."""
    for slice_, start in zip(slices, starts, strict=True):
        applied = number(slice_.look("DecayFactor"))
        if applied is None:
            continue
        begun = (start - reference).total_seconds()
        ended = begun + (number(slice_.look("ActualFrameDuration")) or 0.0) / 1000
        low, high = (2.0 ** (elapsed / dose.half_life_s) for elapsed in (begun, ended))
        if not low * (1 - DECAY_FACTOR_TOLERANCE) <= applied <= high * (1 + DECAY_FACTOR_TOLERANCE):
            evidence: dict[str, JsonValue] = {"applied": applied, "lowest": low, "highest": high}
            return NoSuv(SuvReason.DECAY_FACTOR_CONTRADICTS, evidence)
    return None
