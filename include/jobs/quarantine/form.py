"""Check what a person typed to overrule a refusal; every mistake has its remedy."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jobs.base.dates import checked_date
from jobs.base.errors import JobInputError
from jobs.quarantine.files import UNDATED_REMEDY, Choice
from jobs.quarantine.record import Action
from lake.folders import UNDATED

SHA256 = re.compile(r"[0-9a-f]{64}")


def dated(text: str) -> str:
    """Return the scan date as YYYY-MM-DD.

    :raises JobInputError: no date, or the name that stands for files without one.
    """
    if text.strip().lower() == UNDATED:
        raise JobInputError(
            "files without a usable date cannot be overruled: they belong to no scan date", UNDATED_REMEDY
        )
    return checked_date(text).isoformat()


def action_of(text: str | None) -> Action:
    """Return the action; an empty text stands for `release`.

    :raises JobInputError: another text.
    """
    action = text or Action.RELEASE
    if action not in set(Action):
        raise JobInputError(f"action {action!r} is unknown", f"write {' or '.join(Action)}")
    return Action(action)


def choice_of(series_key: str | None, sha256: Sequence[str] | str | None) -> Choice:
    """Return what a person named.

    :param sha256: hashes one by one, or in one text
    :raises JobInputError: neither or both are given, or a hash is none.
    """
    series = (series_key or "").strip().lower()
    names = sha256.split() if isinstance(sha256, str) else sha256 or []
    files = tuple(name.strip().lower().removesuffix(".dcm") for name in names if name.strip())
    if bool(series) == bool(files):
        found = "both" if series else "neither"
        raise JobInputError(
            f"what is overruled is a series or files, and {found} was given",
            "give `series_key`, or `sha256` with one hash a line; `make quarantine DATE=...` lists them",
        )
    if wrong := [name for name in files if not SHA256.fullmatch(name)]:
        raise JobInputError(
            f"{wrong[0]!r} is no SHA-256", "give the 64 hex digits that `make quarantine DATE=...` shows"
        )
    return Choice(series, files)


def one_line(text: str | None, name: str, length: int) -> str:
    """Return a text for the record with single spaces.

    :raises JobInputError: it is empty or longer than `length` characters.
    """
    line = " ".join((text or "").split())
    if not line or len(line) > length or not line.isprintable():
        raise JobInputError(
            f"`{name}` has {len(line)} characters or some that cannot be printed",
            f"write 1 to {length} characters; the text is stored, so name no patient in it",
        )
    return line
