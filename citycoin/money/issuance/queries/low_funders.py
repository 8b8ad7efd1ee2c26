"""Which of a city's funders have too little left for what is on sale, before a buyer has to be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from citycoin.money.funding.domain import PER_MILLE
from citycoin.money.funding.models import FunderAccount
from citycoin.money.funding.queries import funders_of, taken_since
from citycoin.money.issuance.queries.programmes import programmes_today, rules_today

PACE_OVER: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class LowFunder:
    """``is_out``: somebody who buys all that they may in a month is refused; else it lasts less than a week at the last week's pace."""

    account: FunderAccount
    is_out: bool


def low_funders(city_id: int, now: datetime) -> list[LowFunder]:
    """The city's funders that are low, in the order of their accounts."""
    programmes = programmes_today(city_id, now)
    rules, taken, found = rules_today(programmes, now), taken_since(city_id, now - PACE_OVER), []
    for account in funders_of(city_id):
        needed = 0
        for each in programmes:
            terms = rules[each.number].terms
            amount = max(min(terms.monthly_cap, each.cap - each.issued - each.reserved), 0)
            weight, whole = terms.funders.get(account.funder, 0), sum(terms.funders.values())
            needed = max(needed, amount * terms.discount_per_mille * weight // (PER_MILLE * whole))
        if needed > account.available or (needed and taken.get(account.funder, 0) > account.available):
            found.append(LowFunder(account, needed > account.available))
    return found
