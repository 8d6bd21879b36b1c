"""Write the report of a converted folder: index.html, and page-2.html on when there are many volumes.

Markup is in ``templates/`` alone; Jinja2 escapes every value that they print.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from imaging.output.converted import Contents, VolumeFiles, read_contents
from imaging.reasons import Reason
from imaging.report.cards import Card, card
from imaging.report.formatting import fact, number, pairs, plural, printable
from imaging.report.refusals import Refused, refused_by_reason

INDEX = "index.html"
VOLUMES_A_PAGE = 200
BYTES_A_PAGE = 24_000_000  # of pictures and outlines


@dataclass(frozen=True)
class Overview:
    """The conversion in one look; files in = used + refused.

    ``kinds``: volumes by (modality, units), ``lost_regions``: drawn regions without a mask, by reason; both
    with the most frequent first. ``unrecorded``: volumes that no record names.
    """

    files: int
    used: int
    volumes: int
    masks: int
    refused: Sequence[Refused]
    kinds: Sequence[tuple[tuple[str, str], int]]
    lost_regions: Sequence[tuple[str, int]]
    unrecorded: Sequence[str]


def write_report(out: Path) -> Path:
    """Write the pages of the folder ``out`` that ``convert`` wrote; return the path of index.html.

    Pages of an earlier report are replaced.

    :raises OSError: when there are no records to read
    :raises ValueError: when the records are no list
    """
    contents = read_contents(out)
    pages = list(_pages(contents.volumes)) or [[]]
    names = [INDEX, *(f"page-{page}.html" for page in range(2, len(pages) + 1))]
    template = environment().get_template("page.html.j2")
    overview = overview_of(contents)
    for page, (name, cards) in enumerate(zip(names, pages, strict=True), start=1):
        text = template.render(page=page, names=names, cards=cards, overview=overview)
        (out / name).write_text(text, encoding="utf-8")
    for stale in set(out.glob("page-*.html")) - {out / name for name in names}:
        stale.unlink()
    return out / INDEX


def environment() -> Environment:
    """Return the environment of the templates: it escapes what they print, and refuses an unknown name."""
    made = Environment(
        loader=PackageLoader("imaging.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=printable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(fact=fact, number=number, pairs=pairs, plural=plural)
    made.globals["known_reasons"] = {reason.value: reason for reason in Reason}
    return made


def overview_of(contents: Contents) -> Overview:
    """Count what came in and what became of it."""
    refused = refused_by_reason(contents.entries)
    records = [volume.record for volume in contents.volumes]
    kinds = Counter((str(item.get("modality", "?")), str(item.get("units", "?"))) for item in records)
    regions = [item for volume in contents.volumes for item in volume.regions]
    return Overview(
        files=len(contents.entries),
        used=len(contents.entries) - sum(item.files for item in refused),
        volumes=len(contents.volumes),
        masks=sum(len(volume.masks) for volume in contents.volumes),
        refused=refused,
        kinds=kinds.most_common(),
        lost_regions=Counter(str(item["reason"]) for item in regions if item.get("reason")).most_common(),
        unrecorded=contents.unrecorded,
    )


def _pages(volumes: Sequence[VolumeFiles]) -> Iterator[list[Card]]:
    """Yield the cards of each page, split by number of volumes and by bytes."""
    cards: list[Card] = []
    for volume in volumes:
        cards.append(card(volume))
        if len(cards) == VOLUMES_A_PAGE or sum(item.views.size for item in cards) > BYTES_A_PAGE:
            yield cards
            cards = []
    if cards:
        yield cards
