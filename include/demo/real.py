"""Real DICOM files from the packages pydicom and pydicom-data, byte for byte, chosen by what they teach."""

from __future__ import annotations

from pathlib import Path

import data_store
import pydicom

# Folder in the landing zone, then file or folder of the package pydicom.
FROM_PYDICOM = {
    "disc 77654033/CT2": "dicomdirtests/77654033/CT2",  # 1995-09-03, slices missing
    "disc 98892001/CT5N": "dicomdirtests/98892001/CT5N",  # 2001-01-01, a good CT
    "disc 98892001/CT2N": "dicomdirtests/98892001/CT2N",  # two orientations
    "disc 77654033/CR1": "dicomdirtests/77654033/CR1",  # radiographs: no volume
    "disc 77654033/CR2": "dicomdirtests/77654033/CR2",
    "disc 98892003/MR700": "dicomdirtests/98892003/MR700",  # 2003-05-05, localizer
    "disc 98892003/MR2": "dicomdirtests/98892003/MR2",
    "disc 98892003/DICOMDIR": "dicomdirtests/DICOMDIR",
    "old/MR_small": "MR_small.dcm",  # 2004-08-26, single slice
    "old/no date/rtstruct.dcm": "rtstruct.dcm",
    "old/no patient/report": "test-SR.dcm",
}
# File of the package pydicom-data.
FROM_PYDICOM_DATA = {"old/no date/693.dcm": "data/693_J2KR.dcm"}

REAL_PATIENTS = ("77654033", "98890234", "4MR1")


def real_files() -> dict[str, bytes]:
    """Return the chosen files by their path in the landing zone."""
    files: dict[str, bytes] = {}
    bases = (
        (Path(pydicom.__file__).parent / "data" / "test_files", FROM_PYDICOM),
        (Path(next(iter(data_store.__path__))), FROM_PYDICOM_DATA),
    )
    for base, chosen in bases:
        for name, source in chosen.items():
            files |= _files(base / source, name)
    return files


def _files(source: Path, name: str) -> dict[str, bytes]:
    if source.is_file():
        return {name: source.read_bytes()}
    return {f"{name}/{path.name}": path.read_bytes() for path in sorted(source.iterdir()) if path.is_file()}
