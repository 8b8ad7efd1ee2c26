"""Elements of SVG: every text escaped, every number finite, colours by class, no style attribute.

The outer picture has no viewBox: what is across is in percent, what is up and down in pixels, so letters keep their size.
Paths stand in an inner picture that is stretched, and their strokes don't.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final, Literal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from citycoin.platform.pages.domain.charts.figures import LegendItem, Spoken
from citycoin.platform.pages.domain.charts.scales import NARROW_PX, ROOMY_PX, WIDEST_GUTTER_PX, Placed, cut, text_px

# f…: a colour of pages.css. p-…: a pattern of components/patterns.html.
Ink = Literal["f0", "f1", "f2", "f3", "f5", "f7", "fsoft", "ftwo", "p-line", "p-dot", "p-two", "p-gray"]
Stroke = Literal["l1", "l2", "lq"]
Anchor = Literal["start", "middle", "end"]
EMPTY: Final = SafeString("")


def number(value: float) -> str:
    """Two decimals at most. Raises ValueError for what is no number."""
    if not math.isfinite(value):
        raise ValueError(f"a picture has no place at {value}")
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")  # + 0.0: no minus before a zero


def joined(parts: Iterable[SafeString]) -> SafeString:
    """Parts one after the other."""
    return format_html_join("", "{}", ((part,) for part in parts))


def painted(ink: Ink) -> SafeString:
    """The attribute that paints an element."""
    return format_html('fill="url(#{})"', ink) if ink.startswith("p-") else format_html('class="{}"', ink)


def titled(title: str) -> SafeString:
    """What a mouse reads over an element."""
    return format_html("<title>{}</title>", title) if title else EMPTY


def box(x: float, y: float, width: float, height: float, ink: Ink, *, title: str = "", radius: float = 0) -> SafeString:
    """A rectangle: x and width in percent, the others in pixels."""
    rounded = format_html(' rx="{}"', number(radius)) if radius else EMPTY
    return format_html(
        '<rect x="{}%" y="{}" width="{}%" height="{}"{} {}>{}</rect>',
        number(x), number(y), number(width), number(height), rounded, painted(ink), titled(title),
    )  # fmt: skip


def across(y: float, kind: str, *, start: float = 0, end: float = 100) -> SafeString:
    """A horizontal line: ends in percent, height in pixels."""
    return format_html(
        '<line x1="{}%" x2="{}%" y1="{}" y2="{}" class="{}"/>', number(start), number(end), number(y), number(y), kind
    )


def upright(x: float, top: float, bottom: float, kind: str) -> SafeString:
    """A vertical line: place in percent, ends in pixels."""
    return format_html(
        '<line x1="{}%" x2="{}%" y1="{}" y2="{}" class="{}"/>', number(x), number(x), number(top), number(bottom), kind
    )


def dot(x: float, y: float, ink: Ink, *, title: str = "", radius: float = 5) -> SafeString:
    """A point: x in percent, the others in pixels."""
    return format_html(
        '<circle cx="{}%" cy="{}" r="{}" {}>{}</circle>',
        number(x),
        number(y),
        number(radius),
        painted(ink),
        titled(title),
    )


def letters(text: str, x: str, y: float, *, anchor: str = "start", kind: str = "") -> SafeString:
    """One line of text at ``x`` (``12%``, or pixels, which may lie in the gutter at the left)."""
    anchored = format_html(' text-anchor="{}"', anchor) if anchor != "start" else EMPTY
    classed = format_html(' class="{}"', kind) if kind else EMPTY
    return format_html('<text x="{}" y="{}"{}{}>{}</text>', x, number(y), anchored, classed, text)


def placed(text: str, at: Placed, y: float, *, kind: str = "") -> SafeString:
    """One line of text over its place of the horizontal axis."""
    return letters(text, f"{number(at.at)}%", y, anchor=at.anchor, kind=kind)


def fitted(
    text: str, x: str, y: float, *, narrow_px: float, roomy_px: float, anchor: str = "start", kind: str = ""
) -> SafeString:
    """One line of text that is cut to its room: to ``narrow_px``, and in a roomy figure to ``roomy_px``."""
    short, long = cut(text, narrow_px), cut(text, roomy_px)
    if short == long:
        return letters(short, x, y, anchor=anchor, kind=kind)
    return letters(short, x, y, anchor=anchor, kind=f"{kind} tight".strip()) + letters(
        long, x, y, anchor=anchor, kind=f"{kind} roomy".strip()
    )


def stretched(parts: Iterable[SafeString], *, width: float, height: float) -> SafeString:
    """An inner picture for paths: ``width`` units across are the whole width, a unit down is a pixel."""
    return format_html(
        '<svg width="100%" height="{}" viewBox="0 0 {} {}" preserveAspectRatio="none">{}</svg>',
        number(height), number(width), number(height), joined(parts),
    )  # fmt: skip


def polyline(points: Iterable[tuple[float, float]], kind: Stroke) -> SafeString:
    """A line in an inner picture."""
    return format_html('<polyline points="{}" class="{}"/>', _points(points), kind)


def polygon(points: Iterable[tuple[float, float]], ink: Ink) -> SafeString:
    """An area in an inner picture."""
    return format_html('<polygon points="{}" {}/>', _points(points), painted(ink))


def path(d: str, ink: Ink, *, title: str = "") -> SafeString:
    """An area with curves in an inner picture; ``d`` is made of numbers only."""
    return format_html('<path d="{}" {}>{}</path>', d, painted(ink), titled(title))


def picture(parts: Iterable[SafeString], *, height: float, alternative: str, kind: str = "") -> SafeString:
    """The outer picture, which is one image to a screen reader."""
    return format_html(
        '<svg class="{}" width="100%" height="{}" role="img" aria-label="{}">{}</svg>',
        f"chart {kind}".strip(), number(height), alternative, joined(parts),
    )  # fmt: skip


def legend_box(ink: Ink, text: Spoken) -> LegendItem:
    """A square of the colour or pattern."""
    swatch = format_html(
        '<svg class="swatch" width="16" height="16" aria-hidden="true"><rect width="16" height="16" {}/></svg>',
        painted(ink),
    )
    return LegendItem(swatch, str(text))


def legend_line(stroke: Stroke, text: Spoken) -> LegendItem:
    """A piece of the line."""
    swatch = format_html(
        '<svg class="swatch" width="26" height="16" aria-hidden="true"><line x1="1" x2="25" y1="8" y2="8" class="{}"/></svg>',
        stroke,
    )
    return LegendItem(swatch, str(text))


def gutter(labels: Iterable[str]) -> int:
    """The pixels at the left that the labels of the vertical axis need: 32, 48, 64 or 80, each a class of pages.css."""
    needed = max((text_px(label) for label in labels), default=0) + 8
    return next((room for room in (32, 48, 64) if needed <= room), WIDEST_GUTTER_PX)


def room(gutter_px: int) -> tuple[float, float]:
    """How wide a plot is at least, in a narrow and in a roomy figure."""
    return NARROW_PX - gutter_px, ROOMY_PX - gutter_px


def sentence(text: Spoken, *, height: float) -> SafeString:
    """What a picture without anything says in its middle."""
    return letters(str(text), "50%", height / 2, anchor="middle")


def _points(points: Iterable[tuple[float, float]]) -> SafeString:
    return mark_safe(" ".join(f"{number(x)},{number(y)}" for x, y in points))  # noqa: S308 – numbers only
