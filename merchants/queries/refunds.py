"""Reads of what shops give back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet
from django.db.models.functions import Greatest

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.money import Amount
from citycoin.platform.queues.queries import Queue, register
from citycoin.platform.rules.queries import terms_in_force
from merchants.domain.rules import SHOP_REFUND
from merchants.models import Refund, Shop
from wallets.models import Payment, Status, Wallet
from wallets.queries.stops import cities_stopped


def refunds_to_send() -> QuerySet[Refund]:
    """Refunds that were promised and can be sent: the payment is final, the shop not frozen, the city not stopped."""
    waiting = Refund.objects.filter(sent=None, payment__status=Status.SETTLED, shop__wallet__frozen_at=None)
    return waiting.exclude(shop__city__in=cities_stopped()).annotate(since=Greatest("promised_at", "payment__ended_at"))


REFUNDING: Final = register(
    Queue(
        name="refunding",
        step="merchants.refund",
        words=Words("보낼 취소", "refunds to send"),
        late=timedelta(minutes=1),
        rows=refunds_to_send,
        since="since",
        city="shop__city",
    )
)


def pin_above(shop: Shop, now: datetime) -> int:
    """What goes back of a payment beyond so many won is given by a manager's PIN alone."""
    return terms_in_force(shop.city_id, SHOP_REFUND, now).pin_above_won


def needs_pin(shop: Shop, payment: Payment, amount: Amount, now: datetime) -> bool:
    """Whether more than that has gone back of the payment once so many won have: several small refunds are a large one."""
    gone_back: int = payment.refunded + amount.amount
    return gone_back > pin_above(shop, now)


def refunds_of(payment: Payment) -> QuerySet[Refund]:
    """What was given back of a payment, oldest first."""
    return Refund.objects.filter(payment=payment).select_related("sent", "payment").order_by("pk")


def refunds_to(wallet: Wallet) -> QuerySet[Refund]:
    """Everything that shops promised to give back to the wallet, newest first."""
    return Refund.objects.filter(payment__payer=wallet).select_related("shop", "payment", "sent").order_by("-pk")


def refunds_between(wallet: Wallet, first: datetime, following: datetime) -> QuerySet[Refund]:
    """What was promised from ``first`` until before ``following``, newest first."""
    return refunds_to(wallet).filter(promised_at__gte=first, promised_at__lt=following)
