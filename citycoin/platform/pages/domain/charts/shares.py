"""Shares of a whole: a meter, a ring, and thin bands for lots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi
from typing import Final

from django.utils.html import format_html

from citycoin.foundation.bilingual import Words
from citycoin.foundation.sums import exact_won
from citycoin.platform.pages.domain.charts import svg
from citycoin.platform.pages.domain.charts.figures import NOTHING, Cell, Chart, Heading, Spoken, Table, table

METER_PX: Final = 16.0
METER_EDGE_PX: Final = 4.0
LOTS_PX: Final = 16.0
LOTS_GAP_PERCENT: Final = 0.8
LEAST_LOT_PERCENT: Final = 2.0
RING_RADIUS: Final = 32.0
# What is spent first is told apart first; the last is the plain colour.
LOT_INKS: Final[tuple[svg.Ink, ...]] = ("p-dot", "p-line", "p-two", "p-gray", "f5")
OVER: Final = Words("한도를 넘은 돈", "Over the limit")
LEFT: Final = Words("남은 돈", "Left")


@dataclass(frozen=True, slots=True)
class Lot:
    """Won of one origin: ``until`` says until when they can be spent."""

    name: Spoken
    won: int
    until: Spoken


def meter(heading: Heading, *, used: int, whole: int, used_name: Spoken, whole_name: Spoken) -> Chart:
    """A band that fills: ``used`` of ``whole``. What is over is striped, behind a stroke at the limit.

    Raises ValueError for won below zero.
    """
    _refuse_below_zero(used, whole)
    scale = max(used, whole) or 1
    inside, over = min(used, whole), max(0, used - whole)
    parts = [svg.box(0, METER_EDGE_PX, 100, METER_PX, "f0", radius=8)]
    if inside:
        title = f"{used_name} {exact_won(inside)}"
        parts.append(svg.box(0, METER_EDGE_PX, inside / scale * 100, METER_PX, "f1", title=title, radius=8))
    if over:
        start = inside / scale * 100
        title = f"{OVER} {exact_won(over)}"
        parts.append(svg.box(start, METER_EDGE_PX, 100 - start, METER_PX, "p-two", title=title, radius=8))
        parts.append(svg.upright(start, 0, METER_PX + 2 * METER_EDGE_PX, "axis"))
    alternative = _share_in_words(heading, used, whole, used_name, whole_name)
    return Chart(
        title=str(heading.title),
        how=str(heading.how),
        svg=svg.picture(parts, height=METER_PX + 2 * METER_EDGE_PX, alternative=alternative),
        table=_twin(used, whole, used_name, whole_name),
        alternative=alternative,
        legend=(
            svg.legend_box("f1", f"{used_name} {exact_won(inside)}"),
            svg.legend_box("p-two", f"{OVER} {exact_won(over)}")
            if over
            else svg.legend_box("f0", f"{LEFT} {exact_won(whole - used)}"),
        ),
    )


def ring(heading: Heading, *, used: int, whole: int, used_name: Spoken, whole_name: Spoken) -> Chart:
    """A ring that closes, with its percentage inside. Raises ValueError for won below zero."""
    _refuse_below_zero(used, whole)
    share = min(1.0, used / whole) if whole else 0.0
    length = 2 * pi * RING_RADIUS
    alternative = _share_in_words(heading, used, whole, used_name, whole_name)
    circle = '<circle cx="38" cy="38" r="32" class="{}"{}/>'
    dashes = format_html(
        ' stroke-dasharray="{} {}" transform="rotate(-90 38 38)"', svg.number(share * length), svg.number(length)
    )
    parts = [format_html(circle, "ring-track", "")]
    if share:
        parts.append(format_html(circle, "ring-used", dashes))
    parts.append(svg.letters(percentage(used, whole), "38", 44, anchor="middle"))
    drawn = format_html(
        '<svg class="ring" width="76" height="76" viewBox="0 0 76 76" role="img" aria-label="{}">{}</svg>',
        alternative, svg.joined(parts),
    )  # fmt: skip
    return Chart(
        title=str(heading.title),
        how=str(heading.how),
        svg=drawn,
        table=_twin(used, whole, used_name, whole_name),
        alternative=alternative,
    )


def lots_bar(heading: Heading, lots: Sequence[Lot], *, first: Spoken, until: Spoken, column: Spoken) -> Chart:
    """Thin bands side by side, what is spent first at the left; ``legend`` has one swatch for each lot.

    Every lot can be seen, so the smallest ones are drawn a little too wide. Raises ValueError for won below zero.
    """
    _refuse_below_zero(*(lot.won for lot in lots))
    inks = [_lot_ink(place, len(lots)) for place in range(len(lots))]
    shown = [(lot, ink) for lot, ink in zip(lots, inks, strict=True) if lot.won]
    widths = visible_shares([lot.won for lot, _ in shown], gap=LOTS_GAP_PERCENT)
    parts, x = [], 0.0
    for (lot, ink), width in zip(shown, widths, strict=True):
        title = f"{lot.name} {exact_won(lot.won)}"
        parts.append(svg.box(x, 0, width, LOTS_PX, ink, title=title, radius=4))
        x += width + LOTS_GAP_PERCENT
    total = sum(lot.won for lot in lots)
    listed = ", ".join(f"{lot.name} {exact_won(lot.won)} {lot.until}".rstrip() for lot in lots)
    alternative = f"{heading.title}. {listed or NOTHING}"
    return Chart(
        title=str(heading.title),
        how=str(heading.how),
        svg=svg.picture(
            parts or [svg.box(0, 0, 100, LOTS_PX, "f0", radius=4)],
            height=LOTS_PX,
            alternative=alternative,
        ),
        table=table(
            first,
            [until, column],
            [
                *((lot.name, (str(lot.until), lot.won)) for lot in lots),
                *([(Words("모두", "All"), ("", total))] if len(lots) > 1 else []),
            ],
        ),
        alternative=alternative,
        legend=tuple(svg.legend_box(ink, lot.name) for lot, ink in zip(lots, inks, strict=True)),
    )


def visible_shares(sums: Sequence[int], *, gap: float) -> list[float]:
    """Percentages that add up to 100 with a gap between each two, in proportion but for a least width.

    Where the least width can't be had for all, all are as wide as each other. Raises ValueError for so many bands
    that the gaps leave no room.
    """
    room = 100 - gap * (len(sums) - 1)
    if room <= 0:
        raise ValueError(f"{len(sums)} bands leave no room between gaps of {gap} percent")
    least = min(LEAST_LOT_PERCENT, room / len(sums)) if sums else 0.0
    widths, narrow = [0.0] * len(sums), set[int]()
    while True:
        rest = room - least * len(narrow)
        whole = sum(won for place, won in enumerate(sums) if place not in narrow)
        widths = [least if place in narrow else won / whole * rest for place, won in enumerate(sums)]
        too_narrow = {place for place, width in enumerate(widths) if place not in narrow and width < least}
        if not too_narrow:
            return widths
        narrow |= too_narrow


def percentage(used: int, whole: int) -> str:
    """``60%``, rounded down, so that 100% is all of it; something that rounds to nothing is ``<1%``."""
    if not whole or not used:
        return "0%"
    share = used * 100 // whole
    return f"{share}%" if share else "<1%"


def _lot_ink(place: int, count: int) -> svg.Ink:
    return "f1" if place == count - 1 else LOT_INKS[place % len(LOT_INKS)]


def _twin(used: int, whole: int, used_name: Spoken, whole_name: Spoken) -> Table:
    rest: tuple[Spoken, tuple[Cell, ...]] = (OVER, (used - whole,)) if used > whole else (LEFT, (whole - used,))
    return table(Words("무엇", "What"), [Words("금액", "Amount")], [(whole_name, (whole,)), (used_name, (used,)), rest])


def _share_in_words(heading: Heading, used: int, whole: int, used_name: Spoken, whole_name: Spoken) -> str:
    said = f"{whole_name} {exact_won(whole)}, {used_name} {exact_won(used)}, {percentage(used, whole)}"
    return f"{heading.title}. {said}"


def _refuse_below_zero(*sums: int) -> None:
    if any(won < 0 for won in sums):
        raise ValueError("a share of a whole is never below zero")
