"""How fast and how small each gzip writes real volumes, the reason for `imaging.output.compression`.

Run with `.nightscan/venv/airflow/bin/python -m benchmarks.compression [--repeats N]` and
PYTHONPATH=plugins:include:. on a machine with the shared data. Volumes of STS_001 (PET as float32 SUV, CT and
MR as int16, the CT's mask) are compressed in memory. Printed: MB/s (medians) and ratio. `deflate` and
`zlib-ng` join when they are installed.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
import zlib
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
from isal import isal_zlib
from night.report import table
from numpy.typing import NDArray

from imaging.dicom_reading.source_file import SourceFile
from imaging.output.nifti import nifti_gz_bytes
from imaging.series.convert import convert_series

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "sts"
PATIENT = "STS_001"
Compress = Callable[[bytes], bytes]


def volumes() -> dict[str, NDArray[np.generic]]:
    """Convert the patient's three series, and read the publisher's mask."""
    found: dict[str, NDArray[np.generic]] = {}
    for modality in ("PET", "CT", "MR_T1"):
        paths = sorted(DATA.glob(f"landing/*/{PATIENT}/{modality}/*.dcm"))
        files = [SourceFile.from_path(path) for path in paths if path.name != "RS.dcm"]
        result = convert_series(files)
        if result.volume is None:
            raise SystemExit(f"{modality} of {PATIENT} was refused: {result.refusal}; see {DATA}")
        found[f"{modality} {result.volume.array.dtype}"] = result.volume.array
    mask: Any = nibabel.load(DATA / "reference_nifti" / PATIENT / "CT_mask.nii.gz")
    found["mask uint8"] = np.asarray(mask.dataobj).astype(np.uint8)
    return found


def codecs() -> dict[str, Compress]:
    """Give every codec that is installed, by name and level."""
    found: dict[str, Compress] = {}
    for level in (4, 6):
        found[f"zlib {level}"] = lambda data, level=level: zlib.compress(data, level)  # type: ignore[misc]
    for level in (0, 1, 2, 3):
        found[f"isal {level}"] = lambda data, level=level: isal_zlib.compress(data, level)  # type: ignore[misc]
    if find_spec("deflate"):
        deflate = import_module("deflate")
        for level in (1, 2, 4):
            found[f"libdeflate {level}"] = lambda data, level=level: deflate.gzip_compress(data, level)  # type: ignore[misc]
    if find_spec("zlib_ng"):
        other = import_module("zlib_ng.zlib_ng")
        for level in (1, 2, 4):
            found[f"zlib-ng {level}"] = lambda data, level=level: other.compress(data, level)  # type: ignore[misc]
    return found


def measure(compress: Callable[[], bytes], size: int, repeats: int) -> tuple[str, str]:
    """Return MB/s and ratio as text."""
    times, out = [], compress()
    for _ in range(repeats):
        began = time.perf_counter()
        out = compress()
        times.append(time.perf_counter() - began)
    return f"{size / 1e6 / statistics.median(times):.0f}", f"{size / len(out):.2f}"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    rows = []
    for name, array in volumes().items():
        data = array.tobytes(order="F")
        for codec, compress in codecs().items():
            rows.append([name, codec, *measure(lambda c=compress, d=data: c(d), len(data), repeats)])  # type: ignore[misc]
        whole = measure(lambda a=array: nifti_gz_bytes(a, np.eye(4)), len(data), repeats)  # type: ignore[misc]
        rows.append([name, "nifti_gz_bytes", *whole])
    table(rows, ["volume", "codec", "MB/s", "ratio"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
