"""Lots that are about to be issued."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from citycoin.foundation.kernel.money import Won
from wallets.domain.warnings import next_warning
from wallets.models import Lot


@dataclass(frozen=True, slots=True)
class LotOnItsWay:
    """Won about to be issued to a resident. ``funders``: who pays how much of them, summing to the amount."""

    wallet_id: int
    amount: Won
    funders: Mapping[str, Won]
    expires_at: datetime


def expect_lots(*, issue_id: str, programme: int, lots: Sequence[LotOnItsWay], now: datetime) -> None:
    """Write the lots of an issue in the caller's transaction; they can be spent when the issue is final."""
    Lot.objects.bulk_create(
        [
            Lot(
                wallet_id=lot.wallet_id,
                programme=programme,
                issue_id=issue_id,
                issue_index=index,
                amount=lot.amount.amount,
                funders={who: won.amount for who, won in lot.funders.items()},
                expires_at=lot.expires_at,
                warn_at=next_warning(lot.expires_at, after=now),
            )
            for index, lot in enumerate(lots)
        ]
    )
