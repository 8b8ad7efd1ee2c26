"""Whether few people paid: the distinct payers behind a group's sums, counted no further than the rule of five asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Final

from django.db.models import Sum

from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.few_people import FEWEST_SHOWN
from merchants.models import DailySum
from wallets.models import Payment, Status

# Where many pay, so many payments at the busiest shops have enough payers; only where they haven't, all are looked at.
PAYMENTS_TRIED: Final = 50
SHOPS_TRIED: Final = 10


def wallets_by(city_id: int, first: date, following: date, column: str) -> dict[str, list[int]]:
    """The wallets of the shops behind the daily sums of these days, the busiest first, by ``category`` or ``district``."""
    days = DailySum.objects.filter(city_id=city_id, day__gte=first, day__lt=following)
    rows = days.values_list(column, "shop__wallet").annotate(n=Sum("payments")).order_by("-n", "shop__wallet")
    found: dict[str, list[int]] = {}
    for name, wallet, _ in rows:
        found.setdefault(name, []).append(wallet)
    return found


def payers_at(wallets: Sequence[int], first: date, following: date) -> int:
    """How many people have paid these shops on these days, as far as it is settled; FEWEST_SHOWN stands for more, too.

    A shop that changed its group within these days counts for both, each with all its payers.
    """
    begins, ends = (datetime.combine(day, time(), KST) for day in (first, following))
    settled = Payment.objects.filter(
        status=Status.SETTLED, refund_of=None, authorised_at__gte=begins, authorised_at__lt=ends
    ).order_by()
    some = settled.filter(payee__in=wallets[:SHOPS_TRIED]).values_list("payer", flat=True)[:PAYMENTS_TRIED]
    known = set(some)
    if len(known) >= FEWEST_SHOWN:
        return FEWEST_SHOWN
    rows = settled.filter(payee__in=wallets).values_list("payer", flat=True).distinct()
    return len(set(rows[:FEWEST_SHOWN]))
