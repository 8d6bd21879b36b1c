"""Our settings as pyradiomics' settings, or a refusal where the two cannot mean the same."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radiomics_check.errors import RefusalError

# our class -> the class of pyradiomics that holds its counterparts
FAMILIES = {
    "shape": "shape",
    "firstorder": "firstorder",
    "ih": "firstorder",
    "glcm": "glcm",
    "glrlm": "glrlm",
    "glszm": "glszm",
    "ngtdm": "ngtdm",
    "ngldm": "gldm",
}
LEVELS = frozenset({"ih", "glcm", "glrlm", "glszm", "ngtdm", "ngldm"})
# with force2D pyradiomics adds the slices' matrices of one direction, which is IBSI's 2.5D, averaged
FORCE_2D = {"3d_avg": False, "25d_avg": True}


def aggregations(settings: Mapping[str, Any]) -> list[str]:
    """Return those of our aggregations that pyradiomics has.

    :raises RefusalError: when there is none
    """
    known = [name for name in settings["aggregations"] if name in FORCE_2D]
    if not known:
        raise RefusalError(
            f"pyradiomics has the aggregations {' and '.join(FORCE_2D)} only, the settings ask for"
            f" {', '.join(settings['aggregations'])}"
        )
    return known


def families(settings: Mapping[str, Any]) -> list[str]:
    """Return the classes of pyradiomics that hold counterparts of the classes asked for."""
    return list(dict.fromkeys(FAMILIES[name] for name in settings["classes"] if name in FAMILIES))


def equal_settings(settings: Mapping[str, Any], intensities: NDArray[np.float64]) -> dict[str, Any]:
    """Return the settings of pyradiomics that mean the same as ours for a region of these intensities.

    :raises RefusalError: when there are none; the message says why
    """
    if settings["interpolation"] != "none":
        raise RefusalError(
            f"interpolation {settings['interpolation']}: pyradiomics aligns the resampled grid with the"
            " first voxel's corner, IBSI with the grid's centre; compare with interpolation none"
        )
    if settings.get("round_intensities"):
        raise RefusalError("round_intensities: pyradiomics does not round; compare without it")
    found: dict[str, Any] = {"additionalInfo": False, "label": 1, "symmetricalGLCM": True}
    found |= _resegmentation(settings)
    if LEVELS & set(settings["classes"]):
        found |= _bins(settings["discretisation"], intensities)
    return found


def _resegmentation(settings: Mapping[str, Any]) -> dict[str, Any]:
    low, high = settings.get("resegment_range") or (None, None)
    sigma = settings.get("resegment_sigma")
    if low is None and high is None:
        if sigma is None:
            return {}
        return {"resegmentRange": [-sigma, sigma], "resegmentMode": "sigma"}
    if sigma is not None:
        raise RefusalError(
            "resegment_range and resegment_sigma: pyradiomics applies one of the two; give one"
        )
    ends = [-math.inf if low is None else low, math.inf if high is None else high]
    return {"resegmentRange": ends, "resegmentMode": "absolute"}


def _bins(discretisation: Mapping[str, Any], intensities: NDArray[np.float64]) -> dict[str, Any]:
    lowest, highest = float(intensities.min()), float(intensities.max())
    match discretisation["method"]:
        case "fbn":
            if lowest == highest:
                raise RefusalError(
                    "all intensities of the region are equal: pyradiomics puts them into the middle bin,"
                    " IBSI's formula into the last; compare the classes shape and firstorder only"
                )
            return {"binCount": discretisation["bins"]}
        case "fbs":
            return _bin_width(float(discretisation["width"]), float(discretisation["origin"]), lowest)
        case "none":
            if lowest != 1 or not np.array_equal(intensities, np.round(intensities)):
                raise RefusalError(
                    "discretisation none: pyradiomics' levels begin with 1 at the region's minimum,"
                    f" which is {lowest:g}, and are whole; give fbn or fbs"
                )
            return {"binWidth": 1}
        case other:
            raise RefusalError(f"discretisation {other}: not known; give fbn, fbs or none")


def _bin_width(width: float, origin: float, lowest: float) -> dict[str, Any]:
    first = lowest - lowest % width
    if not math.isclose(first, origin, abs_tol=1e-9 * width):
        raise RefusalError(
            f"fbs with origin {origin:g}: pyradiomics begins its bins at {first:g}, the multiple of the"
            f" width {width:g} below the region's minimum {lowest:g}; give that origin, or fbn"
        )
    return {"binWidth": width}
