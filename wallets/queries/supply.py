"""Reads of what a city's won did by month, and their check against the movements and the lots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.money import BUYER
from contracts.models import Contract
from wallets.domain.supply import change_of
from wallets.models import Lot, Movement, SupplyMonth, Wallet
from wallets.queries.reconciliation import Difference

OF_THE_CITY = [Wallet.Kind.ISSUANCE, Wallet.Kind.TREASURY]


def supply_months(city_id: int) -> QuerySet[SupplyMonth]:
    """Oldest first; months in which nothing was issued and nothing went are left out."""
    return SupplyMonth.objects.filter(city_id=city_id).order_by("month")


def differences(contract: Contract) -> Iterator[Difference]:
    """Where a month isn't what the movements of its blocks say, and the benefits in all not what the lots do."""
    slug, kept = contract.city.slug, {each.month: each for each in supply_months(contract.city_id)}
    issued, gone = _moved(contract.city_id)
    for month in sorted({*kept, *issued, *gone}):
        row = kept.get(month, SupplyMonth())
        for what, mine, other in (("issued", row.issued, issued[month]), ("gone", row.gone, gone[month])):
            if mine != other:
                yield Difference(slug, f"supply of {month:%Y-%m}", f"{what}, by movements", mine, other)
    given, found = sum(each.benefit for each in kept.values()), _benefits(contract.city_id)
    if given != found:
        yield Difference(slug, "supply", "benefits, by lots", given, found)


def _moved(city_id: int) -> tuple[Counter[date], Counter[date]]:
    """Won issued and won gone, by month."""
    rows = Movement.objects.filter(city_id=city_id)
    rows = rows.filter(Q(source__kind__in=OF_THE_CITY) | Q(target__kind__in=OF_THE_CITY))
    by = ("month", "source__kind", "target__kind")
    issued: Counter[date] = Counter()
    gone: Counter[date] = Counter()
    found = rows.annotate(month=TruncMonth("at", tzinfo=KST)).order_by(*by).values_list(*by).annotate(Sum("amount"))
    for month, source, target, won in found:
        change = change_of(won, source=source, target=target)
        issued[month.date()] += change.issued
        gone[month.date()] += change.gone
    return issued, gone


def _benefits(city_id: int) -> int:
    """Won of final lots that others than their buyer paid; nobody knows of those that the books didn't promise."""
    rows = Lot.objects.filter(wallet__city_id=city_id, final_at__isnull=False, spendable=True)
    return sum(won - funders.get(BUYER, 0) for won, funders in rows.values_list("amount", "funders").iterator())
