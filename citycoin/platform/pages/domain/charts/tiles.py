"""A map of hand-laid squares: each district has its place in a grid, its name and its sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.safestring import SafeString

from citycoin.foundation.bilingual import Words
from citycoin.foundation.sums import compact_won, exact_won
from citycoin.platform.pages.domain.charts import scales, svg
from citycoin.platform.pages.domain.charts.figures import (
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

LINE_PX: Final = 19.0
GAP_PX: Final = 5.0
EDGE_PX: Final = 3.0
LINES: Final = 2
# From the least to the most: a colour and what is read on it.
STEPS: Final[tuple[tuple[svg.Ink, str], ...]] = (("fsoft", "ink"), ("f3", "ink"), ("f7", "inv"), ("f1", "inv"))
# In a tile's little room a sum is a number of 억 from here on.
_IN_EOK: Final = 10**7


@dataclass(frozen=True, slots=True)
class Tile:
    """A district at ``column`` and ``row``, counted from 0 at the upper left; None is hidden."""

    label: Spoken
    column: int
    row: int
    won: int | None


def tile_map(heading: Heading, tiles: Sequence[Tile], *, first: Spoken, column: Spoken) -> Chart:
    """Squares in four steps of colour, each with its sum in words, so that colour is never alone.

    Raises ValueError for two tiles in one place and for a sum below zero.
    """
    _refuse_what_cannot_be_laid(tiles)
    columns = max((tile.column for tile in tiles), default=0) + 1
    narrow_px = scales.NARROW_PX / columns - EDGE_PX
    lines = {tile: _lines(str(tile.label), narrow_px) for tile in tiles}
    tall = max((len(each) for each in lines.values()), default=1)
    height = (tall + 1) * LINE_PX + 14
    bounds = _bounds([tile.won for tile in tiles if tile.won is not None])
    drawn = [
        piece
        for tile in tiles
        for piece in _tile(tile, lines[tile], width=100 / columns, height=height, tall=tall, bounds=bounds)
    ]
    rows = max((tile.row for tile in tiles), default=0) + 1
    alternative = _in_short(heading, tiles)
    whole = rows * (height + GAP_PX) - GAP_PX
    return Chart(
        title=str(heading.title),
        how=str(heading.how),
        svg=svg.picture(
            drawn or [svg.sentence(NOTHING, height=whole)], height=whole, alternative=alternative, kind="tilemap"
        ),
        table=table(first, [column], [(tile.label, (tile.won,)) for tile in tiles]),
        alternative=alternative,
        legend=tuple(_keys(bounds, hidden=any(tile.won is None for tile in tiles))),
    )


def _refuse_what_cannot_be_laid(tiles: Sequence[Tile]) -> None:
    places = [(tile.column, tile.row) for tile in tiles]
    if len(set(places)) < len(places) or any(min(place) < 0 for place in places):
        raise ValueError("each tile has a place of its own, from 0 on")
    if any(tile.won is not None and tile.won < 0 for tile in tiles):
        raise ValueError("a tile's sum is never below zero")


def _bounds(sums: Sequence[int]) -> tuple[int, ...]:
    """The upper ends of the steps, at most four of them, of equal size."""
    return scales.nice_ticks(sums, most=len(STEPS))[1:]


def _step(won: int, bounds: Sequence[int]) -> tuple[svg.Ink, str]:
    """The colour of ``won``; fewer bounds use the upper colours, so that the most is always the darkest."""
    place = next((place for place, bound in enumerate(bounds) if won < bound), len(bounds) - 1)
    return STEPS[len(STEPS) - len(bounds) + place] if bounds else STEPS[0]


def _tile(
    tile: Tile, lines: Sequence[str], *, width: float, height: float, tall: int, bounds: Sequence[int]
) -> list[SafeString]:
    x, y = tile.column * width, tile.row * (height + GAP_PX)
    painted: tuple[svg.Ink, str] = ("p-gray", "ink halo") if tile.won is None else _step(tile.won, bounds)
    ink, kind = painted
    middle = f"{svg.number(x + width / 2)}%"
    title = f"{tile.label} {written(tile.won)}"
    top = y + (tall - len(lines)) * LINE_PX / 2 + 20
    written_lines = [*lines, str(HIDDEN_SHORT) if tile.won is None else _short(tile.won)]
    # A gap of pixels can't be taken off a percentage, so it is a hundredth of the width at each side.
    square = svg.box(x + 0.5, y, width - 1, height, ink, title=title, radius=10)
    return [
        square,
        *(
            svg.letters(text, middle, top + place * LINE_PX, anchor="middle", kind=kind)
            for place, text in enumerate(written_lines)
        ),
    ]


def _short(won: int) -> str:
    return str(compact_won(won, beside=won if won < _IN_EOK else max(won, 10**8)))


def _lines(label: str, room_px: float) -> list[str]:
    """A name in one line, or in two where it is too wide for the narrowest screen; broken at a space if it has one."""
    if scales.text_px(label) <= room_px or len(label) < LINES:
        return [label]
    middle = (len(label) + 1) // 2
    spaces = [place for place, letter in enumerate(label) if letter == " " and place]
    at = min(spaces, key=lambda place: abs(place - middle)) if spaces else middle
    return [scales.cut(part.strip(), room_px) for part in (label[:at], label[at:])]


def _keys(bounds: Sequence[int], *, hidden: bool) -> list[LegendItem]:
    said = [compact_won(bound, beside=bounds[-1]) for bound in bounds]
    inks = [ink for ink, _ in STEPS[len(STEPS) - len(bounds) :]]
    keys = []
    for place, (ink, bound) in enumerate(zip(inks, said, strict=True)):
        if len(said) == 1:
            text = Words("{most} 이하", "up to ₩{most}").filled(most=bound)
        elif place == 0:
            text = Words("{most} 미만", "under ₩{most}").filled(most=bound)
        elif place == len(said) - 1:
            text = Words("{least} 이상", "₩{least} and more").filled(least=said[place - 1])
        else:
            text = Words("{least}–{most}", "₩{least}–{most}").filled(least=said[place - 1], most=bound)
        keys.append(svg.legend_box(ink, text))
    return [*keys, *([svg.legend_box("p-gray", HIDDEN)] if hidden else [])]


def _in_short(heading: Heading, tiles: Sequence[Tile]) -> str:
    shown = [(tile.label, tile.won) for tile in tiles if tile.won is not None]
    if not shown:
        return f"{heading.title}. {NOTHING}"
    label, most = max(shown, key=lambda row: row[1])
    total = sum(won for _, won in shown)
    said = Words(
        "{count}곳 가운데 {largest} {most}이 가장 많고, 모두 더하면 {total}이에요.",
        "Of {count} districts, {largest} has the most with {most}; the sum is {total}.",
    ).filled(count=len(tiles), largest=label, most=exact_won(most), total=exact_won(total))
    return f"{heading.title}. {said}"
