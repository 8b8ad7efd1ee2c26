"""The arithmetic of another cap: how low it may be, and what it would do. No database; won are whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from citycoin.foundation.kernel.errors import Rejected

# A day further away than that is no forecast.
DAYS_WORTH_SAYING: Final = 3650


class BudgetBelowPromised(Rejected):
    """Less than what is issued or promised already."""

    code = "budget_below_promised"
    ko = "이미 발행했거나 약속한 금액보다 적습니다. 그 금액 이상으로 다시 제안해 주십시오."
    en = "This is less than what is issued or promised already. Please propose at least that much."


@dataclass(frozen=True, slots=True)
class BudgetFloor:
    """What a year's cap can't go below, in won: what is issued and reserved, and what its programmes may issue."""

    issued: int
    reserved: int
    programmes: int  # the sum of their caps

    @property
    def promised(self) -> int:
        """Issued, or held for somebody who is paying."""
        return self.issued + self.reserved

    @property
    def won(self) -> int:
        """The lowest cap."""
        return max(self.promised, self.programmes)

    def refuse_below(self, cap: int) -> None:
        """Nothing, where the cap is high enough. Raises BudgetBelowPromised."""
        if cap < self.won:
            raise BudgetBelowPromised(cap=cap, issued=self.issued, reserved=self.reserved, programmes=self.programmes)


@dataclass(frozen=True, slots=True)
class Population:
    """How many people live in the city, and at the end of which year they were counted."""

    people: int
    year: int | None


@dataclass(frozen=True, slots=True)
class CapAHead:
    """Two caps divided by the people who live there, in won rounded down."""

    population: Population
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class BudgetEffect:
    """A cap beside the present one, in won. ``burn``: issued a day; ``days`` and ``until``: when nothing is left.

    ``days`` is None where nothing is issued, ``until`` also where the day is too far away to be named.
    """

    before: int
    change: int
    issued_per_cent: float
    left: int
    burn: int
    days: int | None
    until: datetime | None
    a_head: CapAHead | None  # None where nobody counted the people


def effect_of(
    cap: int, *, before: int, floor: BudgetFloor, burn: int, population: Population | None, now: datetime
) -> BudgetEffect:
    """What ``cap`` would do where ``before`` is the present one and ``burn`` won are issued a day."""
    left = cap - floor.promised
    days = left // burn if burn else None
    return BudgetEffect(
        before=before,
        change=cap - before,
        issued_per_cent=per_cent(floor.issued, cap),
        left=left,
        burn=burn,
        days=days,
        until=None if days is None or days >= DAYS_WORTH_SAYING else now + timedelta(days=days),
        a_head=_a_head(cap, before, population),
    )


def per_cent(part: int, whole: int) -> float:
    """The share in per cent; none of nothing."""
    return part * 100 / whole if whole else 0


def _a_head(cap: int, before: int, population: Population | None) -> CapAHead | None:
    if population is None:
        return None
    return CapAHead(population, before // population.people, cap // population.people)
