"""Sums of a city's won for anybody: from the books alone, with the block they hold for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Min, Q, Sum

from contracts.models import ChainLog, Contract
from wallets.models import Movement, Wallet

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


def issued_a_day(city_id: int, now: datetime) -> int:
    """Won issued a day, on average of the last thirty days, or of those since the first issue."""
    issued = Movement.objects.filter(city_id=city_id, source__kind=Kind.ISSUANCE, at__gt=now - BURN_OVER)
    said = issued.aggregate(won=Sum("amount", default=0), first=Min("at"))
    if not said["won"]:
        return 0
    earlier = Movement.objects.filter(city_id=city_id, source__kind=Kind.ISSUANCE, at__lte=now - BURN_OVER).exists()
    over = BURN_OVER if earlier else now - said["first"]
    return int(said["won"] / max(over / timedelta(days=1), 1))
