"""What each stored reason means and what a person does about it."""

from __future__ import annotations

from dataclasses import dataclass

from imaging.reasons import Reason


@dataclass(frozen=True)
class Explanation:
    """Meaning, remedy, and whether a person may overrule what was refused for it."""

    meaning: str
    remedy: str
    overrulable: bool = False


UNKNOWN = Explanation("The reason is not known to this version.", "Take the date in again with this version.")


def explanation_of(reason: str) -> Explanation:
    """Return the explanation of a stored reason; one of an older or newer version is no error."""
    known = Reason.__members__.get(reason)
    return Explanation(known.meaning, known.remedy, known.overrulable) if known else UNKNOWN
