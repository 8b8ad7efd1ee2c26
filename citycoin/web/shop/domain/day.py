"""A shop's day in words: when most of it came in, and how it stands beside the same weekday a week before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

PEAK_HOURS: Final = 2
# What is said of fewer won than this would be a boast.
WORTH_SAYING: Final = 3


@dataclass(frozen=True, slots=True)
class Peak:
    """The two hours that follow each other and brought most: the first of them, and their part of the day in per cent."""

    hour: int
    percent: int


def peak_of(hours: Sequence[int]) -> Peak | None:
    """Of won by hour; None where fewer than three hours brought any, since then there is no peak to speak of."""
    total = sum(hours)
    if total <= 0 or sum(1 for won in hours if won > 0) < WORTH_SAYING:
        return None
    pairs = [sum(hours[first : first + PEAK_HOURS]) for first in range(len(hours) - PEAK_HOURS + 1)]
    most = max(range(len(pairs)), key=lambda first: pairs[first])
    return Peak(most, pairs[most] * 100 // total)


def hours_shown(*days: Sequence[int]) -> range:
    """The hours in which any of the days brought something, at least from nine to eighteen."""
    busy = [hour for day in days for hour, won in enumerate(day) if won]
    return range(min([*busy, 9]), max([*busy, 18]) + 1)
