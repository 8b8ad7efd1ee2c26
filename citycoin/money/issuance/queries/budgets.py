"""Reads of a year's budget."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Sum

from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.errors import NotFound
from citycoin.foundation.kernel.periods import Period
from citycoin.money.issuance.domain.budgets import per_cent
from citycoin.money.issuance.models import Budget, Programme

# Won bought at the very end of the year are issued within days of it.
ENDS_AFTER_YEAR: Final = Period(7, "days")


class BudgetUnknown(NotFound):
    """No budget of that year is signed."""

    code = "budget_unknown"
    ko = "그 해의 예산이 없습니다. 먼저 예산을 제안해 주십시오."
    en = "There is no budget for that year. Please propose one first."


@dataclass(frozen=True, slots=True)
class BudgetView:
    """A year's cap and what is left of it, in won."""

    year: int
    cap: int
    version: int
    starts_at: datetime
    ends_at: datetime
    issued: int
    reserved: int

    @property
    def promised(self) -> int:
        """What is issued, or reserved for somebody who is paying."""
        return self.issued + self.reserved

    @property
    def left(self) -> int:
        """What may still be promised."""
        return self.cap - self.promised

    @property
    def used_per_cent(self) -> float:
        """The share of the cap that is issued or reserved."""
        return per_cent(self.promised, self.cap)


def budget_of(city_id: int, year: int) -> BudgetView:
    """The year's budget as the books have it. Raises BudgetUnknown."""
    row = Budget.objects.filter(city_id=city_id, year=year).first()
    if row is None:
        raise BudgetUnknown(year=year)
    sums = Programme.objects.filter(city_id=city_id, year=year).aggregate(
        issued=Sum("issued", default=0), reserved=Sum("reserved", default=0)
    )
    return BudgetView(year, row.cap, row.version, row.starts_at, row.ends_at, sums["issued"], sums["reserved"])


def budget_or_empty(city_id: int, year: int) -> BudgetView:
    """The year's budget, or an empty one of version 0 where nobody has opened it yet."""
    try:
        return budget_of(city_id, year)
    except BudgetUnknown:
        first, last = datetime(year, 1, 1, tzinfo=KST), datetime(year, 12, 31, tzinfo=KST)
        return BudgetView(year, 0, 0, first, ENDS_AFTER_YEAR.ends_after(last), 0, 0)


def left_for_programmes(city_id: int, year: int) -> int:
    """What of the year's cap no programme is promised yet, in won. Raises BudgetUnknown."""
    return budget_of(city_id, year).cap - programmed(city_id, year)


def programmed(city_id: int, year: int) -> int:
    """What the year's programmes may issue, all together, in won; a higher cap counts from when it was sent to the contract."""
    rows = Programme.objects.filter(city_id=city_id, year=year).select_related("change")
    return sum(promised_cap(each) for each in rows)


def promised_cap(programme: Programme) -> int:
    """What the programme may issue, or may once what was sent to the contract is final."""
    if programme.next_cap is None or (programme.change and programme.change.went_wrong):
        return int(programme.cap)
    return int(max(programme.cap, programme.next_cap))
