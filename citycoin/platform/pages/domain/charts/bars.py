"""Bars: standing, stacked and lying."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.safestring import SafeString

from citycoin.foundation.bilingual import Words
from citycoin.foundation.sums import compact_won, exact_won, short_won
from citycoin.platform.pages.domain.charts import scales, svg
from citycoin.platform.pages.domain.charts.figures import (
    ALL_ZERO,
    HIDDEN,
    HIDDEN_SHORT,
    NOTHING,
    Chart,
    Heading,
    LegendItem,
    Spoken,
    table,
    written,
)

# A sum that isn't zero is seen, however large its neighbour is.
LEAST_PX: Final = 2.0
LEAST_PERCENT: Final = 0.8
HIDDEN_PX: Final = 14.0
HIDDEN_PERCENT: Final = 6.0
TOP_PX: Final = 28.0
PLOT_PX: Final = 136.0
BAR_OF_SLOT: Final = 0.7
WIDEST_PERCENT: Final = 24.0
AXIS_PX: Final = 28.0
ROW_PX: Final = 52.0
WON: Final = Words("금액", "Amount")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: won below zero are refunds; None is hidden. ``beside`` is the sum that it is compared with."""

    label: Spoken
    won: int | None
    emphasis: bool = False
    beside: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What one part of each stacked bar is called, and how it is painted."""

    name: Spoken
    ink: svg.Ink


@dataclass(frozen=True, slots=True)
class Stack:
    """One stacked bar: a sum for each part, in their order; those below zero hang below the axis."""

    label: Spoken
    sums: tuple[int | None, ...]


def standing(
    heading: Heading,
    rows: Sequence[Bar],
    *,
    first: Spoken,
    column: Spoken = WON,
    beside: Spoken = "",
    emphasised: Spoken = "",
    others: Spoken = "",
) -> Chart:
    """Bars side by side, such as days or hours.

    ``first`` and ``column`` head the table; ``beside`` names what is compared with (a stroke over each bar);
    ``emphasised`` and ``others`` explain the two colours, where rows are emphasised.
    """
    compared = [row.beside for row in rows if beside and row.beside is not None]
    plot = _Plot([str(row.label) for row in rows], [*_shown(row.won for row in rows), *compared])
    drawn = [_standing_bar(plot, place, row, some=any(row.emphasis for row in rows)) for place, row in enumerate(rows)]
    strokes = [
        svg.across(
            plot.scale.y(row.beside), "l2", start=plot.left(place, 0.96), end=plot.left(place, 0.96) + plot.slot * 0.96
        )
        for place, row in enumerate(rows)
        if beside and row.beside is not None
    ]
    alternative = _in_short(heading, [(row.label, row.won) for row in rows])
    keys = [
        *([svg.legend_box("f1", emphasised)] if emphasised else []),
        *([svg.legend_box("f5", others)] if others else []),
        *([svg.legend_line("l2", beside)] if beside else []),
        *([svg.legend_box("p-two", Words("돌려준 돈", "Refunded"))] if any(won < 0 for won in plot.sums) else []),
        *_hidden_key(row.won for row in rows),
    ]
    emphasis = [place for place, row in enumerate(rows) if row.emphasis]
    return Chart(
        title=str(heading.title),
        how=str(heading.how),
        svg=plot.picture([*drawn, *strokes, _highest(plot, rows, compared)], alternative, emphasis),
        table=table(
            first,
            [column, beside] if beside else [column],
            [
                (row.label, (row.won, "" if row.beside is None else row.beside) if beside else (row.won,))
                for row in rows
            ],
        ),
        alternative=alternative,
        legend=tuple(keys),
    )


def stacked(heading: Heading, parts: Sequence[Part], rows: Sequence[Stack], *, first: Spoken) -> Chart:
    """Standing bars of several parts. Raises ValueError for a row that hasn't one sum for each part."""
    for row in rows:
        if len(row.sums) != len(parts):
            raise ValueError(f"{row.label}: {len(row.sums)} sums for {len(parts)} parts")
    ends = [end for row in rows for end in (_sum_of(row, above=True), _sum_of(row, above=False))]
    plot = _Plot([str(row.label) for row in rows], ends)
    drawn = [piece for place, row in enumerate(rows) for piece in _stack(plot, place, parts, row)]
    alternative = _in_short(heading, [(row.label, sum(_shown(row.sums))) for row in rows])
    return Chart(
        title=str(heading.title),
        how=str(heading.how),
        svg=plot.picture(drawn, alternative, []),
        table=table(first, [part.name for part in parts], [(row.label, row.sums) for row in rows]),
        alternative=alternative,
        legend=(
            *(svg.legend_box(part.ink, part.name) for part in parts),
            *_hidden_key(won for row in rows for won in row.sums),
        ),
    )


def lying(heading: Heading, rows: Sequence[Bar], *, first: Spoken, column: Spoken = WON) -> Chart:
    """Bars one below the other, each under its name and its sum, such as categories or districts."""
    sums = _shown(row.won for row in rows)
    scale = scales.Scale((min(0, *sums, 0), max(0, *sums, 0)), 0, 0)
    height = max(ROW_PX, len(rows) * ROW_PX - 14)
    parts = [piece for place, row in enumerate(rows) for piece in _lying_bar(scale, place, row, rows)]
    if any(won < 0 for won in sums):
        zero = scale.share(0) * 100
        parts += [svg.upright(zero, place * ROW_PX + 20, place * ROW_PX + 40, "axis") for place in range(len(rows))]
    alternative = _in_short(heading, [(row.label, row.won) for row in rows])
    return Chart(
        title=str(heading.title),
        how=str(heading.how),
        svg=svg.picture(parts or [svg.sentence(NOTHING, height=height)], height=height, alternative=alternative),
        table=table(first, [column], [(row.label, (row.won,)) for row in rows]),
        alternative=alternative,
        legend=tuple(_hidden_key(row.won for row in rows)),
    )


class _Plot:
    """Where standing bars go: slots across in percent, won up and down in pixels."""

    def __init__(self, labels: Sequence[str], sums: Sequence[int]) -> None:
        self.sums = sums
        self.scale = scales.Scale(scales.nice_ticks(sums), TOP_PX, PLOT_PX)
        self.slot = 100 / max(1, len(labels))
        self.share = min(BAR_OF_SLOT, WIDEST_PERCENT / self.slot)
        largest = max(abs(self.scale.ticks[0]), abs(self.scale.ticks[-1]))
        self.ticks = [(tick, str(compact_won(tick, beside=largest))) for tick in self.scale.ticks]
        self.gutter = svg.gutter(text for _, text in self.ticks)
        self.narrow_px, self.roomy_px = svg.room(self.gutter)
        most = self.narrow_px / min(3, max(1, len(labels))) - scales.GAP_PX
        self.labels = [scales.cut(label, most) for label in labels]

    def left(self, place: int, share: float) -> float:
        """Where a bar that takes ``share`` of its slot begins."""
        return (place + (1 - share) / 2) * self.slot

    def bar(self, place: int, low: int, high: int, ink: svg.Ink, *, title: str) -> SafeString:
        """A bar from one sum to another, at least two pixels high unless it is nothing."""
        top, bottom = self.scale.y(high), self.scale.y(low)
        height = max(bottom - top, LEAST_PX) if high > low else 0.0
        y = bottom - height if low >= 0 else top
        return svg.box(self.left(place, self.share), y, self.share * self.slot, height, ink, title=title)

    def hidden(self, place: int, title: str) -> SafeString:
        """A low piece on the axis, of the same height whatever it hides."""
        return svg.box(
            self.left(place, self.share),
            self.scale.y(0) - HIDDEN_PX,
            self.share * self.slot,
            HIDDEN_PX,
            "p-gray",
            title=title,
        )

    def picture(self, drawn: Sequence[SafeString], alternative: str, emphasised: Sequence[int]) -> SafeString:
        """Grid, bars, axis and labels; a sentence where there is nothing."""
        height = TOP_PX + PLOT_PX + AXIS_PX
        if not self.labels:
            return svg.picture([svg.sentence(NOTHING, height=height)], height=height, alternative=alternative)
        grid = [svg.across(self.scale.y(tick), "grid") for tick, _ in self.ticks]
        ticks = [svg.letters(text, "-8", self.scale.y(tick) + 5, anchor="end") for tick, text in self.ticks]
        zero = svg.across(self.scale.y(0), "axis")
        none = [] if any(self.sums) else [svg.sentence(ALL_ZERO, height=TOP_PX + PLOT_PX)]
        return svg.picture(
            [*grid, *ticks, *drawn, zero, *none, *self._names(emphasised)],
            height=height,
            alternative=alternative,
            kind=f"gutter-{self.gutter}",
        )

    def _names(self, emphasised: Sequence[int]) -> list[SafeString]:
        chosen = list(emphasised) or list(range(len(self.labels)))
        placed = [scales.Placed((place + 0.5) * self.slot, scales.text_px(self.labels[place])) for place in chosen]
        always, roomy = scales.thinned(placed, narrow_px=self.narrow_px, roomy_px=self.roomy_px)
        return [
            self._name(self.labels[chosen[index]], placed[index], roomy=index in roomy, strong=bool(emphasised))
            for index in sorted(always | roomy)
        ]

    def _name(self, label: str, at: scales.Placed, *, roomy: bool, strong: bool) -> SafeString:
        kind = " ".join(word for word, said in (("strong", strong), ("roomy", roomy)) if said)
        return svg.placed(label, at, TOP_PX + PLOT_PX + 22, kind=kind)


def _standing_bar(plot: _Plot, place: int, row: Bar, *, some: bool) -> SafeString:
    title = f"{row.label} {written(row.won)}"
    if row.won is None:
        return plot.hidden(place, title)
    ink: svg.Ink = "p-two" if row.won < 0 else "f5" if some and not row.emphasis else "f1"
    return plot.bar(place, min(0, row.won), max(0, row.won), ink, title=title)


def _highest(plot: _Plot, rows: Sequence[Bar], compared: Sequence[int]) -> SafeString:
    """The largest sum is written over its bar and over every stroke, so that one can be read without the axis."""
    top = max(((row.won, -place) for place, row in enumerate(rows) if row.won), default=(0, 0))
    if top[0] <= 0:
        return svg.EMPTY
    text = str(short_won(top[0]))
    at = scales.Placed((-top[1] + 0.5) * plot.slot, scales.text_px(text))
    highest = min([plot.scale.y(top[0]), *map(plot.scale.y, compared)])
    return svg.placed(text, at, highest - 8, kind="strong halo")


def _stack(plot: _Plot, place: int, parts: Sequence[Part], row: Stack) -> list[SafeString]:
    above, below, drawn = 0, 0, []
    for part, won in zip(parts, row.sums, strict=True):
        title = f"{row.label} · {part.name} {written(won)}"
        if won is None:
            drawn.append(plot.hidden(place, title))
        elif won >= 0:
            drawn.append(plot.bar(place, above, above + won, part.ink, title=title))
            above += won
        else:
            drawn.append(plot.bar(place, below + won, below, part.ink, title=title))
            below += won
    return drawn


def _lying_bar(scale: scales.Scale, place: int, row: Bar, rows: Sequence[Bar]) -> list[SafeString]:
    y = place * ROW_PX
    said = str(HIDDEN_SHORT if row.won is None else short_won(row.won))
    taken = scales.text_px(said) + 12
    name = svg.fitted(
        str(row.label), "0", y + 15,
        narrow_px=scales.NARROW_PX - taken, roomy_px=scales.ROOMY_PX - taken, kind="strong",
    )  # fmt: skip
    title, zero = f"{row.label} {written(row.won)}", scale.share(0) * 100
    if row.won is None:
        bar = svg.box(min(zero, 100 - HIDDEN_PERCENT), y + 23, HIDDEN_PERCENT, 14, "p-gray", title=title)
    else:
        width = max(abs(scale.share(row.won) * 100 - zero), LEAST_PERCENT) if row.won else 0.0
        start = max(0.0, zero - width) if row.won < 0 else min(zero, 100 - width)
        ink: svg.Ink = (
            "p-two" if row.won < 0 else "f5" if any(each.emphasis for each in rows) and not row.emphasis else "f1"
        )
        bar = svg.box(start, y + 23, width, 14, ink, title=title, radius=3)
    return [name, svg.letters(said, "100%", y + 15, anchor="end", kind="ink"), bar]


def _sum_of(row: Stack, *, above: bool) -> int:
    return sum(won for won in _shown(row.sums) if (won > 0) is above)


def _shown(sums: Iterable[int | None]) -> list[int]:
    return [won for won in sums if won is not None]


def _hidden_key(sums: Iterable[int | None]) -> list[LegendItem]:
    return [svg.legend_box("p-gray", HIDDEN)] if any(won is None for won in sums) else []


def _in_short(heading: Heading, rows: Sequence[tuple[Spoken, int | None]]) -> str:
    """The picture in a sentence: how many, which is the largest, and the sum of those that are shown."""
    shown = [(label, won) for label, won in rows if won is not None]
    if not shown:
        return f"{heading.title}. {NOTHING}"
    label, most = max(shown, key=lambda row: row[1])
    total = sum(won for _, won in shown)
    said = Words(
        "{count}개 가운데 {largest} {most}이 가장 크고, 모두 더하면 {total}이에요.",
        "Of {count}, {largest} is the largest with {most}; the sum is {total}.",
    ).filled(count=len(rows), largest=label, most=exact_won(most), total=exact_won(total))
    return f"{heading.title}. {said}"
