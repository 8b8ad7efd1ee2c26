"""Sums of a city's won for anybody: from the books alone, with the block they hold for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count, Min, OuterRef, Q, Subquery, Sum
from django.db.models.functions import TruncDate

from citycoin.foundation.kernel.clock import KST, month_of, months_through
from contracts.models import ChainLog, Contract
from contracts.queries import tokens
from wallets.models import Movement, SupplyMonth, Wallet
from wallets.queries.supply import supply_months

Kind = Wallet.Kind
BURN_OVER: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class CityFigures:
    """Won of a city since its beginning. ``block``: the last one whose every log is posted."""

    issued: int
    burned: int
    treasury: int
    circulating: int  # counted wallet by wallet, not by subtraction
    shops: int
    block: int
    last_change_block: int
    last_change_at: datetime | None

    @property
    def difference(self) -> int:
        """What was issued less what was burned less where it is: zero, or something is wrong."""
        return self.issued - self.burned - self.treasury - self.circulating


def city_figures(contract: Contract) -> CityFigures:
    """As of the last posted block. The balances are of one statement, so they belong together."""
    shop = Q(kind=Kind.SHOP, registered_at__isnull=False, frozen_at=None)
    sums = Wallet.objects.filter(city_id=contract.city_id).aggregate(
        issuance=Sum("posted", filter=Q(kind=Kind.ISSUANCE), default=0),
        treasury=Sum("posted", filter=Q(kind=Kind.TREASURY), default=0),
        circulating=Sum("posted", filter=~Q(kind__in=[Kind.ISSUANCE, Kind.TREASURY]), default=0),
        shops=Count("pk", filter=shop),
    )
    burned = Movement.objects.filter(city_id=contract.city_id, target__kind=Kind.ISSUANCE)
    given_back = burned.aggregate(won=Sum("amount", default=0))["won"]
    waiting = ChainLog.objects.filter(contract=contract, posted_at=None).aggregate(first=Min("block_number"))["first"]
    last = ChainLog.objects.filter(contract=contract, posted_at__isnull=False).order_by("-block_number").first()
    return CityFigures(
        issued=given_back - sums["issuance"],
        burned=given_back,
        treasury=sums["treasury"],
        circulating=sums["circulating"],
        shops=sums["shops"],
        block=(contract.next_block if waiting is None else waiting) - 1,
        last_change_block=last.block_number if last else 0,
        last_change_at=last.block_at if last else None,
    )


def circulating_by_city() -> dict[int, int]:
    """Won in wallets of residents and shops, by the city's key; a city without a token is left out."""
    rows = Wallet.objects.exclude(kind__in=[Kind.ISSUANCE, Kind.TREASURY]).values_list("city_id")
    sums = dict(rows.annotate(won=Sum("posted")).order_by("city_id"))
    return {city_id: sums.get(city_id, 0) for city_id in tokens().values_list("city_id", flat=True)}


@dataclass(frozen=True, slots=True)
class Flow:
    """Where a city's issued won went, in won since its beginning. What is not listed is the books' difference."""

    issued: int
    with_residents: int
    with_shops: int
    unexplained: int  # in suspense: moved, and no row of ours says why
    gone_from_residents: int  # burned or given back to the city
    gone_from_shops: int
    gone_otherwise: int

    @property
    def reached_shops(self) -> int:
        """All that shops took in, less what they gave back."""
        return self.with_shops + self.gone_from_shops

    @property
    def reached_residents(self) -> int:
        """All that residents got, less what came to them from shops again."""
        return self.with_residents + self.gone_from_residents + self.reached_shops


def flow(contract: Contract) -> Flow:
    """Of balances, and of what left circulation; so its cost is that of the wallets, however many payments there were."""
    city_id = contract.city_id
    held = Wallet.objects.filter(city_id=city_id).values_list("kind").annotate(won=Sum("posted"))
    balances: dict[str, int] = dict(held.order_by("kind"))
    moved = Movement.objects.filter(city_id=city_id, target__kind__in=[Kind.ISSUANCE, Kind.TREASURY])
    out: dict[str, int] = dict(
        moved.exclude(source__kind__in=[Kind.ISSUANCE, Kind.TREASURY])
        .values_list("source__kind")
        .annotate(won=Sum("amount"))
        .order_by("source__kind")
    )
    burned = moved.filter(target__kind=Kind.ISSUANCE).aggregate(won=Sum("amount", default=0))["won"]
    return Flow(
        issued=burned - balances.get(Kind.ISSUANCE, 0),
        with_residents=balances.get(Kind.RESIDENT, 0),
        with_shops=balances.get(Kind.SHOP, 0),
        unexplained=balances.get(Kind.SUSPENSE, 0),
        gone_from_residents=out.get(Kind.RESIDENT, 0),
        gone_from_shops=out.get(Kind.SHOP, 0),
        gone_otherwise=out.get(Kind.SUSPENSE, 0),
    )


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """Won of a city in a month of Seoul, by the time of the blocks; and since the beginning, as of the month's end."""

    month: date  # its first day
    issued: int
    benefit: int  # won among those issued that others than their buyer paid
    gone: int  # burned or come to the treasury, less what left it again
    issued_in_all: int
    circulating: int  # issued less gone, since the beginning


@dataclass(frozen=True, slots=True)
class Series:
    """A city's months, oldest first, and the won that go round now, counted wallet by wallet in the same statement."""

    months: Sequence[MonthFigures] = ()
    circulating: int = 0

    @property
    def benefit(self) -> int:
        """Won since the beginning that others than their buyers paid."""
        return sum(each.benefit for each in self.months)

    @property
    def difference(self) -> int:
        """What was issued less what is gone less where it is: zero, or something is wrong."""
        return (self.months[-1].circulating if self.months else 0) - self.circulating


def series(city_id: int, now: datetime) -> Series:
    """From the city's first month to this one. A row a month is read, however many payments and top-ups there were."""
    in_wallets = Wallet.objects.filter(city_id=OuterRef("city_id")).exclude(kind__in=[Kind.ISSUANCE, Kind.TREASURY])
    sums = in_wallets.order_by().values("city_id").annotate(won=Sum("posted")).values("won")
    rows = {each.month: each for each in supply_months(city_id).annotate(circulating=Subquery(sums))}
    if not rows:
        return Series()
    found, issued, gone = [], 0, 0
    for month in months_through(min(rows), max(*rows, month_of(now))):
        row = rows.get(month, SupplyMonth())
        issued, gone = issued + row.issued, gone + row.gone
        found.append(MonthFigures(month, row.issued, row.benefit, row.gone, issued, issued - gone))
    return Series(found, next(iter(rows.values())).circulating)


def issued_a_day(city_id: int, now: datetime) -> int:
    """Won issued a day, on average of the last thirty days, or of those since the first issue."""
    issued = Movement.objects.filter(city_id=city_id, source__kind=Kind.ISSUANCE, at__gt=now - BURN_OVER)
    said = issued.aggregate(won=Sum("amount", default=0), first=Min("at"))
    if not said["won"]:
        return 0
    earlier = Movement.objects.filter(city_id=city_id, source__kind=Kind.ISSUANCE, at__lte=now - BURN_OVER).exists()
    over = BURN_OVER if earlier else now - said["first"]
    return int(said["won"] / max(over / timedelta(days=1), 1))


def issued_by_day(city_id: int, first: datetime, following: datetime) -> dict[date, int]:
    """Won issued on each day in Seoul from ``first`` until before ``following``; days without any are left out."""
    rows = Movement.objects.filter(city_id=city_id, source__kind=Kind.ISSUANCE, at__gte=first, at__lt=following)
    days = rows.annotate(day=TruncDate("at", tzinfo=KST)).order_by("day").values_list("day")
    return dict(days.annotate(Sum("amount")))
