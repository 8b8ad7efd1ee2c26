"""What of a wallet may go unconfirmed, for its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from citycoin.foundation.kernel.money import Won
from citycoin.platform.rules.queries import terms_in_force
from wallets.domain.rules import SMALL_PAYMENT, SmallPaymentTerms
from wallets.domain.small_payments import SmallPayments, offered
from wallets.models import Wallet


@dataclass(frozen=True, slots=True)
class Standing:
    """``ceiling``: of one payment, 0 where each is confirmed; ``now``: the largest that may go unconfirmed from this session
    this moment; ``today``: what of the day's sum is left. ``offered``: what the owner may choose, in won.
    """

    ceiling: Won
    now: Won
    today: Won
    offered: Sequence[int]
    terms: SmallPaymentTerms


def small_payments_of(wallet: Wallet, *, shown_at: datetime | None, now: datetime) -> Standing:
    """As the next payment would find it, if nothing comes between. ``shown_at``: when this session showed PIN or passkey."""
    terms = terms_in_force(wallet.city_id, SMALL_PAYMENT, now)
    small = SmallPayments(
        wallet.small_most,
        wallet.small_since,
        wallet.pin_locked_until,
        wallet.small_in_a_row,
        wallet.small_won,
        wallet.small_day,
    )
    return Standing(
        ceiling=small.ceiling(terms),
        now=small.left(terms, shown_at=shown_at, now=now),
        today=small.left_today(terms, now),
        offered=offered(terms),
        terms=terms,
    )
