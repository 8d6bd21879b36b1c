"""Decode one compressed frame; which wheel decodes which transfer syntax is fixed here, by measurement.

``benchmarks/decoders.py`` prints the times. No wheel is tried after another: the same file must give the same
voxels, or the same refusal, on every machine. A wheel is imported when the first frame needs it.
"""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imaging.dicom_reading.strict.encodings import EXPLICIT, TRANSFER_SYNTAX
from imaging.dicom_reading.strict.writing import element, encapsulated, file_start
from imaging.pixels.codestreams import (
    BASELINE,
    EXTENDED,
    JPEG_LS,
    LOSSLESS,
    BadCodestreamError,
    Codestream,
    bare_j2k,
    check_rle,
    read_j2k,
    read_jpeg,
)

Cells = NDArray[np.integer[Any]]
ROOT = "1.2.840.10008.1.2"
RLE = f"{ROOT}.5"
JPEG_KINDS = {
    f"{ROOT}.4.50": {BASELINE},
    f"{ROOT}.4.51": {BASELINE, EXTENDED},
    f"{ROOT}.4.57": {LOSSLESS},
    f"{ROOT}.4.70": {LOSSLESS},
    f"{ROOT}.4.80": {JPEG_LS},
    f"{ROOT}.4.81": {JPEG_LS},
}
J2K = {f"{ROOT}.4.90", f"{ROOT}.4.91", f"{ROOT}.4.201", f"{ROOT}.4.202", f"{ROOT}.4.203"}
DECODABLE = frozenset({RLE, *JPEG_KINDS, *J2K})
BYTE = 8
DEEPEST = 16
DAMAGE = ("Corrupt JPEG data", "Premature end")  # the decoder goes on with invented values
_LOGGER_LOCK = threading.Lock()


def decode_frame(
    syntax: str, data: bytes, rows: int, columns: int, allocated: int
) -> tuple[Cells, Codestream]:
    """Decode one frame of a syntax of DECODABLE: values (rows, columns) as coded, and its header.

    :raises BadCodestreamError: when the frame contradicts the header's matrix, is not grey, or is damaged
    """
    if syntax == RLE:
        return _rle(data, rows, columns, allocated)
    data = bare_j2k(data) if syntax in J2K else data
    stream = read_j2k(data) if syntax in J2K else read_jpeg(data)
    if (stream.rows, stream.columns, stream.components) != (rows, columns, 1):
        found = f"{stream.rows}x{stream.columns}x{stream.components}"
        raise BadCodestreamError(f"the frame is {found}, the header says {rows}x{columns}x1")
    if not 0 < stream.precision <= min(DEEPEST, allocated):
        raise BadCodestreamError(f"{stream.precision} bits in cells of {allocated}")
    if syntax not in J2K and stream.kind not in JPEG_KINDS[syntax]:
        raise BadCodestreamError(f"frame marker {stream.kind:02X} under transfer syntax {syntax}")
    decode: Callable[[str, bytes, Codestream], Cells] = _openjpeg if syntax in J2K else _dicomsdl
    return decode(syntax, data, stream), stream


def _rle(data: bytes, rows: int, columns: int, allocated: int) -> tuple[Cells, Codestream]:
    """PS3.5 annex G, by pylibjpeg-rle (8, 16 and 32 bits)."""
    check_rle(data, allocated // 8)
    header = {"rows": rows, "columns": columns, "samples_per_pixel": 1, "bits_allocated": allocated}
    try:
        raw = import_module("rle").decode_pixel_data(
            data, version=2, bits_stored=allocated, pixel_representation=0, **header
        )
    except (ValueError, RuntimeError) as error:
        raise BadCodestreamError("RLE segments do not fill the frame") from error
    except BaseException as error:
        # The wheel's Rust code panics on a cut segment; pyo3 derives that from BaseException.
        if type(error).__name__ != "PanicException":
            raise
        raise BadCodestreamError("RLE segment ends early") from error
    return _shaped(raw, np.dtype(f"<u{allocated // 8}"), rows, columns), Codestream(
        rows, columns, 1, allocated
    )


def _openjpeg(_: str, data: bytes, stream: Codestream) -> Cells:
    """JPEG 2000 and HTJ2K, by pylibjpeg-openjpeg."""
    try:
        raw = import_module("openjpeg").decode_pixel_data(data, version=2)
    except (RuntimeError, ValueError) as error:
        raise BadCodestreamError("JPEG 2000 stream refused by its decoder") from error
    return _shaped(raw, _dtype(stream), stream.rows, stream.columns)


def _dtype(stream: Codestream) -> np.dtype[Any]:
    return np.dtype(f"<{'i' if stream.signed else 'u'}{1 if stream.precision <= BYTE else 2}")


def _shaped(raw: bytes, dtype: np.dtype[Any], rows: int, columns: int) -> Cells:
    if len(raw) != rows * columns * dtype.itemsize:
        raise BadCodestreamError(f"decoder gave {len(raw)} bytes for {rows}x{columns} of {dtype}")
    values: Cells = np.frombuffer(raw, dtype).reshape(rows, columns)
    return values


@cache
def _sdl() -> ModuleType:
    return import_module("dicomsdl")


def _dicomsdl(syntax: str, data: bytes, stream: Codestream) -> Cells:
    """JPEG and JPEG-LS, by dicomsdl, which takes whole files: the frame is put into the smallest one."""
    values = np.empty((stream.rows, stream.columns), _dtype(stream))
    wheel, complaints = _sdl(), list[str]()
    with _LOGGER_LOCK:
        wheel.set_logger_function(lambda _, message: complaints.append(message))
        try:
            source = wheel.open_memory(_smallest_file(syntax, data, stream, values.itemsize * 8), True)
            source.copyFrameData(0, values)
        except (wheel.DicomException, RuntimeError, ValueError) as error:
            raise BadCodestreamError("JPEG stream refused by its decoder") from error
        finally:
            wheel.set_default_logger_function()  # a Python logger left in place blocks the interpreter's exit
    if any(damage in message for message in complaints for damage in DAMAGE):
        raise BadCodestreamError("JPEG stream is damaged")
    return values


def _smallest_file(syntax: str, data: bytes, stream: Codestream, allocated: int) -> bytes:
    """Wrap a frame as a DICOM file whose header states what the codestream itself states."""
    numbers = {0x02: 1, 0x10: stream.rows, 0x11: stream.columns, 0x100: allocated}
    numbers |= {0x101: stream.precision, 0x102: stream.precision - 1, 0x103: 0}
    image = {0x00280000 | number: ("US", struct.pack("<H", value)) for number, value in numbers.items()}
    image[0x00280004] = "CS", b"MONOCHROME2"
    elements = [element(EXPLICIT, tag, *image[tag]) for tag in sorted(image)]
    return b"".join([file_start((TRANSFER_SYNTAX, "UI", syntax.encode())), *elements, encapsulated(data)])
