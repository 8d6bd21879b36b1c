"""Hold the records of a scan date against its files: each file exactly once, each volume with its files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from jobs.base.errors import JobInputError

SHOWN = 5

Record = Mapping[str, Any]


def reconcile(
    manifest: Iterable[Record], files: Iterable[Record], scans: Iterable[Record], raw: Iterable[Record]
) -> None:
    """Check that nothing is lost and nothing counted twice.

    :param manifest: one record a series, as planned
    :param files: one record a file, with its outcome
    :param scans: the rows for mri_scans
    :param raw: the rows of raw_files
    :raises JobInputError: naming the files or series that do not agree.
    """
    wrong = unaccounted(list(files), {row["sha256"] for row in raw})
    wrong += _volumes(list(files), list(scans), {line["series_key"] for line in manifest})
    if wrong:
        more = f" and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        raise JobInputError(
            f"files in and files accounted for disagree: {'; '.join(wrong[:SHOWN])}{more}",
            "nothing was committed; run stage 2 for this date from its plan again",
        )


def unaccounted(files: Iterable[Record], expected: set[str]) -> list[str]:
    """Return a text for each expected file without just one record, and for each record of no such file."""
    seen = Counter(record["sha256"] for record in files)
    return (
        [f"file {name} is not accounted for" for name in sorted(expected - seen.keys())]
        + [f"file {name} is not among the raw files" for name in sorted(seen.keys() - expected)]
        + [f"file {name} is accounted for {n} times" for name, n in sorted(seen.items()) if n > 1]
    )


def _volumes(files: list[Record], scans: list[Record], planned: set[str]) -> list[str]:
    used = Counter(record["series_key"] for record in files if record["outcome"] == "volume")
    rows = Counter(row["series_key"] for row in scans)
    wrong = [f"series {key} has {n} volumes" for key, n in sorted(rows.items()) if n > 1]
    wrong += [f"series {key} was not planned" for key in sorted(rows.keys() - planned)]
    wrong += [f"series {key} has files but no volume" for key in sorted(used.keys() - rows.keys())]
    wrong += [
        f"series {row['series_key']} counts {row['files']} files, {used[row['series_key']]} were used"
        for row in scans
        if row["files"] != used[row["series_key"]]
    ]
    return wrong
