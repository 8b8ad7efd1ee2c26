"""Numbers of a picture: ticks that people count in, room for letters, and which labels fit side by side."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

# The picture's width on the smallest screen: 320 px less the page's and the card's padding.
NARROW_PX: Final = 240
# From this width of a figure on, there are more and longer labels (pages.css asks the same).
ROOMY_PX: Final = 560
LETTER_PX: Final = 15
GAP_PX: Final = 6
WIDEST_GUTTER_PX: Final = 80
WHOLE: Final = 100.0
_STEPS: Final = (1, 2, 5)
_WIDE: Final = frozenset("FW")
_NARROW_LETTERS: Final = frozenset("iljt.,:;'|!·() []")


@dataclass(frozen=True, slots=True)
class Scale:
    """Won to pixels from the top: the highest tick lies at ``top_px``, the lowest ``height_px`` below."""

    ticks: tuple[int, ...]
    top_px: float
    height_px: float

    def y(self, won: int) -> float:
        """Where ``won`` lies."""
        return self.top_px + self.height_px * (1 - self.share(won))

    def share(self, won: int) -> float:
        """How far ``won`` is from the lowest to the highest tick, 0 to 1."""
        low, high = self.ticks[0], self.ticks[-1]
        return (won - low) / (high - low) if high > low else 0.0


def nice_ticks(sums: Sequence[int], *, most: int = 4) -> tuple[int, ...]:
    """Multiples of 1, 2 or 5 times a power of ten that cover ``sums`` and 0, in ``most`` steps, or one more around 0."""
    low, high = min(0, *sums, 0), max(0, *sums, 0)
    power = 1
    while True:
        for step in (factor * power for factor in _STEPS):
            first, last = low // step, -(-high // step)
            if last - first <= most + (1 if low < 0 < high else 0):
                return tuple(step * count for count in range(first, last + 1))
        power *= 10


def text_px(text: str) -> float:
    """At most how wide ``text`` is at the charts' size of letters, whichever of our fonts draws it."""
    return sum(_letter_em(letter) for letter in text) * LETTER_PX


def _letter_em(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0
    if unicodedata.east_asian_width(letter) in _WIDE:
        return 1
    if letter in _NARROW_LETTERS:
        return 0.4
    if not letter.isascii() or letter in "mwMW%@₩":
        return 1
    return 0.75 if letter.isupper() else 0.62


def cut(text: str, room_px: float) -> str:
    """``text``, or as much of its beginning as fits with an ellipsis; its first letter in any case."""
    if text_px(text) <= room_px:
        return text
    kept = 1
    while kept < len(text) and text_px(text[: kept + 1]) + LETTER_PX <= room_px:
        kept += 1
    return text[:kept].rstrip() + "…"


@dataclass(frozen=True, slots=True)
class Placed:
    """A label at a percentage of the plot's width. It stands over its place, but never leaves the plot."""

    percent: float
    width_px: float

    @property
    def anchor(self) -> str:
        """``middle``; near the edges the label begins or ends at its place."""
        if self.percent - self._percents / 2 < 0:
            return "start"
        return "end" if self.percent + self._percents / 2 > WHOLE else "middle"

    @property
    def at(self) -> float:
        """Where it is anchored, in percent."""
        if self.anchor == "start":
            return min(self.percent, max(0.0, WHOLE - self._percents))
        return max(self.percent, min(WHOLE, self._percents)) if self.anchor == "end" else self.percent

    @property
    def _percents(self) -> float:
        # Judged for the narrowest plot there is, so it holds in any.
        return self.width_px / (NARROW_PX - WIDEST_GUTTER_PX) * WHOLE

    def span_px(self, plot_px: float) -> tuple[float, float]:
        """From where to where it reaches in a plot that is ``plot_px`` wide."""
        before = {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor]
        start = self.at / WHOLE * plot_px - before * self.width_px
        return start, start + self.width_px


def fitting_step(labels: Sequence[Placed], plot_px: float, steps: Sequence[int] | None = None) -> int:
    """The smallest step (of ``steps``, else any) at which each chosen label keeps off the one before."""
    for step in steps or range(1, len(labels) + 1):
        spans = [label.span_px(plot_px) for label in labels[::step]]
        if all(before[1] + GAP_PX <= after[0] for before, after in pairwise(spans)):
            return step
    return max(1, len(labels))


def thinned(labels: Sequence[Placed], *, narrow_px: float, roomy_px: float) -> tuple[frozenset[int], frozenset[int]]:
    """The labels that fit at any width, and those that a roomy figure shows besides: two sets of indices."""
    step = fitting_step(labels, narrow_px)
    finer = fitting_step(labels, roomy_px, [part for part in range(1, step + 1) if step % part == 0])
    always = frozenset(range(0, len(labels), step))
    return always, frozenset(range(0, len(labels), finer)) - always
