"""One region through both programs."""

from __future__ import annotations

from pathlib import Path

from radiomics_check import engine, peer
from radiomics_check.compare import TOLERANCE, Row, compare
from radiomics_check.correspondence import TEXTURES, Divergence
from radiomics_check.divergences import grey_levels, surface_divergences, texture_divergences
from radiomics_check.equal_settings import FORCE_2D, aggregations, equal_settings, families
from radiomics_check.region import read_region


def check(
    image: Path, mask: Path, jar: Path, *, settings: Path | None = None, tolerance: float = TOLERANCE
) -> list[Row]:
    """Measure a region by both with equal settings and return the table's rows.

    :raises RefusalError: when the settings have no equal in pyradiomics
    :raises CheckError: on bad input
    """
    ours = engine.measure(jar, image, mask, settings)
    region = read_region(image, mask)
    kept = region.resegmented(ours.settings)
    equal = equal_settings(ours.settings, region.values[kept])
    wanted = families(ours.settings)
    levels = grey_levels(region.values, kept, ours.settings["discretisation"])
    theirs: dict[str, dict[str, float]] = {}
    divergences: dict[str, set[Divergence]] = {}
    for name in aggregations(ours.settings):
        classes = wanted if not theirs else [family for family in wanted if family in TEXTURES]
        flat = FORCE_2D[name]
        theirs[name] = peer.measure(region, equal | {"force2D": flat}, classes) if classes else {}
        divergences[name] = surface_divergences(region.inside) | texture_divergences(levels, flat=flat)
    return compare(ours, theirs, tolerance=tolerance, divergences=divergences)
