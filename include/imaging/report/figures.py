"""One plane as a figure: the grey picture, the outlines over it, border letters, a scale bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from imaging.report.formatting import escape
from imaging.report.outlines import outline
from imaging.report.pictures import Window, data_uri, grey
from imaging.report.planes import Plane
from imaging.report.style import OUTLINE_COLOURS, OUTLINE_DASHES

BARS_MM = (200.0, 100.0, 50.0, 20.0, 10.0, 5.0, 2.0, 1.0)
BAR_PART = 0.3  # of the picture's width, at most


@dataclass(frozen=True)
class Drawn:
    """A region's cut in one plane: its label and the mask's plane, oriented as the picture."""

    label: str
    number: int
    mask: Plane


def figure(plane: Plane, window: Window, regions: Sequence[Drawn], title: str = "") -> str:
    """Return the <figure> of a plane with the outlines of ``regions``; a pixel keeps its true shape in mm."""
    rows, columns = plane.values.shape
    width, height = columns * plane.width, rows * plane.height
    drawn = [item for item in regions if item.mask.values.any()]
    what = title or f"{plane.name}, slice {plane.index} of {plane.count}"
    seen = ", ".join(item.label for item in drawn) or "none"
    left, right, top, bottom = plane.letters
    borders = f" Borders: left {left}, right {right}, top {top}, bottom {bottom}." if left else ""
    alt = f"{what}.{borders} Regions: {seen}."
    paths = "".join(_path(item, plane) for item in drawn)
    return (
        f'<figure><div class="plane{" white" if window.inverted else ""}">'
        f'<b class="t">{top}</b><b class="l">{left}</b><b class="r">{right}</b><b class="b">{bottom}</b>'
        f'<svg viewBox="0 0 {width:.4f} {height:.4f}" role="img" aria-label="{escape(alt)}">'
        f'<image width="{width:.4f}" height="{height:.4f}" preserveAspectRatio="none" '
        f'href="{data_uri(grey(plane.values, window))}"/>{paths}{_bar(width, height)}</svg></div>'
        f"<figcaption>{escape(what)}{_bar_words(width)}</figcaption></figure>"
    )


def colour(number: int) -> tuple[str, str]:
    """Return the colour and the dash pattern of region ``number`` (from 0): 18 that differ."""
    return (
        OUTLINE_COLOURS[number % len(OUTLINE_COLOURS)],
        OUTLINE_DASHES[number // len(OUTLINE_COLOURS) % len(OUTLINE_DASHES)],
    )


def swatch(number: int) -> str:
    """Return the legend's sample of a region's line."""
    shade, dash = colour(number)
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    line = f'<path d="M1 6h28" stroke="{shade}" stroke-width="4"{dashes}/>'
    return f'<svg viewBox="0 0 30 12" aria-hidden="true">{line}</svg>'


def _path(item: Drawn, plane: Plane) -> str:
    return _strokes(outline(item.mask.values), item.number, f"scale({plane.width:.6f} {plane.height:.6f})")


def _strokes(path: str, number: int, transform: str) -> str:
    shade, dash = colour(number)
    common: Mapping[str, str] = {
        "d": path,
        "fill": "none",
        "stroke-linecap": "butt" if dash else "square",
        "vector-effect": "non-scaling-stroke",
        "transform": transform,
    }
    shared = " ".join(f'{name}="{value}"' for name, value in common.items())
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path {shared} stroke="#000" stroke-width="2.8"/>'
        f'<path {shared} stroke="{shade}" stroke-width="1.8"{dashes}/>'
    )


def _bar_mm(width: float) -> float:
    return next((bar for bar in BARS_MM if bar <= BAR_PART * width), 0.0)


def _bar(width: float, height: float) -> str:
    length = _bar_mm(width)
    if not length:
        return ""
    line = (
        f'd="M{0.03 * width:.3f} {height - 0.03 * width:.3f}h{length:g}" vector-effect="non-scaling-stroke"'
    )
    return f'<path {line} stroke="#000" stroke-width="5"/><path {line} stroke="#fff" stroke-width="2.5"/>'


def _bar_words(width: float) -> str:
    return f" &middot; bar {_bar_mm(width):g} mm" if _bar_mm(width) else ""
