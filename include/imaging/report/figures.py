"""One plane as a figure: the grey picture, the outlines over it, border letters, a scale bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from imaging.report.outlines import outline
from imaging.report.pictures import Window, data_uri, grey
from imaging.report.planes import Plane

BARS_MM = (200.0, 100.0, 50.0, 20.0, 10.0, 5.0, 2.0, 1.0)
BAR_SHARE = 0.3  # of the picture's width, at most
# After Okabe and Ito 2008, lighter: distinct for colour-blind readers; a black rim serves light pictures.
OUTLINE_COLOURS = ("#ff8c1a", "#56b4e9", "#f0e442", "#e58fc0", "#2fc79a", "#e0503a")
OUTLINE_DASHES = ("", "5 3", "2 3")


@dataclass(frozen=True)
class Line:
    """How a region is drawn: its colour and its dash pattern, '' for an unbroken line."""

    colour: str
    dash: str


@dataclass(frozen=True)
class Drawn:
    """A region's cut in one plane: its label and the mask's plane, oriented as the picture."""

    label: str
    number: int
    mask: Plane


@dataclass(frozen=True)
class Figure:
    """A plane ready to be shown; a pixel keeps its true shape in mm.

    ``plane``: its values, mm per pixel and border letters. ``picture``: a data: URI. ``outlines``: SVG paths
    in pixels, each with its line. ``bar_mm``: length of the scale bar, 0 for none. ``width``, ``height``: mm.
    """

    title: str
    alternative: str
    plane: Plane
    inverted: bool
    picture: str
    outlines: Sequence[tuple[str, Line]]
    bar_mm: float
    width: float
    height: float


def figure(plane: Plane, window: Window, regions: Sequence[Drawn], title: str = "") -> Figure:
    """Return the figure of a plane with the outlines of ``regions`` that it cuts."""
    drawn = [item for item in regions if item.mask.values.any()]
    title = title or f"{plane.name}, slice {plane.index} of {plane.count}"
    left, right, top, bottom = plane.letters
    borders = f" Borders: left {left}, right {right}, top {top}, bottom {bottom}." if left else ""
    rows, columns = plane.values.shape
    width, height = columns * plane.width, rows * plane.height
    return Figure(
        title=title,
        alternative=f"{title}.{borders} Regions: {', '.join(item.label for item in drawn) or 'none'}.",
        plane=plane,
        inverted=window.inverted,
        picture=data_uri(grey(plane.values, window)),
        outlines=[(outline(item.mask.values), line_of(item.number)) for item in drawn],
        bar_mm=next((bar for bar in BARS_MM if bar <= BAR_SHARE * width), 0.0),
        width=width,
        height=height,
    )


def line_of(number: int) -> Line:
    """Return the line of region ``number`` (from 0): 18 that differ."""
    return Line(
        OUTLINE_COLOURS[number % len(OUTLINE_COLOURS)],
        OUTLINE_DASHES[number // len(OUTLINE_COLOURS) % len(OUTLINE_DASHES)],
    )
