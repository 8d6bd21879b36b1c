"""Convert the files of one series into a volume, or refuse it."""

from __future__ import annotations

from collections.abc import Sequence

from imaging.records import SourceFile
from imaging.volume import SeriesResult


def convert_series(files: Sequence[SourceFile]) -> SeriesResult:
    """Convert the files of ONE series (any order) into a volume in patient space, or refuse the series.

    Never raises for bad data; I/O errors of a file's ``load`` pass through; ValueError for no files at all.
    The result does not depend on the order or the names of the files.
    """
    raise NotImplementedError
