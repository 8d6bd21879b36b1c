"""Write the report of a converted folder: index.html, and page-2.html on when there are many volumes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from imaging.output.converted import Contents, VolumeFiles, read_contents
from imaging.report.cards import card
from imaging.report.formatting import escape, number, plural, table
from imaging.report.refusals import refusals, refused_by_reason
from imaging.report.style import CSS

INDEX = "index.html"
VOLUMES_A_PAGE = 200
BYTES_A_PAGE = 24_000_000
# Whatever a file name holds, the page runs no script and loads nothing.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
FOOT = (
    "<footer><p>Pictures are for checking the conversion, not for diagnosis. The page shows images, and the "
    "paths of the input files: keep it where these may be kept.</p></footer>"
)
UNRECORDED_SHOWN = 5


def write_report(out: Path) -> Path:
    """Write the pages of the folder ``out`` that ``convert`` wrote; return the path of index.html.

    Pages of an earlier report are replaced. Raises OSError or ValueError when there are no records to read.
    """
    contents = read_contents(out)
    pages = list(_pages(contents.volumes))
    linked = [_file_name(page) for page in range(1, max(len(pages), 1) + 1)]
    for page, name in enumerate(linked, start=1):
        cards = pages[page - 1] if pages else ""
        (out / name).write_text(_document(contents, cards, linked, page), encoding="utf-8")
    for stale in set(out.glob("page-*.html")) - {out / name for name in linked}:
        stale.unlink()
    return out / INDEX


def _file_name(page: int) -> str:
    return INDEX if page == 1 else f"page-{page}.html"


def _pages(volumes: Sequence[VolumeFiles]) -> Iterator[str]:
    """Yield the cards of each page, split by number of volumes and by bytes."""
    cards: list[str] = []
    for volume in volumes:
        cards.append(card(volume))
        if len(cards) == VOLUMES_A_PAGE or sum(map(len, cards)) > BYTES_A_PAGE:
            yield "".join(cards)
            cards = []
    if cards:
        yield "".join(cards)


def _document(contents: Contents, cards: str, linked: Sequence[str], page: int) -> str:
    first = page == 1
    title = "Conversion report" if first else f"Conversion report, page {page}"
    body = f'<section id="volumes"><h2>Volumes</h2>{cards or "<p>No volume was made.</p>"}</section>'
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<title>{title}</title><style>{CSS}</style></head><body>"
        f"<header><h1>{title}</h1>{_summary(contents) if first else ''}{_navigation(linked, page)}</header>"
        f"<main>{_overview(contents) if first else ''}{body}"
        f"{refusals(contents.entries) if first else ''}</main>{FOOT}</body></html>\n"
    )


def _summary(contents: Contents) -> str:
    """Say what came in and what became of it, as numbers, a bar and a table; in = used + refused."""
    total = len(contents.entries)
    refused = sum(len(items) for items in refused_by_reason(contents.entries).values())
    used = total - refused
    masks = sum(len(volume.masks) for volume in contents.volumes)
    figures = (
        (total, "files in"),
        (used, "used"),
        (refused, "refused"),
        (len(contents.volumes), "volume" if len(contents.volumes) == 1 else "volumes"),
        (masks, "region mask" if masks == 1 else "region masks"),
    )
    items = "".join(f"<li><b>{number(value)}</b>{words}</li>" for value, words in figures)
    share = 100.0 * used / total if total else 0.0
    sum_words = f"{number(total)} files in = {number(used)} used + {number(refused)} refused"
    bar = (
        f'<div class="bar" role="img" aria-label="{sum_words}"><i style="width:{share:.2f}%"></i>'
        f'<i style="width:{100.0 - share if total else 0:.2f}%"></i></div>'
    )
    return f'<ul class="figures">{items}</ul>{bar}<p>{sum_words}.</p>{_warnings(contents)}'


def _warnings(contents: Contents) -> str:
    refused_regions = Counter(
        str(item["reason"]) for volume in contents.volumes for item in volume.regions if item.get("reason")
    )
    lines = [
        f"{plural(count, 'drawn region')} gave no mask: {escape(reason)} (see their volumes)."
        for reason, count in refused_regions.most_common()
    ]
    if contents.unrecorded:
        some = ", ".join(contents.unrecorded[:UNRECORDED_SHOWN])
        count = plural(len(contents.unrecorded), "volume")
        lines.append(
            f"In the folder, but not in its records: {count}, perhaps of an earlier run, "
            f"for example {escape(some)}."
        )
    return "".join(f'<p class="bad">{line}</p>' for line in lines)


def _navigation(linked: Sequence[str], page: int) -> str:
    links = [f'<a href="{INDEX}#volumes">Volumes</a>', f'<a href="{INDEX}#refusals">Refusals</a>']
    if len(linked) > 1:
        links += [
            f'<b aria-current="page">Page {index}</b>'
            if index == page
            else f'<a href="{name}">Page {index}</a>'
            for index, name in enumerate(linked, start=1)
        ]
    return f'<nav aria-label="Pages">{"".join(links)}</nav>'


def _overview(contents: Contents) -> str:
    """List refusals by reason, and volumes by modality: the page in one look."""
    by_reason = [
        (f'<a href="#r-{escape(reason)}">{escape(reason)}</a>', number(len(items)))
        for reason, items in refused_by_reason(contents.entries).items()
    ]
    kinds = Counter(
        (str(item.record.get("modality", "?")), str(item.record.get("units", "?")))
        for item in contents.volumes
    )
    by_kind = [(escape(kind), escape(units), number(count)) for (kind, units), count in kinds.most_common()]
    return (
        '<div class="card"><div class="pair">'
        f"<div>{table('Volumes by modality', ('Modality', 'Units', 'Volumes'), by_kind)}</div>"
        f"<div>{table('Refused files by reason', ('Reason', 'Files'), by_reason)}</div></div></div>"
    )
