"""Their features: pyradiomics, on arrays in memory. The only module that imports it."""

from __future__ import annotations

import importlib
import logging
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from radiomics_check.errors import CheckError
from radiomics_check.region import Region

PREFIX = "original_"


def measure(region: Region, settings: Mapping[str, Any], families: Sequence[str]) -> dict[str, float]:
    """Return pyradiomics' values by its own names, without ``original_``.

    :raises CheckError: when pyradiomics is not installed or refuses the region
    """
    extractor = _extractor(settings, families)
    simple_itk: Any = importlib.import_module("SimpleITK")
    image = simple_itk.GetImageFromArray(region.values.T)
    mask = simple_itk.GetImageFromArray(region.inside.T.astype("uint8"))
    for one in (image, mask):
        one.SetSpacing(region.spacing_mm)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # means of empty directions: they come back as NaN
            found = extractor.execute(image, mask)
    except ValueError as error:
        raise CheckError(f"pyradiomics refuses the region: {error}") from error
    return {name.removeprefix(PREFIX): float(value) for name, value in found.items()}


def _extractor(settings: Mapping[str, Any], families: Sequence[str]) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its dependencies warn of their own age
            module: Any = importlib.import_module("radiomics.featureextractor")
    except ImportError as error:
        raise CheckError(
            f"pyradiomics cannot be imported ({error}); install pyradiomics-bhklab==3.1.4 beside this Python"
        ) from error
    logging.getLogger("radiomics").setLevel(logging.ERROR)
    extractor = module.RadiomicsFeatureExtractor(**settings)
    extractor.disableAllFeatures()
    for family in families:
        extractor.enableFeatureClassByName(family)
    return extractor
