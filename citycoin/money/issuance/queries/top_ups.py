"""Reads of top-ups."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from statistics import median
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from citycoin.foundation.kernel.errors import NotFound
from citycoin.money.issuance.models import TopUp
from citycoin.money.issuance.queries.waiting import ISSUING
from citycoin.platform.queues.queries import set_aside_rows
from wallets.models import Wallet

# So many say what is usual today.
LAST_FEW: Final = 9
PACE_OVER: Final = timedelta(hours=12)
# Of our own beside the chain's: to sign an issue, to copy what a final block says, to post it.
OWN_SECONDS: Final = 3
UNDER_WAY: Final = (TopUp.Status.RESERVED, TopUp.Status.PAID, TopUp.Status.ISSUING)


class TopUpUnknown(NotFound):
    """The wallet has no such top-up."""

    code = "top_up_unknown"
    ko = "그런 충전이 없어요. 내역에서 확인해 주세요."
    en = "There is no such top-up. Please look in the history."


def top_up_named(wallet_id: int, client_id: UUID) -> TopUp:
    """The wallet's top-up under this id. Raises TopUpUnknown."""
    found = (
        TopUp.objects.filter(wallet_id=wallet_id, client_id=client_id)
        .select_related("programme", "account__account")
        .first()
    )
    if found is None:
        raise TopUpUnknown
    return found


def extensions_of(top_up: TopUp) -> int:
    """How often its time to pay was extended."""
    times = (top_up.reserved_until - top_up.reserved_at) / timedelta(seconds=settings.RESERVATION_SECONDS)
    return max(round(times) - 1, 0)


def is_set_aside(top_up: TopUp) -> bool:
    """Whether it is paid, and its issue failed so often that it waits for an official."""
    return top_up.status == TopUp.Status.PAID and set_aside_rows(ISSUING).filter(row=top_up.pk).exists()


def top_ups_under_way(wallet: Wallet) -> QuerySet[TopUp]:
    """The wallet's top-ups that are not at their end, newest first."""
    return TopUp.objects.filter(wallet=wallet, status__in=UNDER_WAY).order_by("-pk")


def top_ups_of(wallet: Wallet) -> QuerySet[TopUp]:
    """Every top-up of the wallet, newest first."""
    return TopUp.objects.filter(wallet=wallet).order_by("-pk")


def top_ups_between(wallet: Wallet, first: datetime, following: datetime) -> QuerySet[TopUp]:
    """What was reserved from ``first`` until before ``following``, newest first."""
    return top_ups_of(wallet).filter(reserved_at__gte=first, reserved_at__lt=following)


def usual_seconds(city_id: int, now: datetime) -> int:
    """How long the city's last top-ups took from the bank's word until they could be spent: the median, in seconds.

    Of those that were paid in the last hours: older ones say nothing of how quick the chain is now. Where none was, what the
    chain takes and a moment for our own steps.
    """
    rows = TopUp.objects.filter(city_id=city_id, status=TopUp.Status.ISSUED, paid_at__gte=now - PACE_OVER)
    took = [
        (ended - paid).total_seconds()
        for paid, ended in rows.order_by("-paid_at").values_list("paid_at", "issue__ended_at")[:LAST_FEW]
        if paid and ended
    ]
    return ceil(median(took)) if took else bar_seconds()


def bar_seconds() -> int:
    """What a top-up may take from the bank's word: the blocks until one is final, and three seconds."""
    return ceil(settings.CHAIN_BLOCKS_TO_FINAL * settings.CHAIN_BLOCK_SECONDS) + OWN_SECONDS


def unpaid_top_ups() -> QuerySet[TopUp]:
    """Top-ups of all cities that wait for the bank's word, newest first, with their cities. For the demo's bank alone."""
    return (
        TopUp.objects.filter(status=TopUp.Status.RESERVED)
        .select_related("city", "account", "wallet__owner")
        .order_by("-pk")
    )
