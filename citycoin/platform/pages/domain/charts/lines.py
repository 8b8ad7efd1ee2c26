"""Lines over time: with a band and a day on which it ends, many small ones, and a sparkline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString

from citycoin.foundation.bilingual import Words
from citycoin.foundation.sums import compact_won, exact_won, short_won
from citycoin.platform.pages.domain.charts import scales, svg
from citycoin.platform.pages.domain.charts.figures import (
    HIDDEN,
    HIDDEN_SHORT,
    NOTHING,
    Cell,
    Chart,
    Heading,
    LegendItem,
    Spoken,
    table,
    written,
)

UNITS: Final = 1000
TOP_PX: Final = 44.0
PLOT_PX: Final = 168.0
AXIS_PX: Final = 28.0
SPARK_PX: Final = 40.0
SMALL_PX: Final = 64.0
SMALL_ROOM_PX: Final = 108


@dataclass(frozen=True, slots=True)
class Point:
    """Won at a place of the horizontal axis, such as a day's ordinal; None is hidden, and the line breaks there."""

    at: int
    label: Spoken
    won: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """A line and what it is called."""

    name: Spoken
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """From ``low`` to ``high`` at a place of the horizontal axis."""

    at: int
    label: Spoken
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Band:
    """An area between two lines, such as what is likely."""

    name: Spoken
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place of the horizontal axis that has something to say: ``label``, and below it ``note``."""

    at: int
    label: Spoken
    note: Spoken = ""


@dataclass(frozen=True, slots=True)
class Small:
    """One of many small pictures that share a scale."""

    name: Spoken
    points: tuple[Point, ...]


def line(
    heading: Heading,
    main: Line,
    *,
    first: Spoken,
    second: Line | None = None,
    forecast: Line | None = None,
    band: Band | None = None,
    marked: Mark | None = None,
    ends: Mark | None = None,
    dates: Sequence[Mark] = (),
) -> Chart:
    """A line with what explains it: a dashed ``second``, a ``forecast``, a ``band``, a ``marked`` point, an end.

    ``dates`` are the labels of the horizontal axis; without them those of the main line's points are used.
    Whatever is drawn is in the table, whose first column ``first`` heads.
    """
    lines: list[tuple[Line, svg.Stroke]] = [(main, "l1")]
    lines += [(second, "lq")] if second else []
    lines += [(forecast, "l2")] if forecast else []
    plot = _Plot([each for each, _ in lines], band, [mark for mark in (marked, ends) if mark], dates)
    rows = _rows([each for each, _ in lines], band)
    alternative = _in_short(heading, main, ends)
    columns: list[Spoken] = [each.name for each, _ in lines]
    if band:
        low, high = Words("{name} 낮게", "{name}, low"), Words("{name} 높게", "{name}, high")
        columns += [low.filled(name=band.name), high.filled(name=band.name)]
    return Chart(
        title=str(heading.title),
        how=str(heading.how),
        svg=plot.picture(lines, band, marked, ends, alternative),
        table=table(first, columns, rows),
        alternative=alternative,
        legend=tuple(_keys(lines, band)),
    )


def sparkline(heading: Heading, main: Line, *, first: Spoken, second: Line | None = None) -> Chart:
    """A line without axes, to stand beside a sum; ``second`` is what it is compared with."""
    both = [main, second] if second else [main]
    shown = [point.won for each in both for point in each.points if point.won is not None]
    scale = scales.Scale((min(0, *shown, 0), max(0, *shown, 0)), 5, SPARK_PX - 10)
    across = _Across([point.at for each in both for point in each.points], margin=2)
    strokes: list[SafeString] = []
    if second:
        strokes += _stretches(second, across, scale, "lq")
    strokes += _stretches(main, across, scale, "l1")
    parts = [
        svg.stretched(strokes, width=UNITS, height=SPARK_PX),
        *(piece for each in both for piece in _gaps(each, across, scale)),
        *_last_dot(main, across, scale),
    ]
    alternative = _in_short(heading, main, None)
    if not shown:
        parts = [svg.sentence(NOTHING, height=SPARK_PX + 10)]
    return Chart(
        title=str(heading.title),
        how=str(heading.how),
        svg=svg.picture(parts, height=SPARK_PX, alternative=alternative),
        table=table(first, [each.name for each in both], _rows(both, None)),
        alternative=alternative,
        legend=tuple(_keys([(main, "l1"), (second, "lq")], None) if second else _hidden_key(both)),
    )


def small_multiples(heading: Heading, smalls: Sequence[Small], *, first: Spoken) -> Chart:
    """Small lines side by side, of one scale, each with its name and its last sum."""
    shown = [point.won for small in smalls for point in small.points if point.won is not None]
    scale = scales.Scale((min(0, *shown, 0), max(0, *shown, 0)), 48, SMALL_PX)
    across = _Across([point.at for small in smalls for point in small.points], margin=4)
    drawn = svg.joined(_small(small, across, scale) for small in smalls)
    largest = max(shown, default=0)
    said = Words(
        "{count}개 그림을 같은 눈금으로 그렸고, 가장 높은 곳은 {largest}이에요.",
        "{count} pictures on one scale; the highest point is {largest}.",
    ).filled(count=len(smalls), largest=exact_won(largest))
    alternative = f"{heading.title}. {said if shown else NOTHING}"
    drawn = (
        format_html('<div class="multiples" role="img" aria-label="{}">{}</div>', alternative, drawn)
        if smalls
        else svg.picture([svg.sentence(NOTHING, height=SMALL_PX)], height=SMALL_PX, alternative=alternative)
    )
    lines = [Line(small.name, small.points) for small in smalls]
    return Chart(
        title=str(heading.title),
        how=str(heading.how),
        svg=drawn,
        table=table(first, [small.name for small in smalls], _rows(lines, None)),
        alternative=alternative,
        legend=tuple(_hidden_key(lines)),
    )


class _Across:
    """Places of the horizontal axis in percent; ``margin`` is kept free at both ends, for dots."""

    def __init__(self, places: Sequence[int], *, margin: float) -> None:
        self.first, self.last, self.margin = min(places, default=0), max(places, default=0), margin

    def percent(self, at: int) -> float:
        """Where ``at`` lies; the middle, where there is one place only."""
        if self.last == self.first:
            return 50
        return self.margin + (at - self.first) / (self.last - self.first) * (100 - 2 * self.margin)

    def units(self, at: int) -> float:
        """The same in units of an inner picture."""
        return self.percent(at) / 100 * UNITS


class _Plot:
    def __init__(self, lines: Sequence[Line], band: Band | None, marks: Sequence[Mark], dates: Sequence[Mark]) -> None:
        ranges = band.ranges if band else ()
        sums = [point.won for each in lines for point in each.points if point.won is not None]
        self.scale = scales.Scale(
            scales.nice_ticks([*sums, *(won for each in ranges for won in (each.low, each.high))]), TOP_PX, PLOT_PX
        )
        places = [point.at for each in lines for point in each.points] + [each.at for each in ranges]
        self.across = _Across([*places, *(mark.at for mark in marks), *(date.at for date in dates)], margin=1)
        largest = max(abs(self.scale.ticks[0]), abs(self.scale.ticks[-1]))
        self.ticks = [(tick, str(compact_won(tick, beside=largest))) for tick in self.scale.ticks]
        self.gutter = svg.gutter(text for _, text in self.ticks)
        self.dates = dates or [Mark(point.at, point.label) for point in lines[0].points]
        self.empty = not sums

    def picture(
        self,
        lines: Sequence[tuple[Line, svg.Stroke]],
        band: Band | None,
        marked: Mark | None,
        ends: Mark | None,
        alternative: str,
    ) -> SafeString:
        """Grid and axis, band below lines below marks."""
        height = TOP_PX + PLOT_PX + AXIS_PX
        if self.empty:
            return svg.picture([svg.sentence(NOTHING, height=height)], height=height, alternative=alternative)
        inner: list[SafeString] = [self._band(band)] if band and band.ranges else []
        for each, stroke in reversed(lines):
            inner += _stretches(each, self.across, self.scale, stroke)
        return svg.picture(
            [
                *(svg.across(self.scale.y(tick), "grid") for tick, _ in self.ticks),
                *(svg.letters(text, "-8", self.scale.y(tick) + 5, anchor="end") for tick, text in self.ticks),
                svg.stretched(inner, width=UNITS, height=height),
                svg.across(self.scale.y(0), "axis"),
                *(piece for each, _ in lines for piece in _gaps(each, self.across, self.scale)),
                *_last_dot(lines[0][0], self.across, self.scale),
                *self._marks(lines[0][0], marked, ends),
                *self._names(),
            ],
            height=height,
            alternative=alternative,
            kind=f"gutter-{self.gutter}",
        )

    def _band(self, band: Band) -> SafeString:
        there = [(self.across.units(each.at), self.scale.y(each.high)) for each in band.ranges]
        back = [(self.across.units(each.at), self.scale.y(each.low)) for each in reversed(band.ranges)]
        return svg.polygon([*there, *back], "p-two")

    def _marks(self, main: Line, marked: Mark | None, ends: Mark | None) -> list[SafeString]:
        """What is marked has a dot on the line and its words at the top; an end has a stroke down to the axis."""
        drawn: list[SafeString] = []
        if marked:
            on = next((point.won for point in main.points if point.at == marked.at), None)
            drawn += [self._words(marked, avoiding=ends)]
            if on is not None:
                drawn.append(svg.dot(self.across.percent(marked.at), self.scale.y(on), "f1", radius=4))
        if ends:
            x = self.across.percent(ends.at)
            drawn += [svg.upright(x, TOP_PX + 4, self.scale.y(0), "l2"), self._words(ends, avoiding=None)]
        return drawn

    def _words(self, mark: Mark, *, avoiding: Mark | None) -> SafeString:
        """Two lines at the top. Where they would meet those of the end, they are for roomy figures only."""
        placed = self._placed(mark)
        kind = ""
        if avoiding:
            other = self._placed(avoiding)
            meets = [
                max(a[0], b[0]) < min(a[1], b[1]) + scales.GAP_PX
                for a, b in ((placed.span_px(px), other.span_px(px)) for px in svg.room(self.gutter))
            ]
            if all(meets):
                return svg.EMPTY
            kind = " roomy" if meets[0] else ""
        return svg.placed(str(mark.label), placed, 16, kind=f"strong halo{kind}") + svg.placed(
            str(mark.note), placed, 35, kind=f"halo{kind}"
        )

    def _placed(self, mark: Mark) -> scales.Placed:
        width = max(scales.text_px(str(mark.label)) * 1.05, scales.text_px(str(mark.note)))
        return scales.Placed(self.across.percent(mark.at), width)

    def _names(self) -> list[SafeString]:
        labels = [str(date.label) for date in self.dates]
        placed = [
            scales.Placed(self.across.percent(date.at), scales.text_px(label))
            for date, label in zip(self.dates, labels, strict=True)
        ]
        narrow_px, roomy_px = svg.room(self.gutter)
        always, roomy = scales.thinned(placed, narrow_px=narrow_px, roomy_px=roomy_px)
        return [
            svg.placed(labels[index], placed[index], TOP_PX + PLOT_PX + 22, kind="roomy" if index in roomy else "")
            for index in sorted(always | roomy)
        ]


def _stretches(each: Line, across: _Across, scale: scales.Scale, stroke: svg.Stroke) -> list[SafeString]:
    """The line, broken where a point is hidden; a point between two hidden ones is a short stroke."""
    drawn = []
    for hidden, run in groupby(each.points, key=lambda point: point.won is None):
        points = [(across.units(point.at), scale.y(point.won)) for point in run if point.won is not None]
        if hidden:
            continue
        if len(points) == 1:
            (x, y), half = points[0], UNITS / 100
            points = [(max(0.0, x - half), y), (min(float(UNITS), x + half), y)]
        drawn.append(svg.polyline(points, stroke))
    return drawn


def _gaps(each: Line, across: _Across, scale: scales.Scale) -> list[SafeString]:
    """A low piece on the axis where a point is hidden, of the same height whatever it hides."""
    return [
        svg.box(
            across.percent(point.at) - 1, max(0.0, scale.y(0) - 14), 2, 14, "p-gray", title=f"{point.label} {HIDDEN}"
        )
        for point in each.points
        if point.won is None
    ]


def _last_dot(each: Line, across: _Across, scale: scales.Scale) -> list[SafeString]:
    last = next((point for point in reversed(each.points) if point.won is not None), None)
    if last is None or last.won is None:
        return []
    return [
        svg.dot(across.percent(last.at), scale.y(last.won), "f1", title=f"{last.label} {written(last.won)}", radius=4.5)
    ]


def _small(small: Small, across: _Across, scale: scales.Scale) -> SafeString:
    name, last = str(small.name), small.points[-1] if small.points else None
    said = "" if last is None else str(HIDDEN_SHORT if last.won is None else short_won(last.won, unit=False))
    parts = [
        svg.letters(scales.cut(name, SMALL_ROOM_PX), "0", 15, kind="strong"),
        svg.letters(scales.cut(said, SMALL_ROOM_PX), "0", 35, kind="ink"),
        svg.across(scale.y(0), "axis"),
        svg.stretched(_stretches(Line(name, small.points), across, scale, "l1"), width=UNITS, height=48 + SMALL_PX + 4),
        *_gaps(Line(name, small.points), across, scale),
        *_last_dot(Line(name, small.points), across, scale),
    ]
    if small.points:
        # The two ends of the axis say from when to when; there is no room for more.
        ends = [scales.cut(str(point.label), SMALL_ROOM_PX / 2 - 4) for point in (small.points[0], small.points[-1])]
        parts.append(svg.letters(ends[0], "0", 48 + SMALL_PX + 22))
        if len(small.points) > 1:
            parts.append(svg.letters(ends[1], "100%", 48 + SMALL_PX + 22, anchor="end"))
    return format_html(
        '<svg class="chart" width="100%" height="{}" aria-hidden="true">{}</svg>',
        svg.number(48 + SMALL_PX + 28), svg.joined(parts),
    )  # fmt: skip


def _rows(lines: Sequence[Line], band: Band | None) -> list[tuple[Spoken, tuple[Cell, ...]]]:
    """A row for each place that anything is drawn at; an empty cell where a line has no point."""
    labels: dict[int, Spoken] = {}
    for each in lines:
        labels = {**{point.at: point.label for point in each.points}, **labels}
    ranges = {each.at: each for each in (band.ranges if band else ())}
    labels = {**{at: each.label for at, each in ranges.items()}, **labels}
    by_place = [{point.at: point.won for point in each.points} for each in lines]
    rows: list[tuple[Spoken, tuple[Cell, ...]]] = []
    for at in sorted(labels):
        cells: tuple[Cell, ...] = tuple(sums.get(at, "") for sums in by_place)
        if band:
            cells += (ranges[at].low, ranges[at].high) if at in ranges else ("", "")
        rows.append((labels[at], cells))
    return rows


def _keys(lines: Sequence[tuple[Line, svg.Stroke]], band: Band | None) -> list[LegendItem]:
    return [
        *(svg.legend_line(stroke, each.name) for each, stroke in lines),
        *([svg.legend_box("p-two", band.name)] if band else []),
        *_hidden_key([each for each, _ in lines]),
    ]


def _hidden_key(lines: Sequence[Line]) -> list[LegendItem]:
    hidden = any(point.won is None for each in lines for point in each.points)
    return [svg.legend_box("p-gray", HIDDEN)] if hidden else []


def _in_short(heading: Heading, main: Line, ends: Mark | None) -> str:
    shown = [(point.label, point.won) for point in main.points if point.won is not None]
    if not shown:
        return f"{heading.title}. {NOTHING}"
    (begin, from_won), (end, to_won) = shown[0], shown[-1]
    said = Words(
        "{name}: {begin} {from_won}, {end} {to_won}.",
        "{name}: {from_won} at {begin}, {to_won} at {end}.",
    ).filled(name=main.name, begin=begin, from_won=exact_won(from_won), end=end, to_won=exact_won(to_won))
    return f"{heading.title}. {said}{f' {ends.label} {ends.note}'.rstrip() if ends else ''}"
