"""Reads of top-ups."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from citycoin.foundation.kernel.errors import NotFound
from citycoin.money.issuance.models import TopUp
from wallets.models import Wallet

UNDER_WAY: Final = (TopUp.Status.RESERVED, TopUp.Status.PAID, TopUp.Status.ISSUING)


class TopUpUnknown(NotFound):
    """The wallet has no such top-up."""

    code = "top_up_unknown"
    ko = "그런 충전이 없어요."
    en = "There is no such top-up."


def top_up_named(wallet_id: int, client_id: UUID) -> TopUp:
    """The wallet's top-up under this id. Raises TopUpUnknown."""
    found = TopUp.objects.filter(wallet_id=wallet_id, client_id=client_id).select_related("programme").first()
    if found is None:
        raise TopUpUnknown
    return found


def top_ups_under_way(wallet: Wallet) -> QuerySet[TopUp]:
    """The wallet's top-ups that are not at their end, newest first."""
    return TopUp.objects.filter(wallet=wallet, status__in=UNDER_WAY).order_by("-pk")


def top_ups_between(wallet: Wallet, first: datetime, following: datetime) -> QuerySet[TopUp]:
    """The wallet's top-ups that were reserved from ``first`` until before ``following``."""
    return TopUp.objects.filter(wallet=wallet, reserved_at__gte=first, reserved_at__lt=following)


def unpaid_top_ups() -> QuerySet[TopUp]:
    """Top-ups of all cities that wait for the bank's word, newest first, with their cities. For the demo's bank alone."""
    return TopUp.objects.filter(status=TopUp.Status.RESERVED).select_related("city").order_by("-pk")
