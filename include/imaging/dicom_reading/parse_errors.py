"""What reading damaged bytes may raise, known without loading pydicom."""

from __future__ import annotations

import struct
import sys
import zlib

# What pydicom was seen to raise on damaged bytes, beside errors of its own: also OSError, without a number.
STANDARD: tuple[type[Exception], ...] = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


def parse_errors() -> tuple[type[Exception], ...]:
    """Return the errors that mean bad data; for ``except``, which asks only once something was raised.

    Two of pydicom's own errors derive from nothing narrower than Exception; while pydicom is not loaded,
    nobody can have raised them.
    """
    errors = sys.modules.get("pydicom.errors")
    return STANDARD if errors is None else (*STANDARD, errors.BytesLengthException, errors.InvalidDicomError)
