"""What makes a scan date due beside new and lost files: one that is read otherwise than it was before.

A row's `revision` is null while its content has been read in one way only, and else a hash of what it was
read as last. So a date whose files are read by other code with the same outcome keeps its digest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jobs.base.keys import KEY_LENGTH, files_digest, sha256

Row = Mapping[str, Any]

# What a date's volumes and quarantine are made from; its files themselves are in the digest anyway.
FACTS = (
    "reason", "sop_class", "modality", "role", "patient_key", "study_key", "series_key",
    "target_series_key", "link_reason",
)  # fmt: skip
NO_FILES = files_digest([])


def revise(rows: Iterable[dict[str, Any]], old: Iterable[Row], key_id: str) -> None:
    """Set the `revision` of linked rows, in place.

    :param old: the rows of the last index; those made under another site key do not count
    """
    known = [row for row in old if row.get("key_id") == key_id]
    before = {row["sha256"]: row for row in known if row.get("sha256")}
    # what could not be read has no content to go by: it may have been read otherwise before that
    unread = {row.get("path"): row for row in known if not row.get("sha256")}
    for row in rows:
        was = before.get(row["sha256"]) or unread.get(row["path"])
        if was is None:
            continue
        facts = [row[name] for name in FACTS]
        if facts == [was.get(name, row[name]) for name in FACTS]:
            row["revision"] = was.get("revision")
        else:
            row["revision"] = sha256(json.dumps(facts).encode())[:KEY_LENGTH]


def date_digest(rows: Iterable[Row]) -> str:
    """Hash the files of a scan date, each with its revision."""
    return files_digest(" ".join(filter(None, (row["sha256"], row.get("revision")))) for row in rows)


def emptied(
    rows: Iterable[Row], old: Iterable[Row], digests: Mapping[str, str], taken_in: Callable[[str], bool]
) -> list[str]:
    """List the dates taken in whose last file is still there and now of another date, or refused.

    Files that left the landing zone empty no date: what was taken in stays.

    :param digests: the last index's digest of each date
    """
    listed = list(rows)
    there = {row["sha256"] for row in listed}
    left = _dates(row for row in old if row.get("sha256") in there)
    left |= {day for day, digest in digests.items() if digest == NO_FILES}
    return sorted(day for day in left - _dates(listed) if taken_in(day))


def _dates(rows: Iterable[Row]) -> set[str]:
    return {row["scan_date"] for row in rows if row.get("scan_date") and not row.get("reason")}
