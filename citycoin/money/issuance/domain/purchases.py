"""The arithmetic of a purchase: what its buyer pays, who pays the rest, and how much she may still buy. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.money import LAST_FUNDER, Won, shares_of


@dataclass(frozen=True, slots=True)
class DatedRules:
    """A programme's rules from a date in Seoul on. ``funders``: weights of those who pay the discount."""

    in_force_from: date
    discount_per_mille: int
    funders: Mapping[str, int]
    validity_days: int
    purchase_step: Won
    monthly_cap: Won
    holding_cap: Won


@dataclass(frozen=True, slots=True)
class PurchaseLimits:
    """What one person may still buy, in won: by the rules in force, her own purchases and the budget."""

    step: int
    bought_this_month: int
    monthly_cap: int
    holding: int  # what she may spend, and what is on its way to her
    holding_cap: int
    budget_left: int
    discount_per_mille: int

    @property
    def most(self) -> int:
        """The largest amount that can be bought now, a whole number of steps."""
        left = (self.monthly_cap - self.bought_this_month, self.holding_cap - self.holding, self.budget_left)
        return max(min(left), 0) // self.step * self.step


def price_of(amount: Won, *, discount_per_mille: int, funders: Mapping[str, int]) -> tuple[Won, dict[str, Won]]:
    """What the buyer pays, and who pays how much of ``amount``; the discount is rounded down to the won."""
    discount = Won(amount.amount * discount_per_mille // 1000)
    price = amount - discount
    return price, {"buyer": price, **shares_of(discount, weights=dict(funders), last=LAST_FUNDER)}


def month_of(moment: datetime) -> tuple[datetime, datetime]:
    """The month of Seoul around ``moment``: its first instant, and the first of the next."""
    first = moment.astimezone(KST).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    year, month = (first.year + 1, 1) if first.month == 12 else (first.year, first.month + 1)  # noqa: PLR2004 - December
    return first, first.replace(year=year, month=month)
