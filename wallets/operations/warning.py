"""Tells people which of their won lapse soon, while there are some left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db.models import F

from citycoin.foundation.fault_points import commits
from citycoin.foundation.locks import locked, locked_ids
from citycoin.platform.notices.domain.kinds import Kind
from citycoin.platform.notices.operations import News, tell
from citycoin.platform.queues.operations import take
from citycoin.platform.queues.queries import due
from wallets.domain.warnings import days_said, last_day, next_warning
from wallets.models import Lot, Wallet
from wallets.queries.waiting import WARNING

WARNED_AT_ONCE: Final = 1_000


def warn(*, now: datetime) -> int:
    """Tell the owners of lots whose warning is due; return of how many lots."""
    waiting = list(due(WARNING, now).order_by("warn_at", "pk").values_list("pk", flat=True)[:WARNED_AT_ONCE])
    return take(WARNING, waiting, lambda part: _warn(part, now), now=now, at_once=WARNED_AT_ONCE)


@commits("warn_of_lapsing")
def _warn(numbers: Sequence[int], now: datetime) -> int:
    """The wallets first: whoever pays holds theirs while they take of its lots."""
    owners = Lot.objects.filter(pk__in=numbers).values_list("wallet_id", flat=True)
    wallets = locked_ids(Wallet, owners)
    lots = list(locked(Lot.objects.filter(pk__in=numbers, warn_at__lte=now)))
    tell(*_news(lots, wallets, now), now=now)
    for each in lots:
        each.warn_at = next_warning(each.expires_at, after=now)
    return Lot.objects.bulk_update(lots, ["warn_at"], batch_size=150)


def _news(lots: Sequence[Lot], wallets: dict[int, Wallet], now: datetime) -> list[News]:
    """One for each wallet and last day, of all that lapses with that day."""
    theirs = {(each.wallet_id, each.expires_at) for each in lots if each.expires_at > now}
    left: defaultdict[tuple[int, datetime], int] = defaultdict(int)
    alive = Lot.objects.filter(
        wallet__in=wallets, expires_at__in={day for _, day in theirs}, spendable=True, final_at__isnull=False
    )
    for wallet_id, expires_at, won in alive.values_list("wallet_id", "expires_at", F("amount") - F("taken")):
        left[wallet_id, expires_at] += won
    return [
        _one(wallets[wallet_id], expires_at, left[wallet_id, expires_at], now)
        for wallet_id, expires_at in sorted(theirs)
        if left[wallet_id, expires_at] and wallets[wallet_id].owner_id
    ]


def _one(wallet: Wallet, expires_at: datetime, won: int, now: datetime) -> News:
    assert wallet.owner_id is not None, "who has no owner is left out"
    day = last_day(expires_at)
    return News(
        person_id=wallet.owner_id,
        city_id=wallet.city_id,
        kind=Kind.WON_LAPSING,
        subject=f"{wallet.pk} {day} {days_said(expires_at, now=now)}",
        facts={"won": won, "day": [day.year, day.month, day.day]},
    )
