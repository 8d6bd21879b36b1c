"""Two sets of values, feature by feature: agrees, differs by definition, or differs."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from radiomics_check.correspondence import MATCHES, TEXTURES, Divergence, Match
from radiomics_check.engine import Measured
from radiomics_check.errors import CheckError

TOLERANCE = 1e-6
# below it a difference counts against this size: what is 0 in one sum is 1e-16 in another
SMALLEST_SIZE = 1e-9


class Verdict(StrEnum):
    """What a row of the table says."""

    AGREES = "agrees"
    BY_DEFINITION = "differs by definition"
    NO_COUNTERPART = "no counterpart in IBSI"
    DIFFERS = "DIFFERS"


@dataclass(frozen=True)
class Row:
    """One feature of pyradiomics beside ours.

    :param column: our column; empty when there is none
    :param theirs_here: their value after the conversion into IBSI's definition
    :param difference: relative; None where one of the two has no number
    """

    column: str
    theirs: str
    ours_value: float | None
    theirs_value: float | None
    difference: float | None
    verdict: Verdict
    why: str = ""


def relative_difference(one: float, other: float) -> float:
    """Return the distance of two numbers in units of the larger one's size."""
    if one == other:
        return 0.0
    return abs(one - other) / max(abs(one), abs(other), SMALLEST_SIZE)


def compare(
    ours: Measured,
    theirs: Mapping[str, Mapping[str, float]],
    *,
    tolerance: float = TOLERANCE,
    divergences: Mapping[str, Collection[Divergence]] = MappingProxyType({}),
) -> list[Row]:
    """Return a row for every feature that pyradiomics measured, in the order of the correspondence.

    :param theirs: values by pyradiomics' name, by aggregation; shape and firstorder with the first one
    :param divergences: what holds of the region, by aggregation
    """
    rows = []
    for number, (aggregation, values) in enumerate(theirs.items()):
        unknown = set(values) - {match.theirs for match in MATCHES}
        if unknown:
            raise CheckError(
                f"pyradiomics measured {sorted(unknown)}, which the correspondence does not know"
            )
        rows += [
            compare_one(
                match,
                aggregation,
                ours,
                values[match.theirs],
                tolerance=tolerance,
                divergences=divergences.get(aggregation, ()),
            )
            for match in MATCHES
            if match.theirs in values
            and (number == 0 or match.family in TEXTURES)
            and _is_asked_for(match, aggregation, ours)
        ]
    return rows


def _is_asked_for(match: Match, aggregation: str, ours: Measured) -> bool:
    """Leave out what the settings' classes leave out: firstorder without ih, for example."""
    column = match.column(aggregation)
    return column is None or column.partition("_")[0] in ours.settings["classes"]


def compare_one(
    match: Match,
    aggregation: str,
    ours: Measured,
    theirs: float,
    *,
    tolerance: float = TOLERANCE,
    divergences: Collection[Divergence] = (),
) -> Row:
    """Judge one feature."""
    column = match.column(aggregation)
    if column is None:
        return Row("", match.theirs, None, _number(theirs), None, Verdict.NO_COUNTERPART, match.note)
    if column not in ours.features:
        raise CheckError(
            f"the engine printed no {column}; the jar and the correspondence are of two versions"
        )
    converted = theirs if match.convert is None else match.convert(theirs, ours.voxels)
    value = ours.features[column]
    if value is None:
        verdict, why = _without_ours(match, ours.null_reasons.get(column, "no reason"), theirs)
        return Row(column, match.theirs, None, _number(converted), None, verdict, why)
    difference = relative_difference(value, converted) if math.isfinite(converted) else None
    if difference is not None and difference <= tolerance:
        verdict, why = Verdict.AGREES, match.note
    elif match.divergence in divergences:
        verdict, why = Verdict.BY_DEFINITION, str(match.divergence)
    else:
        verdict, why = Verdict.DIFFERS, "pyradiomics has no number" if difference is None else match.note
    return Row(column, match.theirs, value, _number(converted), difference, verdict, why)


def _without_ours(match: Match, reason: str, theirs: float) -> tuple[Verdict, str]:
    if math.isnan(theirs):
        return Verdict.AGREES, f"neither has a value: {reason}"
    if match.stand_in is not None and theirs == match.stand_in:
        return Verdict.BY_DEFINITION, f"undefined ({reason}); pyradiomics writes {match.stand_in:g}"
    return Verdict.DIFFERS, f"ours is NULL: {reason}"


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
