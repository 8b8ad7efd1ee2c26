"""A city's colours: from two of them everything that a page needs, light and dark, with the contrast of every pair checked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from citycoin.platform.cities.domain.tones import (
    contrast,
    darker,
    luminance_above,
    luminance_below,
    oklch,
    tone,
    tone_of,
)

TEXT: Final = 4.5  # WCAG 2.2, 1.4.3: letters on their ground
EDGE: Final = 3.0  # WCAG 2.2, 1.4.11: bars, edges and marks beside theirs
WHITE: Final = "#ffffff"

_POP_LUMINANCE: Final = 0.70
# On white and on the dark card alike: what is drawn once for both.
_BETWEEN_LUMINANCE: Final = 0.206


class ColoursWrong(Exception):
    """Colours that can't be read on. ``which`` is the key of the city's file that has to change."""

    def __init__(self, which: str, what: str) -> None:
        super().__init__(what)
        self.which = which


@dataclass(frozen=True, slots=True)
class Grounds:
    """The neutral colours of a theme that a city's colours stand on or beside."""

    page: str
    card: str
    text: str


LIGHT: Final = Grounds(page="#f5f7f8", card=WHITE, text="#171e24")
DARK: Final = Grounds(page="#0f1418", card="#171e24", text="#edf1f4")


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A city's colours in one theme, each as ``#rrggbb``; the variables of a page have these names (``--city-two``)."""

    city: str
    city_deep: str
    city_foot: str
    city_on: str  # letters on the three above
    city_pop: str  # the light point on the first two
    city_ink: str  # letters, lines and full bars on neutral grounds
    city_inv: str  # letters on ink and on the third step
    city_soft: str
    city_3: str
    city_5: str
    city_7: str
    city_two: str
    city_two_soft: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """All that is derived of a city's colours. ``between`` and ``between_pop`` read on light and on dark cards alike."""

    light: Theme
    dark: Theme
    between: str
    between_pop: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two colours that meet on a page, what they are, the ratio that is needed, and the key of a file that it hangs on."""

    above: str
    below: str
    called: str
    needed: float
    which: str

    @property
    def holds(self) -> bool:
        """Whether the contrast is enough."""
        return contrast(self.above, self.below) >= self.needed


def palette_of(colour: str, second: str, light_point: str | None = None) -> Palette:
    """Everything that pages need, from a city's colours. Raises ColoursWrong where a pair can't be read."""
    for which, given in (("colour", colour), ("second", second)):
        _refuse_light(which, given)
    pop = light_point or tone(second, _POP_LUMINANCE, share=0.8)
    palette = Palette(
        light=_light(colour, second, pop),
        dark=_dark(colour, second, pop),
        between=tone(colour, _BETWEEN_LUMINANCE),
        between_pop=tone(second, _BETWEEN_LUMINANCE),
    )
    for pair in pairs_of(palette):
        if not pair.holds:
            raise ColoursWrong(pair.which, _sentence(pair))
    return palette


def pairs_of(palette: Palette) -> list[Pair]:
    """Every pair that meets on a page, in both themes."""
    between = [
        Pair(ink, grounds.card, f"the picture on the {name} card", EDGE, which)
        for which, ink in (("colour", palette.between), ("second", palette.between_pop))
        for name, grounds in (("light", LIGHT), ("dark", DARK))
    ]
    return [*_pairs(palette.light, LIGHT, "light"), *_pairs(palette.dark, DARK, "dark"), *between]


def second_of(colour: str) -> str:
    """A second colour that goes with the first: another hue, as easy to read."""
    _, chroma, hue = oklch(colour)
    return tone_of(max(chroma, 0.08), hue + math.radians(150), 0.13)


def _light(colour: str, second: str, pop: str) -> Theme:
    soft = tone(colour, luminance_below(LIGHT.card, 1.17), share=0.3)
    return Theme(
        city=colour,
        city_deep=darker(colour, 0.70),
        city_foot=darker(colour, 0.50),
        city_on=WHITE,
        city_pop=pop,
        city_ink=_reading(colour, soft),
        city_inv=WHITE,
        city_soft=soft,
        city_3=tone(colour, luminance_below(LIGHT.card, 1.55), share=0.6),
        city_5=tone(colour, luminance_below(LIGHT.card, 3.15), share=0.9),
        city_7=tone(colour, luminance_below(LIGHT.card, 4.85)),
        city_two=second,
        city_two_soft=tone(second, luminance_below(LIGHT.card, 1.32), share=0.5),
    )


def _dark(colour: str, second: str, pop: str) -> Theme:
    city = tone(colour, luminance_above(DARK.card, 3.06))
    return Theme(
        city=city,
        city_deep=darker(city, 0.65),
        city_foot=darker(city, 0.48),
        city_on=WHITE,
        city_pop=pop,
        city_ink=tone(colour, luminance_above(DARK.card, 8.5), share=0.9),
        city_inv=DARK.page,
        city_soft=tone(colour, luminance_above(DARK.card, 1.22), share=0.5),
        city_3=tone(colour, luminance_above(DARK.card, 1.75), share=0.7),
        city_5=tone(colour, luminance_above(DARK.card, 3.25), share=0.9),
        city_7=tone(colour, luminance_above(DARK.card, 6.0)),
        city_two=tone(second, luminance_above(DARK.card, 8.5), share=0.9),
        city_two_soft=tone(second, luminance_above(DARK.card, 1.4), share=0.5),
    )


def _pairs(theme: Theme, grounds: Grounds, name: str) -> list[Pair]:
    letters = [
        *((theme.city_on, each, f"letters on {says}") for each, says in _city_grounds(theme)),
        *((theme.city_ink, each, f"the city's letters on {says}") for each, says in _neutral_grounds(theme, grounds)),
        *((grounds.text, each, f"letters on {says}") for each, says in _tints(theme)),
        (theme.city_inv, theme.city_ink, "letters on a full bar"),
        (theme.city_inv, theme.city_7, "letters on the third step"),
    ]
    edges = [
        (theme.city, grounds.card, "a button's edge on the card"),
        (theme.city_5, grounds.card, "the second step on the card"),
        (theme.city_7, grounds.card, "the third step on the card"),
    ]
    seconds = [
        (theme.city_two, grounds.card, "the second bar on the card"),
        (theme.city_two, grounds.page, "the second bar on the page"),
        (theme.city_two, theme.city_two_soft, "the second pattern on its ground"),
    ]
    points = [(theme.city_pop, each, f"the light point on {says}") for each, says in _city_grounds(theme)[:2]]
    return [
        *(Pair(above, below, f"{says}, {name}", TEXT, "colour") for above, below, says in letters),
        *(Pair(above, below, f"{says}, {name}", EDGE, "colour") for above, below, says in edges),
        *(Pair(above, below, f"{says}, {name}", EDGE, "second") for above, below, says in seconds),
        *(Pair(above, below, f"{says}, {name}", EDGE, "light_point") for above, below, says in points),
    ]


def _city_grounds(theme: Theme) -> list[tuple[str, str]]:
    return [
        (theme.city, "the city's colour"),
        (theme.city_deep, "its deep tone"),
        (theme.city_foot, "the card's foot"),
    ]


def _neutral_grounds(theme: Theme, grounds: Grounds) -> list[tuple[str, str]]:
    return [(grounds.page, "the page"), (grounds.card, "the card"), (theme.city_soft, "the soft tint")]


def _tints(theme: Theme) -> list[tuple[str, str]]:
    return [
        (theme.city_soft, "the soft tint"),
        (theme.city_3, "the first step"),
        (theme.city_two_soft, "the second tint"),
    ]


def _refuse_light(which: str, given: str) -> None:
    found = contrast(WHITE, given)
    if found < TEXT:
        instead = tone(given, luminance_below(WHITE, TEXT * 1.1))
        raise ColoursWrong(
            which,
            f"{given} is too light: white letters on it have a contrast of {_rounded(found)}:1 and need {TEXT}:1. "
            f"A darker tone that holds is {instead}",
        )


def _sentence(pair: Pair) -> str:
    found = _rounded(contrast(pair.above, pair.below))
    return f"{pair.called}: {pair.above} on {pair.below} has a contrast of {found}:1 and needs {pair.needed}:1"


def _rounded(ratio: float) -> float:
    """Down, so that no sentence says 4.5 of what is less."""
    return math.floor(ratio * 100) / 100


def _reading(colour: str, soft: str) -> str:
    """The colour itself where it reads on every light ground, else the nearest darker tone that does."""
    if min(contrast(colour, each) for each in (LIGHT.page, LIGHT.card, soft)) >= TEXT:
        return colour
    return tone(colour, luminance_below(soft, TEXT * 1.05))
