"""Whole won: the only unit of the system."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

# A record of the settlement batch carries the amount in six bytes.
LARGEST_MOVEMENT: Final = 2**48 - 1
# Who takes the won that rounding leaves, after every other funder.
LAST_FUNDER: Final = "city"
_DIGITS = re.compile(r"[0-9]{1,15}")  # not \d, which takes "１００"


class InvalidAmount(ValueError):
    """Not a whole, non-negative number of won."""


@dataclass(frozen=True, slots=True, order=True)
class Won:
    """A non-negative whole number of won; direction is said by source and target, never by sign."""

    amount: int

    def __post_init__(self) -> None:
        # bool is an int in Python; Won(True) would be a won from nowhere.
        if type(self.amount) is not int:
            raise InvalidAmount(f"won must be an int, not {type(self.amount).__name__}")
        if self.amount < 0:
            raise InvalidAmount(f"won are never negative: {self.amount}")

    @classmethod
    def parse(cls, text: str) -> Won:
        """Read what a person typed into a command: ASCII digits only. Raises InvalidAmount."""
        if not _DIGITS.fullmatch(text):
            raise InvalidAmount(f"not a number of won: {text!r}")
        return cls(int(text))

    def __add__(self, other: Won) -> Won:
        return Won(self.amount + other.amount)

    def __sub__(self, other: Won) -> Won:
        return Won(self.amount - other.amount)

    def __str__(self) -> str:
        return f"{self.amount:,}원"


def shares_of(total: Won, *, weights: dict[str, int], last: str) -> dict[str, Won]:
    """Split ``total`` by ``weights`` (any positive integers, e.g. per mille), to the won.

    Largest remainder (Hamilton's method); a tie goes by name, and ``last`` comes last of all.
    The shares sum to ``total`` exactly.
    """
    whole = sum(weights.values())
    floors = {name: total.amount * weight // whole for name, weight in weights.items()}
    left = total.amount - sum(floors.values())
    by_remainder = sorted(weights, key=lambda name: (-(total.amount * weights[name] % whole), name == last, name))
    for name in by_remainder[:left]:
        floors[name] += 1
    return {name: Won(share) for name, share in floors.items()}
