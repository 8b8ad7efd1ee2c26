"""A river: won that flow from stage to stage, what stays behind on the way, and what takes a detour.

Every stage conserves: what came in flows on or is named. It is drawn twice, lying for wide figures and standing for
narrow ones; the style sheet shows one of the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString

from citycoin.foundation.bilingual import Words
from citycoin.foundation.sums import exact_won, short_won
from citycoin.platform.pages.domain.charts import scales, svg
from citycoin.platform.pages.domain.charts.figures import NOTHING, Cell, Chart, Heading, LegendItem, Spoken, table

BAR: Final = 14.0
LEAST: Final = 1.5
UNEXPLAINED: Final = Words("아직 설명하지 못한 차이", "Not yet explained")

LYING_UNITS: Final = 1000.0
LYING_BAND_PX: Final = 220.0
LYING_ROOM_PX: Final = 720
LEAVE_PX: Final = 46.0

STANDING_UNITS: Final = 320.0
STANDING_LEFT: Final = 40.0
STANDING_BAND: Final = 160.0
STANDING_STAGE_PX: Final = 132.0
LAST_STAGE_PX: Final = 54.0


class RiverLeaks(ValueError):
    """More came out of a stage than went in; the message names the stage and the sum."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """Won that don't reach the next stage: they stay, or they are ``gone``."""

    name: Spoken
    won: int
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage with all that reached it. ``detour`` names a part that goes round before it reaches the next stage."""

    name: Spoken
    won: int
    leaves: tuple[Leaving, ...] = ()
    detour: Leaving | None = None


class _Reach(NamedTuple):
    """One stage with what is drawn after it: top to bottom the detour, what flows straight, what leaves."""

    stage: Stage
    detour: int
    straight: int
    leaves: tuple[Leaving, ...]


def river(heading: Heading, stages: Sequence[Stage], *, first: Spoken, column: Spoken) -> Chart:
    """The river of ``stages``. A rest that no leaving names is drawn as a leaving of its own, so no won is lost.

    Raises RiverLeaks where more flows out of a stage than in, and ValueError for won below zero.
    """
    reaches = _reaches(stages)
    alternative = _in_short(heading, stages)
    if any(stage.won for stage in stages):
        lying, standing = _lying(reaches, alternative), _standing(reaches, alternative)
        drawn = format_html('<div class="rivers">{}{}</div>', lying, standing)
    else:
        drawn = svg.picture([svg.sentence(NOTHING, height=96)], height=96, alternative=alternative)
    return Chart(
        title=str(heading.title),
        how=str(heading.how),
        svg=drawn,
        table=table(first, [column], _rows(reaches)),
        alternative=alternative,
        legend=tuple(_keys(reaches)),
    )


def _reaches(stages: Sequence[Stage]) -> list[_Reach]:
    reaches = []
    for place, stage in enumerate(stages):
        sums = [stage.won, *(each.won for each in stage.leaves), stage.detour.won if stage.detour else 0]
        if min(sums) < 0:
            raise ValueError(f"{stage.name}: won that flow are never below zero")
        onward = stages[place + 1].won if place + 1 < len(stages) else 0
        if place + 1 == len(stages) and not (stage.leaves or stage.detour):
            reaches.append(_Reach(stage, 0, 0, ()))
            continue
        rest = stage.won - onward - sum(each.won for each in stage.leaves)
        detour = stage.detour.won if stage.detour else 0
        if rest < 0 or detour > onward:
            raise RiverLeaks(f"{stage.name}: {max(-rest, detour - onward)} won more come out than go in")
        leaves = stage.leaves + ((Leaving(UNEXPLAINED, rest, gone=True),) if rest else ())
        reaches.append(_Reach(stage, detour, onward - detour, tuple(each for each in leaves if each.won)))
    return reaches


def _ink(leaving: Leaving) -> svg.Ink:
    return "p-gray" if leaving.gone else "p-line"


def _lying(reaches: Sequence[_Reach], alternative: str) -> SafeString:
    """From left to right, a pixel down for a share of the first stage's won."""
    most = max(reach.stage.won for reach in reaches)
    top = 64.0 if any(reach.detour for reach in reaches) else 8.0
    gap = (LYING_UNITS - BAR) / max(1, len(reaches) - 1) if len(reaches) > 1 else LYING_UNITS - BAR
    ribbons: list[SafeString] = []
    bars: list[SafeString] = []
    words: list[SafeString] = []
    bottom = top + LYING_BAND_PX + LEAST
    for place, reach in enumerate(reaches):
        x, y = place * gap, top
        height = reach.stage.won / most * LYING_BAND_PX
        bars.append(_block(x, y, BAR, max(height, LEAST), f"{reach.stage.name} {exact_won(reach.stage.won)}"))
        there = x + gap
        if reach.detour:
            thick = reach.detour / most * LYING_BAND_PX
            ribbons += _detour_lying(reach, x + BAR, there, y, thick)
            words.append(_line_of(reach.stage.detour, (x + there + BAR) / 2 / LYING_UNITS * 100, 18))
            y += thick
        straight = reach.straight / most * LYING_BAND_PX
        if reach.straight:
            at = top + reach.detour / most * LYING_BAND_PX
            ribbons.append(svg.path(_ribbon_right(x + BAR, y, there, at, max(straight, LEAST)), "f3"))
        words += _stage_words_lying(place, reach, x, y, straight or height, last=place == len(reaches) - 1)
        y += straight
        ends_at = top + LYING_BAND_PX + 14
        for leaving in reach.leaves:
            thick = leaving.won / most * LYING_BAND_PX
            end = x + BAR + 0.3 * (gap - BAR)
            title = f"{leaving.name} {exact_won(leaving.won)}"
            shape = _ribbon_right(x + BAR, y, end, ends_at, max(thick, LEAST))
            ribbons.append(svg.path(shape, _ink(leaving), title=title))
            words += _leaving_words(leaving, f"{svg.number((end + 10) / LYING_UNITS * 100)}%", ends_at, gap)
            y += thick
            ends_at += max(thick + 10, LEAVE_PX)
        bottom = max(bottom, ends_at)
    inner = svg.stretched([*ribbons, *bars], width=LYING_UNITS, height=bottom)
    return svg.picture([inner, *words], height=bottom, alternative=alternative, kind="river-h")


def _detour_lying(reach: _Reach, start: float, there: float, y: float, thick: float) -> list[SafeString]:
    """Up from the stage's top, past a small block, and down to the next stage's top."""
    up, middle = 30.0, (start + there) / 2
    thick = max(thick, LEAST)
    title = f"{reach.stage.detour.name} {exact_won(reach.detour)}" if reach.stage.detour else ""
    return [
        svg.path(_ribbon_right(start, y, middle, up, thick), "p-dot", title=title),
        svg.path(_ribbon_right(middle, up, there, y, thick), "p-dot"),
    ]


def _stage_words_lying(place: int, reach: _Reach, x: float, y: float, height: float, *, last: bool) -> list[SafeString]:
    """Name and sum in the middle of what flows on; before the last bar, since behind it is no room."""
    at = min(max(y + height / 2, y + 10), y + 100)
    name, sum_said = str(reach.stage.name), str(short_won(reach.stage.won))
    if last and place:
        percent, anchor = (x - 12) / LYING_UNITS * 100, "end"
    else:
        percent, anchor = (x + BAR + 12) / LYING_UNITS * 100, "start"
    where = f"{svg.number(percent)}%"
    return [
        svg.letters(scales.cut(name, 150), where, at, anchor=anchor, kind="strong halo"),
        svg.letters(sum_said, where, at + 19, anchor=anchor, kind="ink halo"),
    ]


def _leaving_words(leaving: Leaving, where: str, y: float, gap: float) -> list[SafeString]:
    room_px = (0.7 * gap - 20) / LYING_UNITS * LYING_ROOM_PX
    return [
        svg.letters(scales.cut(str(leaving.name), room_px), where, y + 15, kind="strong halo"),
        svg.letters(str(short_won(leaving.won)), where, y + 34, kind="ink halo"),
    ]


def _line_of(leaving: Leaving | None, percent: float, y: float) -> SafeString:
    if leaving is None:
        return svg.EMPTY
    return format_html(
        '<text x="{}%" y="{}" text-anchor="middle"><tspan class="strong">{}</tspan> <tspan class="ink">{}</tspan></text>',
        svg.number(percent), svg.number(y), str(leaving.name), str(short_won(leaving.won)),
    )  # fmt: skip


def _standing(reaches: Sequence[_Reach], alternative: str) -> SafeString:
    """From top to bottom; what leaves ends at the right, beside its name, and a detour bulges to the left."""
    most = max(reach.stage.won for reach in reaches)
    ribbons: list[SafeString] = []
    bars: list[SafeString] = []
    words: list[SafeString] = []
    y = 0.0
    for place, reach in enumerate(reaches):
        last = place == len(reaches) - 1
        width = max(reach.stage.won / most * STANDING_BAND, LEAST)
        bars.append(_block(STANDING_LEFT, y, width, BAR, f"{reach.stage.name} {exact_won(reach.stage.won)}"))
        start, x = y + BAR, STANDING_LEFT
        onward = LAST_STAGE_PX if last and not reach.leaves else max(STANDING_STAGE_PX, 84 + 48 * len(reach.leaves))
        end = start + onward
        if reach.detour:
            thick = reach.detour / most * STANDING_BAND
            ribbons += _detour_standing(reach, start, end, thick)
            x += thick
        if reach.straight:
            straight = reach.straight / most * STANDING_BAND
            ribbons.append(svg.path(_ribbon_down(x, start, x, end, max(straight, LEAST)), "f3"))
            x += straight
        words += _stage_words_standing(reach, start)
        for line, leaving in enumerate(reach.leaves):
            thick = leaving.won / most * STANDING_BAND
            stop = start + 84 + 48 * (len(reach.leaves) - 1 - line)
            title = f"{leaving.name} {exact_won(leaving.won)}"
            shape = _ribbon_down(x, start, x + 5, stop, max(thick, LEAST))
            ribbons.append(svg.path(shape, _ink(leaving), title=title))
            words += _leaving_words_standing(leaving, stop)
            x += thick
        y = end
    inner = svg.stretched([*ribbons, *bars], width=STANDING_UNITS, height=y)
    return svg.picture([inner, *words], height=y, alternative=alternative, kind="river-v")


def _detour_standing(reach: _Reach, start: float, end: float, thick: float) -> list[SafeString]:
    left, middle = 4.0, (start + end) / 2
    thick = max(thick, LEAST)
    title = f"{reach.stage.detour.name} {exact_won(reach.detour)}" if reach.stage.detour else ""
    return [
        svg.path(_ribbon_down(STANDING_LEFT, start, left, middle, thick), "p-dot", title=title),
        svg.path(_ribbon_down(left, middle, STANDING_LEFT, end, thick), "p-dot"),
    ]


def _stage_words_standing(reach: _Reach, y: float) -> list[SafeString]:
    where = f"{svg.number((STANDING_LEFT + 14) / STANDING_UNITS * 100)}%"
    words = [
        svg.letters(scales.cut(str(reach.stage.name), 112), where, y + 24, kind="strong halo"),
        svg.letters(str(short_won(reach.stage.won, unit=False)), where, y + 43, kind="ink halo"),
    ]
    if reach.stage.detour and reach.detour:
        words += [
            svg.letters(scales.cut(str(reach.stage.detour.name), 92), where, y + 80, kind="strong halo"),
            svg.letters(str(short_won(reach.detour, unit=False)), where, y + 99, kind="ink halo"),
        ]
    return words


def _leaving_words_standing(leaving: Leaving, y: float) -> list[SafeString]:
    return [
        svg.letters(scales.cut(str(leaving.name), 104), "100%", y - 10, anchor="end", kind="strong halo"),
        svg.letters(str(short_won(leaving.won, unit=False)), "100%", y + 9, anchor="end", kind="ink halo"),
    ]


def _block(x: float, y: float, width: float, height: float, title: str) -> SafeString:
    x2, y2 = x + width, y + height
    return svg.path(_shape("M{} {}L{} {}L{} {}L{} {}Z", x, y, x2, y, x2, y2, x, y2), "f1", title=title)


def _ribbon_right(x: float, y: float, x2: float, y2: float, thick: float) -> str:
    half = (x + x2) / 2
    return _shape(
        "M{} {}C{} {} {} {} {} {}L{} {}C{} {} {} {} {} {}Z",
        x, y, half, y, half, y2, x2, y2, x2, y2 + thick, half, y2 + thick, half, y + thick, x, y + thick,
    )  # fmt: skip


def _ribbon_down(x: float, y: float, x2: float, y2: float, thick: float) -> str:
    half = (y + y2) / 2
    return _shape(
        "M{} {}C{} {} {} {} {} {}L{} {}C{} {} {} {} {} {}Z",
        x, y, x, half, x2, half, x2, y2, x2 + thick, y2, x2 + thick, half, x + thick, half, x + thick, y,
    )  # fmt: skip


def _shape(form: str, *numbers: float) -> str:
    return form.format(*(svg.number(each) for each in numbers))


def _rows(reaches: Sequence[_Reach]) -> list[tuple[Spoken, tuple[Cell, ...]]]:
    rows: list[tuple[Spoken, tuple[Cell, ...]]] = []
    for reach in reaches:
        rows.append((reach.stage.name, (reach.stage.won,)))
        if reach.stage.detour and reach.detour:
            rows.append((_after(reach, reach.stage.detour), (reach.detour,)))
        rows += [(_after(reach, leaving), (leaving.won,)) for leaving in reach.leaves]
    return rows


def _after(reach: _Reach, leaving: Leaving) -> str:
    return f"{reach.stage.name} → {leaving.name}"


def _keys(reaches: Sequence[_Reach]) -> list[LegendItem]:
    leaves = [leaving for reach in reaches for leaving in reach.leaves]
    candidates: list[tuple[bool, svg.Ink, Words]] = [
        (True, "f3", Words("흐른 돈", "Flowed on")),
        (any(reach.detour for reach in reaches), "p-dot", Words("돌아서 간 돈", "Went round")),
        (any(not each.gone for each in leaves), "p-line", Words("남아 있는 돈", "Stayed")),
        (any(each.gone for each in leaves), "p-gray", Words("빠진 돈", "Gone")),
    ]
    return [svg.legend_box(ink, text) for there, ink, text in candidates if there]


def _in_short(heading: Heading, stages: Sequence[Stage]) -> str:
    listed = " → ".join(f"{stage.name} {exact_won(stage.won)}" for stage in stages)
    return f"{heading.title}. {listed or NOTHING}"
