"""Reads of what shops give back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet
from django.db.models.functions import Greatest

from citycoin.foundation.bilingual import Words
from citycoin.platform.queues.queries import Queue, register
from merchants.models import Refund
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


def refunds_of(payment: Payment) -> QuerySet[Refund]:
    """What was given back of a payment, oldest first."""
    return Refund.objects.filter(payment=payment).select_related("sent", "payment").order_by("pk")


def refunds_to(wallet: Wallet, first: datetime, following: datetime) -> QuerySet[Refund]:
    """What shops promised to give back to the wallet from ``first`` until before ``following``."""
    rows = Refund.objects.filter(payment__payer=wallet, promised_at__gte=first, promised_at__lt=following)
    return rows.select_related("shop", "payment", "sent")
