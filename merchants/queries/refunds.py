"""Reads of what shops give back."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from merchants.models import Refund
from wallets.models import Payment, Wallet


def refunds_to_send() -> Q:
    """Of contracts: those whose city has refunds that were promised and not sent."""
    return Q(city__in=Refund.objects.filter(sent=None).values("shop__city"))


def refunds_of(payment: Payment) -> QuerySet[Refund]:
    """What was given back of a payment, oldest first."""
    return Refund.objects.filter(payment=payment).select_related("sent", "payment").order_by("pk")


def refunds_to(wallet: Wallet, first: datetime, following: datetime) -> QuerySet[Refund]:
    """What shops promised to give back to the wallet from ``first`` until before ``following``."""
    rows = Refund.objects.filter(payment__payer=wallet, promised_at__gte=first, promised_at__lt=following)
    return rows.select_related("shop", "payment", "sent")
