"""What a slice costs to decode, by transfer syntax and wheel: the reason for `imaging.pixels.codecs`.

Run with `.nightscan/venv/airflow/bin/python -m benchmarks.decoders [--repeats N]` and
PYTHONPATH=plugins:include:. A 512x512 slice of 12 and of 16 bits is encoded where a writer exists; other
syntaxes are timed on files of pydicom-data. Printed: median milliseconds a slice, of our choice (with all
its checks) and of every plug-in of pydicom that is installed. pyjpegls and python-gdcm are not needed to run
the package: install them into another environment to compare.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from data_store import __file__ as store
from night.report import table
from numpy.typing import NDArray
from openjpeg.utils import encode as encode_j2k
from pydicom.encaps import generate_frames
from pydicom.pixels.decoders.base import DecodeRunner, get_decoder
from pydicom.pixels.encoders.base import RLELosslessEncoder
from pydicom.uid import UID

from imaging.pixels.codecs import RLE, ROOT, decode_frame
from tests.imaging.jpeg_lossless import encode as encode_jpeg

SIDE = 512
MONOCHROME: Any = "MONOCHROME2"
FOLDERS = (Path(store).parent / "data", Path(pydicom.__file__).parent / "data" / "test_files")
FILES = {
    "JPEG extended, 12 bits": "JPGExtended.dcm",
    "JPEG lossless, bad_sequence": "bad_sequence.dcm",
    "JPEG-LS, MR_small": "MR_small_jpeg_ls_lossless.dcm",
    "JPEG 2000 lossy, 693": "693_J2KI.dcm",
}
Decode = Callable[[], NDArray[Any]]


def smooth(bits: int) -> NDArray[np.uint16]:
    """Make a slice with the noise of a CT in its lowest bits."""
    j, i = np.mgrid[:SIDE, :SIDE]
    noise = np.random.default_rng(1).normal(0, 8, i.shape) * 2 ** (bits - 12)
    waves = (np.sin(i / 40) + np.cos(j / 60) + 2) / 4 * (0.8 * 2**bits)
    values: NDArray[np.uint16] = np.clip(waves + noise, 0, 2**bits - 1).astype(np.uint16)
    return values


def encoded(bits: int) -> Mapping[tuple[str, str], bytes]:
    """Encode one slice in every syntax that can be written here, by (name, transfer syntax)."""
    values = smooth(bits)
    options: dict[str, Any] = {"rows": SIDE, "columns": SIDE, "number_of_frames": 1, "samples_per_pixel": 1}
    depths: dict[str, Any] = {"bits_allocated": 16, "bits_stored": bits, "pixel_representation": 0}
    rle = RLELosslessEncoder.encode(
        values.tobytes(), **options, **depths, photometric_interpretation="MONOCHROME2", index=0
    )
    j2k = encode_j2k(values, bits_stored=bits, photometric_interpretation=2)
    return {
        (f"RLE, {bits} bits", RLE): rle,
        (f"JPEG lossless, {bits} bits", f"{ROOT}.4.57"): encode_jpeg(values, bits),
        (f"JPEG 2000 lossless, {bits} bits", f"{ROOT}.4.90"): bytes(j2k),
    }


def plug_ins(syntax: str, data: bytes, header: Mapping[str, Any]) -> dict[str, Decode]:
    """Give every way to decode a frame, ours first."""
    size = header["rows"], header["columns"]
    ways: dict[str, Decode] = {"ours": lambda: decode_frame(syntax, data, *size, header["bits_allocated"])[0]}
    decoder = get_decoder(UID(syntax))
    for name in decoder.available_plugins:
        runner = DecodeRunner(UID(syntax))
        options: dict[str, Any] = {**header, "number_of_frames": 1}
        runner.set_options(**options, photometric_interpretation=MONOCHROME)
        function = decoder._available[name]  # noqa: SLF001 - the plug-in alone, without pydicom's checks
        runner.set_decoders({name: function})
        ways[name] = lambda runner=runner, function=function: np.frombuffer(
            bytes(function(data, runner)), f"u{header['bits_allocated'] // 8}"
        ).reshape(size)  # type: ignore[misc]
    return ways


def median_ms(decode: Decode, repeats: int) -> str:
    """Time a way to decode, after one warm run."""
    try:
        decode()
    except (NotImplementedError, RuntimeError) as error:
        return f"refuses: {type(error).__name__}"
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        decode()
        times.append(time.perf_counter() - began)
    return f"{1000 * statistics.median(times):.2f}"


def samples() -> list[tuple[str, str, bytes, dict[str, Any]]]:
    """Collect name, transfer syntax, frame and header of everything that is timed."""
    found = []
    for bits in (12, 16):
        header = {"rows": SIDE, "columns": SIDE, "samples_per_pixel": 1, "bits_allocated": 16}
        header |= {"bits_stored": bits, "pixel_representation": 0}
        found += [(name, syntax, data, header) for (name, syntax), data in encoded(bits).items()]
    for name, file in FILES.items():
        path = next(path for folder in FOLDERS for path in folder.rglob(file))
        dataset = pydicom.dcmread(path)
        keys = ("Rows", "Columns", "SamplesPerPixel", "BitsAllocated", "BitsStored", "PixelRepresentation")
        names = (
            "rows",
            "columns",
            "samples_per_pixel",
            "bits_allocated",
            "bits_stored",
            "pixel_representation",
        )
        header = {name: dataset[key].value for name, key in zip(names, keys, strict=True)}
        frame = next(generate_frames(dataset.PixelData, number_of_frames=1))
        found.append((name, str(dataset.file_meta.TransferSyntaxUID), frame, header))
    return found


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    rows = []
    for name, syntax, data, header in samples():
        for way, decode in plug_ins(syntax, data, header).items():
            rows.append([name, f"{header['rows']}x{header['columns']}", way, median_ms(decode, repeats)])
    table(rows, ["syntax", "matrix", "plug-in", "ms a slice"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
