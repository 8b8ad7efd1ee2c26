"""Reads of a year's budget."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from citycoin.foundation.kernel.errors import NotFound
from citycoin.money.issuance.models import Budget, Programme


class BudgetUnknown(NotFound):
    """No budget of that year is signed."""

    code = "budget_unknown"
    ko = "그 해의 예산이 없어요."
    en = "There is no budget for that year."


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
    def left(self) -> int:
        """What may still be promised."""
        return self.cap - self.issued - self.reserved


def budget_of(city_id: int, year: int) -> BudgetView:
    """The year's budget as the books have it. Raises BudgetUnknown."""
    row = Budget.objects.filter(city_id=city_id, year=year).first()
    if row is None:
        raise BudgetUnknown(year=year)
    sums = Programme.objects.filter(city_id=city_id, year=year).aggregate(
        issued=Sum("issued", default=0), reserved=Sum("reserved", default=0)
    )
    return BudgetView(year, row.cap, row.version, row.starts_at, row.ends_at, sums["issued"], sums["reserved"])
