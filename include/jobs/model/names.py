"""The names of models, versions and outcomes, which become names of folders."""

from __future__ import annotations

import re

from jobs.base.errors import JobInputError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def checked_name(what: str, value: str) -> str:
    """Return `value`, a name of a folder.

    :raises JobInputError: it cannot be one
    """
    if not _NAME.fullmatch(value):
        raise JobInputError(
            f"{what} {value!r} cannot be a folder's name", "use letters, digits, '_' and '-', a letter first"
        )
    return value
