"""Compares a city's books with its contract, and writes down what was found."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from citycoin.foundation.fault_points import commits
from contracts.models import Contract
from wallets.models import Comparison
from wallets.queries.reconciliation import Supply, supply

EACH: Final = timedelta(seconds=30)


def compare(*, contract: Contract, url: str, now: datetime) -> Comparison:
    """Ask the contract for its supply and keep the answer beside the books'. Raises ChainUnavailable, and keeps nothing then."""
    return keep(city_id=contract.city_id, found=supply(contract=contract, url=url), now=now)


@commits("compare")
def keep(*, city_id: int, found: Supply, now: datetime) -> Comparison:
    """The city's one row; a difference keeps the moment at which it was first seen."""
    before = Comparison.objects.filter(city_id=city_id).first()
    since = None
    if found.books != found.chain:
        since = before.differs_since if before and before.differs_since else now
    row, _ = Comparison.objects.update_or_create(
        city_id=city_id,
        defaults={
            "block": max(found.block, 0),
            "books": found.books,
            "chain": found.chain,
            "compared_at": now,
            "differs_since": since,
        },
    )
    return row
