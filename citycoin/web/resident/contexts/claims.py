"""What the page shows on which a payer asks a shop for won back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from citycoin.foundation.bilingual import Words
from citycoin.foundation.calendar_words import day_words
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.platform.accounts.queries import NotHere
from citycoin.platform.cities.models import City
from citycoin.platform.rules.queries import terms_in_force
from merchants.domain.rules import REFUND_CLAIM
from merchants.doors.words import CLAIM_REASON_WORDS
from merchants.models import LONGEST_SAID, RefundClaim, Shop
from merchants.queries.purchases import purchase_named, shop_paid
from wallets.models import Payment, Wallet

# Which field the refusal is about; others are about all of it.
FIELDS: Final = {"amount_wrong": "amount", "refund_above_payment": "amount", "claim_reason_missing": "reason"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPage:
    """The form with what was typed, and why it was refused; ``left``: won of the payment that haven't gone back."""

    city: City
    payment: Payment
    shop: Shop
    id: UUID | str
    typed: str
    left: int
    reasons: Sequence[tuple[RefundClaim.Reason, Words]]
    reason: str
    says: str
    answer_by: Words
    error: CityCoinError | None
    wrong: str
    most: int = LONGEST_SAID
    tab: str = "history"


def shop_of_purchase(wallet: Wallet, payment_id: UUID) -> tuple[Payment, Shop]:
    """The wallet's payment under this id, and the shop that took it. Raises NotHere, also where that is no shop."""
    payment = purchase_named(wallet, payment_id)
    shop = shop_paid(payment)
    if shop is None:
        raise NotHere
    return payment, shop


def claim_page(
    wallet: Wallet,
    payment_id: UUID,
    *,
    client_id: UUID | str,
    typed: str | None,
    reason: str,
    says: str,
    now: datetime,
    error: CityCoinError | None = None,
) -> ClaimPage:
    """The page for the wallet's payment under this id; ``typed`` None for all that is left of it. Raises NotHere."""
    payment, shop = shop_of_purchase(wallet, payment_id)
    left = payment.amount - payment.refunded
    terms = terms_in_force(wallet.city_id, REFUND_CLAIM, now)
    return ClaimPage(
        city=wallet.city,
        payment=payment,
        shop=shop,
        id=client_id,
        typed=f"{left:,}" if typed is None else typed,
        left=left,
        reasons=list(CLAIM_REASON_WORDS.items()),
        reason=reason,
        says=says,
        answer_by=day_words(terms.answer_within.last_day(now)),
        error=error,
        wrong=FIELDS.get(error.code, "") if error else "",
    )
