"""What each stored reason means and what a person does about it."""

from __future__ import annotations

from dataclasses import dataclass

from imaging.reasons import Reason


@dataclass(frozen=True)
class Words:
    """Meaning, remedy, and whether a person may release what was refused for it."""

    meaning: str
    remedy: str
    overrulable: bool = False


UNKNOWN = Words("The reason is not known to this version.", "Take the date in again with this version.")


def words_of(reason: str) -> Words:
    """Return the words of a reason as it stands in a table; one of an older or newer version is no error."""
    known = Reason.__members__.get(reason)
    if known is not None:
        return Words(known.meaning, known.remedy, known.overrulable)
    return UNKNOWN
