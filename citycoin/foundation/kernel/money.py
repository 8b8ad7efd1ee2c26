"""Whole won: the only unit of the system."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import total_ordering
from typing import Final, Self

from citycoin.foundation.kernel.text import visible

# A record of the settlement batch carries the amount in six bytes.
LARGEST_MOVEMENT: Final = 2**48 - 1
# Among the funders of won, whoever bought them.
BUYER: Final = "buyer"
# Who takes the won that rounding leaves, after every other funder.
LAST_FUNDER: Final = "city"
_DIGITS: Final = re.compile(r"[0-9]{1,15}")  # not \d, which takes "１００"
# As a form takes it; commas stand where they belong, since "5,00" may be meant as 500 or as 5,000.
_TYPED: Final = re.compile(r"([0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4}) ?원?")


class InvalidAmount(ValueError):
    """Not a whole, non-negative number of won."""


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
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
    def parse(cls, text: str) -> Self:
        """Read a number of won that stands alone: ASCII digits only. Raises InvalidAmount."""
        if not _DIGITS.fullmatch(text):
            raise InvalidAmount(f"not a number of won: {text!r}")
        return cls(int(text))

    @classmethod
    def typed(cls, text: str) -> Self:
        """Read what a person typed into a form: ``5000``, ``5,000``, ``5,000원``. Raises InvalidAmount."""
        found = _TYPED.fullmatch(visible(text))
        if not found:
            raise InvalidAmount(f"not a number of won: {text!r}")
        return cls.parse(found[1].replace(",", ""))

    def __eq__(self, other: object) -> bool:
        return self.amount == other.amount if isinstance(other, Won) else NotImplemented

    def __lt__(self, other: Won) -> bool:
        return self.amount < other.amount if isinstance(other, Won) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.amount)

    def __add__(self, other: Won) -> Won:
        return Won(self.amount + other.amount)

    def __sub__(self, other: Won) -> Won:
        return Won(self.amount - other.amount)

    def __str__(self) -> str:
        return f"{self.amount:,}원"


@dataclass(frozen=True, slots=True, eq=False)
class Amount(Won):
    """Won that move: at least one, and at most what a record of a batch carries. It equals the same number of won."""

    def __post_init__(self) -> None:
        Won.__post_init__(self)  # not super(): a class with slots is made anew
        if not 1 <= self.amount <= LARGEST_MOVEMENT:
            raise InvalidAmount(f"from 1 to {LARGEST_MOVEMENT} won can move, not {self.amount}")


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


_SYLLABLES: Final = ("", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구")
_PLACES: Final = ("", "십", "백", "천")
_GROUPS: Final = ("", "만", "억", "조")
_GROUP: Final = 10_000


def reading(number: int) -> str:
    """How Korean reads a whole number from 0 below 10^16: 8000 is ``팔천``, 12500 ``만 이천오백``."""
    groups, left = [], number
    for name in _GROUPS:
        left, here = divmod(left, _GROUP)
        if here:
            # 10,000 alone is 만; 100,000,000 keeps its one.
            groups.append(("" if here == 1 and name == "만" else _reading_of_group(here)) + name)
    return " ".join(reversed(groups)) or "영"


def _reading_of_group(number: int) -> str:
    """Of 1 to 9999. Nobody says the one of ten, hundred and thousand."""
    said = ""
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            said += ("" if digit == 1 and place else _SYLLABLES[digit]) + _PLACES[place]
    return said
