"""The arithmetic of a purchase: what its buyer pays, who pays the rest, and how much they may still buy. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Final

from pydantic import Field

from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.money import BUYER, LARGEST_MOVEMENT, LAST_FUNDER, Won, shares_of
from citycoin.platform.rules.domain import PeriodOfRule, RuleKind, Terms

# A buyer pays something: of any amount this leaves a won at least, since the discount is rounded down.
LARGEST_DISCOUNT_PER_MILLE: Final = 999
# How often the time to pay may be extended: meanwhile its headroom is nobody else's.
MOST_EXTENSIONS: Final = 2
Movement = Annotated[int, Field(ge=1, le=LARGEST_MOVEMENT)]
Weight = Annotated[int, Field(ge=1, le=1000)]


class PurchaseTerms(Terms):
    """What holds for the purchases of one programme; its number is the rule's.

    ``discount_per_mille`` of the amount, never all of it, is paid by the ``funders`` (their weights), not by the buyer.
    ``validity`` begins when the won are issued. The caps, in won, are a person's own: what they may buy of this programme in a
    month, and what they may hold of all won, whichever programme they came from, once they buy of this one.
    """

    discount_per_mille: int = Field(ge=0, le=LARGEST_DISCOUNT_PER_MILLE)
    funders: dict[str, Weight] = Field(min_length=1)  # "city" takes what rounding leaves, last
    validity: PeriodOfRule
    purchase_step: Movement
    monthly_cap: Movement
    holding_cap: Movement


PURCHASE: Final = RuleKind("purchase", PurchaseTerms)


@dataclass(frozen=True, slots=True)
class PurchaseLimits:
    """What one person may still buy of a programme, in won: by its rules in force, their own purchases, its cap and its funders."""

    step: int
    bought_this_month: int  # of this programme
    monthly_cap: int
    holding: int  # what they may spend, and what is on its way to them
    holding_cap: int
    budget_left: int  # of the programme's cap
    funded: int  # for so many its funders can pay their shares now
    discount_per_mille: int
    last_day: date  # on which what is bought now may still be spent

    @property
    def most(self) -> int:
        """The largest amount that can be bought now, a whole number of steps."""
        left = (
            self.monthly_cap - self.bought_this_month,
            self.holding_cap - self.holding,
            self.budget_left,
            self.funded,
        )
        return max(min(left), 0) // self.step * self.step

    @property
    def most_saved(self) -> int:
        """What others pay of that, in won."""
        return self.saved_of(self.most)

    def saved_of(self, amount: int) -> int:
        """What others pay of so many won."""
        return amount * self.discount_per_mille // 1000


def price_of(amount: Won, *, discount_per_mille: int, funders: Mapping[str, int]) -> tuple[Won, dict[str, Won]]:
    """What the buyer pays, and who pays how much of ``amount``; the discount is rounded down to the won."""
    discount = Won(amount.amount * discount_per_mille // 1000)
    price = amount - discount
    return price, {BUYER: price, **shares_of(discount, weights=dict(funders), last=LAST_FUNDER)}


def month_of(moment: datetime) -> tuple[datetime, datetime]:
    """The month of Seoul around ``moment``: its first instant, and the first of the next."""
    first = moment.astimezone(KST).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    year, month = (first.year + 1, 1) if first.month == 12 else (first.year, first.month + 1)  # noqa: PLR2004 - December
    return first, first.replace(year=year, month=month)
