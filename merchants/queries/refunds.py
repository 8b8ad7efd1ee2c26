"""Reads of what shops give back."""

from __future__ import annotations

from django.db.models import QuerySet

from merchants.models import Refund
from wallets.models import Payment


def refunds_of(payment: Payment) -> QuerySet[Refund]:
    """What was given back of a payment, oldest first."""
    return Refund.objects.filter(payment=payment).select_related("sent", "payment").order_by("pk")
