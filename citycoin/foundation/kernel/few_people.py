"""The rule of five: what is counted by groups of people hides each group of fewer than five, in picture, table and file.

Whoever knows the sum of all groups takes the shown ones off it: what is left is the hidden ones' sum. So one group is
never hidden alone. The smallest of the others is hidden with it, which is of five people or more by itself; what is left is
then of five people at least, and of two groups at least, of which neither can be told (complementary suppression: Statistical
Disclosure Control, Hundepool and others, 2012, chapter 4).

What it doesn't hold against: two tables of overlapping times, taken off each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

FEWEST_SHOWN: Final = 5
Name = TypeVar("Name")


@dataclass(frozen=True, slots=True)
class Group:
    """A sum in won, below zero where more was given back, and of how many people it is (counting may stop at FEWEST_SHOWN)."""

    won: int
    people: int

    @property
    def is_few(self) -> bool:
        """Whether somebody could be singled out; where nobody did anything, there is nobody."""
        return self.people < FEWEST_SHOWN and (self.people > 0 or self.won != 0)


def shown(groups: Mapping[Name, Group]) -> dict[Name, int | None]:
    """What may be said of each group, in their order: its sum, or None, which is hidden.

    ``groups`` are all that make up a sum that is known elsewhere, too; none of them may be left out.
    """
    hidden = {name for name, each in groups.items() if each.is_few}
    if hidden:
        hidden |= _beside(groups, hidden)
    return {name: None if name in hidden else each.won for name, each in groups.items()}


def _beside(groups: Mapping[Name, Group], hidden: set[Name]) -> set[Name]:
    """What is hidden with them: the smallest of those with a sum, or all where none has one."""
    others = {name: each for name, each in groups.items() if name not in hidden and each.people}
    with_a_sum = [name for name, each in others.items() if each.won]
    return {min(with_a_sum, key=lambda name: abs(others[name].won))} if with_a_sum else set(others)
