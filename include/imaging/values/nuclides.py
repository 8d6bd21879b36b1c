"""Half-lives of the nuclides used in PET, to check a header's own (DDEP, BIPM Monographie 5; CID 4020)."""

from __future__ import annotations

from dataclasses import dataclass

TOLERANCE = 0.01  # of the half-life: headers round it to minutes or seconds


@dataclass(frozen=True)
class Nuclide:
    """``name`` as BIDS writes it; ``half_life_s``; ``codes``: of SNOMED RT and SNOMED CT."""

    name: str
    half_life_s: float
    codes: frozenset[str]


NUCLIDES = (
    Nuclide("C11", 1221.8, frozenset({"C-105A1", "40565003"})),
    Nuclide("N13", 597.9, frozenset({"C-107A1", "21576001"})),
    Nuclide("O15", 122.2, frozenset({"C-B1038", "129504001"})),
    Nuclide("F18", 6586.2, frozenset({"C-111A1", "77004003"})),
    Nuclide("Cu64", 45723.0, frozenset({"C-127A2", "3932008"})),
    Nuclide("Ga68", 4062.6, frozenset({"C-131A3", "35337001"})),
    Nuclide("Zr89", 282280.0, frozenset({"C-168A4", "63360001"})),
    Nuclide("I124", 360800.0, frozenset({"C-114A5", "40937006"})),
)


def nuclide_of(code: str, half_life_s: float) -> Nuclide | None:
    """Return the nuclide of ``code`` ('': any) if its half-life agrees with the given one within 1 %."""
    for nuclide in NUCLIDES:
        near = abs(half_life_s / nuclide.half_life_s - 1) <= TOLERANCE
        if near and code in {*nuclide.codes, ""}:
            return nuclide
    return None
