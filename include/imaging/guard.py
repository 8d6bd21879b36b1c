"""A guard around the converter: a fault of its own refuses one series and leaves the others alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from imaging.reasons import Reason
from imaging.records import JsonValue, Limits, Refusal

T = TypeVar("T")


def guarded(function: Callable[[], T], limits: Limits) -> T | Refusal:
    """Call ``function``; CONVERTER_FAILED when it raises, VOLUME_TOO_LARGE when memory is not enough.

    The evidence names the kind of error and the line of code, never its message: that may quote a header.
    An OSError of the system (it has a number) passes: then the storage failed, not the converter.
    """
    try:
        return function()
    except MemoryError:
        return Refusal(Reason.VOLUME_TOO_LARGE, {"needed": None, "allowed": limits.memory_bytes})
    except Exception as error:  # one broken series must not stop the others
        if isinstance(error, OSError) and error.errno is not None:
            raise
        return Refusal(Reason.CONVERTER_FAILED, {"error": type(error).__name__, "where": _place(error)})


def _place(error: Exception) -> JsonValue:
    import traceback  # noqa: PLC0415 - hardly ever needed

    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else None
