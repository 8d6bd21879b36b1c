"""Header values taken out after a file was accepted: a damaged one then refuses its series, by name."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from imaging.dicom_reading.source import Source, items, parse_errors, text


class UnreadableElementError(ValueError):
    """An element's bytes are no value of its kind; ``keyword`` names it."""

    def __init__(self, keyword: str) -> None:
        super().__init__(f"{keyword} cannot be read; export the file again")
        self.keyword = keyword


def readable_text(source: Source, keyword: str) -> str:
    """Return what ``source.text`` does; UnreadableElementError where that finds damage."""
    try:
        return text(source, keyword)
    except parse_errors() as error:
        raise UnreadableElementError(keyword) from error


def readable_items(source: Source, keyword: str, tags: Collection[int]) -> Sequence[Source]:
    """Return what ``source.items`` does; UnreadableElementError where that finds damage."""
    try:
        return items(source, keyword, tags)
    except parse_errors() as error:
        raise UnreadableElementError(keyword) from error
