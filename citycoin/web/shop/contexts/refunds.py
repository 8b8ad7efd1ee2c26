"""What a shop's page of one payment shows, and the two steps of giving it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.foundation.kernel.money import Amount
from citycoin.platform.accounts.models import Person
from citycoin.web.shop.contexts.frame import ShopPage
from merchants.doors.words import CLAIM_REASON_WORDS, REASON_WORDS, REFUND_WORDS
from merchants.models import LONGEST_SAID, Refund, RefundClaim
from merchants.queries import sales
from merchants.queries.access import Access
from merchants.queries.claims import claims_of
from merchants.queries.refunds import needs_pin, refunds_of
from merchants.queries.staff import has_pin
from wallets.models import Payment, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentPage(ShopPage):
    """One payment with its refunds; ``left`` in won."""

    payment: Payment
    payer: str
    number: str
    refunds: Sequence[tuple[Refund, Words, Words]]  # with how far each is, and why
    left: int
    may_give_back: bool
    claims: Sequence[tuple[RefundClaim, Words]]  # what its payer asked back, and why
    error: CityCoinError | None  # why the claim's answer was not taken
    answer: str  # as it was typed
    longest_answer: int = LONGEST_SAID
    tab: str = "today"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPage(ShopPage):
    """How much of a payment goes back, and why; nothing is preset but all that is left of it."""

    payment: Payment
    payer: str
    left: int
    reasons: Sequence[tuple[Refund.Reason, Words]]
    reason: str
    typed: str
    error: CityCoinError | None
    tab: str = "today"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundCheck(ShopPage):
    """What will be when the refund is given: of the payment and of today, before and after, in won."""

    payment: Payment
    payer: str
    id: UUID
    amount: int
    reason: Refund.Reason
    reason_words: Words
    left: tuple[int, int]
    net: tuple[int, int]
    needs_pin: bool
    has_pin: bool
    error: CityCoinError | None
    tab: str = "today"


def payment_page(
    access: Access, payment: Payment, *, error: CityCoinError | None = None, answer: str = ""
) -> PaymentPage:
    """A payment that the shop took."""
    left = payment.amount - payment.refunded
    return PaymentPage(
        city=access.shop.city,
        access=access,
        shop=access.shop,
        payment=payment,
        payer=sales.payer_shown(payment),
        number=sales.receipt_number(payment),
        refunds=[
            (each, REFUND_WORDS[each.state], REASON_WORDS[Refund.Reason(each.reason)]) for each in refunds_of(payment)
        ],
        left=left,
        may_give_back=left > 0 and payment.status != Status.VOIDED,
        claims=[(each, CLAIM_REASON_WORDS[RefundClaim.Reason(each.reason)]) for each in claims_of(payment)],
        error=error,
        answer=answer,
    )


def refund_page(
    access: Access, payment: Payment, *, reason: str, typed: str, error: CityCoinError | None = None
) -> RefundPage:
    """The first step of giving back, with what it said last."""
    return RefundPage(
        city=access.shop.city,
        access=access,
        shop=access.shop,
        payment=payment,
        payer=sales.payer_shown(payment),
        left=payment.amount - payment.refunded,
        reasons=list(REASON_WORDS.items()),
        reason=reason,
        typed=typed,
        error=error,
    )


def refund_check(
    access: Access,
    payment: Payment,
    *,
    client_id: UUID,
    amount: Amount,
    reason: Refund.Reason,
    by: Person,
    now: datetime,
    error: CityCoinError | None = None,
) -> RefundCheck:
    """The last step: what the refund would change, and what it asks of ``by``; with what it said last."""
    won = amount.amount
    left, net = payment.amount - payment.refunded, sales.sales_of(access.shop, sales.today(now)).net
    return RefundCheck(
        city=access.shop.city,
        access=access,
        shop=access.shop,
        payment=payment,
        payer=sales.payer_shown(payment),
        id=client_id,
        amount=won,
        reason=reason,
        reason_words=REASON_WORDS[reason],
        left=(left, left - won),
        net=(net, net - won),
        needs_pin=needs_pin(access.shop, payment, amount, now),
        has_pin=has_pin(access.shop, by),
        error=error,
    )
