"""The standard's lists of elements and UIDs (PS3.6), as pydicom holds them, without loading pydicom itself.

Its two modules of plain data are read in milliseconds; the whole package takes longer to load than all else
that a conversion needs.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from types import ModuleType


@cache
def data_elements() -> dict[int, tuple[str, str, str, str, str]]:
    """Return, by tag: VR, multiplicity, name, whether retired, keyword."""
    found: dict[int, tuple[str, str, str, str, str]] = _data_module("_dicom_dict").DicomDictionary
    return found


@cache
def unique_identifiers() -> dict[str, tuple[str, str, str, str, str]]:
    """Return, by UID: name, type, further information, whether retired, keyword."""
    found: dict[str, tuple[str, str, str, str, str]] = _data_module("_uid_dict").UID_dictionary
    return found


def _data_module(name: str) -> ModuleType:
    whole = f"pydicom.{name}"
    if whole in sys.modules:
        return sys.modules[whole]
    package = find_spec("pydicom")
    places = None if package is None else package.submodule_search_locations
    spec = None if places is None else PathFinder.find_spec(whole, places)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"no module {whole}; install the pydicom of requirements/", name=whole)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
