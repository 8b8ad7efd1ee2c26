"""Reads of what residents ask shops to give back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel import clock
from citycoin.platform.accounts.queries import NotHere
from citycoin.platform.queues.queries import Queue, register
from citycoin.platform.rules.queries import terms_in_force
from merchants.domain.rules import REFUND_CLAIM
from merchants.models import RefundClaim, Shop
from wallets.models import Payment, Status, Wallet

MOST_CLAIMS: Final = 3  # of a payment: nobody keeps asking a shop that has answered


def claims_over() -> QuerySet[RefundClaim]:
    """Those whose shop hasn't answered by its day."""
    return RefundClaim.objects.filter(status=RefundClaim.Status.WAITING, answer_by__lte=clock.now())


CLAIMS: Final = register(
    Queue(
        name="claims",
        step="merchants.end_claims",
        words=Words("기한이 지난 취소 요청", "refund claims past their day"),
        late=timedelta(minutes=2),
        rows=claims_over,
        since="answer_by",
        city="payment__city",
    )
)


def claims_of(payment: Payment) -> QuerySet[RefundClaim]:
    """What its payer has asked of the payment, oldest first, each with the refund that answered it."""
    return RefundClaim.objects.filter(payment=payment).select_related("refund").order_by("pk")


def claim_named(wallet: Wallet, payment_id: UUID, client_id: UUID) -> RefundClaim:
    """The wallet's own claim under this id. Raises NotHere."""
    rows = RefundClaim.objects.filter(payment__payer=wallet, payment__client_id=payment_id, client_id=client_id)
    found = rows.select_related("payment").first()
    if found is None:
        raise NotHere
    return found


def claim_at(shop: Shop, payment: Payment, number: int) -> RefundClaim:
    """The claim of this number on a payment that the shop took. Raises NotHere."""
    rows = RefundClaim.objects.filter(pk=number, payment=payment, payment__payee=shop.wallet_id)
    found = rows.select_related("payment").first()
    if found is None:
        raise NotHere
    return found


def waiting_claims(shop: Shop) -> QuerySet[RefundClaim]:
    """Those that the shop still has to answer, the one whose day comes first before the others."""
    rows = RefundClaim.objects.filter(payment__payee=shop.wallet_id, status=RefundClaim.Status.WAITING)
    return rows.select_related("payment__payer__owner", "payment__key").order_by("answer_by", "pk")


def waiting_claim(payment: Payment) -> RefundClaim | None:
    """The one that waits for an answer."""
    return RefundClaim.objects.filter(payment=payment, status=RefundClaim.Status.WAITING).first()


def claimable_until(payment: Payment) -> datetime:
    """The first moment at which its payer may no longer ask, by the city's rule on the day of the payment."""
    terms = terms_in_force(payment.city_id, REFUND_CLAIM, payment.authorised_at)
    return terms.ask_within.ends_after(payment.authorised_at)


def may_claim(payment: Payment, shop: Shop | None, now: datetime) -> bool:
    """Whether its payer may ask the shop for won back now."""
    if shop is None or payment.status == Status.VOIDED or payment.refunded >= payment.amount:
        return False
    claims = list(claims_of(payment))
    waits = any(each.status == RefundClaim.Status.WAITING for each in claims)
    return not waits and len(claims) < MOST_CLAIMS and now < claimable_until(payment)
