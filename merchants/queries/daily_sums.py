"""Reads of the daily sums: a shop's by day and month, a city's by day, district and category; and their check.

They are of what is settled. What is still on its way stands in the payments alone (``sales``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncDate, TruncMonth

from citycoin.foundation.kernel.clock import KST
from contracts.models import Contract
from merchants.models import DailySum, Shop
from wallets.models import Movement, Payment, Status
from wallets.queries.reconciliation import Difference

WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Sums:
    """Payments and refunds that are settled: how many, and how many won."""

    payments: int = 0
    won: int = 0
    refunds: int = 0
    refunded: int = 0

    @property
    def net(self) -> int:
        """What was taken less what was given back; below zero where more was given back."""
        return self.won - self.refunded


def summed(many: Iterable[Sums]) -> Sums:
    """All of these together."""
    all_of_them = list(many)
    return Sums(
        payments=sum(each.payments for each in all_of_them),
        won=sum(each.won for each in all_of_them),
        refunds=sum(each.refunds for each in all_of_them),
        refunded=sum(each.refunded for each in all_of_them),
    )


def days_of_shop(shop: Shop, first: date, following: date) -> dict[date, Sums]:
    """The shop's sums by day, oldest first, from ``first`` until before ``following``; days without any are left out."""
    return _summed(_between(DailySum.objects.filter(shop=shop), first, following), "day")


def months_of_shop(shop: Shop, first: date, following: date) -> dict[date, Sums]:
    """The shop's sums by month, named by its first day, oldest first; of days from ``first`` until before ``following``."""
    rows = _between(DailySum.objects.filter(shop=shop), first, following)
    return _summed(rows.annotate(month=TruncMonth("day")), "month")


def same_weekday_before(shop: Shop, day: date) -> Sums:
    """The shop's day a week before."""
    before = day - WEEK
    return days_of_shop(shop, before, before + timedelta(days=1)).get(before, Sums())


def days_of_city(city_id: int, first: date, following: date) -> dict[date, Sums]:
    """All shops' sums by day, oldest first; days without any are left out."""
    return _summed(_of_city(city_id, first, following), "day")


def districts_of_city(city_id: int, first: date, following: date) -> dict[str, Sums]:
    """All shops' sums by the district (its Korean name, or empty) that they were in when it was posted."""
    return _summed(_of_city(city_id, first, following), "district")


def categories_of_city(city_id: int, first: date, following: date) -> dict[str, Sums]:
    """All shops' sums by the category that they had when it was posted."""
    return _summed(_of_city(city_id, first, following), "category")


def differences(contract: Contract) -> Iterator[Difference]:
    """Where sums aren't what was settled: a shop's against the movements, a shop's of a day against the payments."""
    slug, rows = contract.city.slug, DailySum.objects.filter(city_id=contract.city_id)
    yield from _compared(slug, "movements", _summed(rows, "shop"), _moved(contract.city_id))
    yield from _compared(slug, "payments", _summed(rows, "shop", "day"), _settled(contract.city_id))


def _compared(slug: str, what: str, kept: Mapping[Any, Sums], found: Mapping[Any, Sums]) -> Iterator[Difference]:
    """One for each figure that differs; the first part of a key is a shop, the second, if there is one, a day."""
    for key in sorted({*kept, *found}, key=str):
        mine, other = asdict(kept.get(key, Sums())), asdict(found.get(key, Sums()))
        account = " on ".join(map(str, key)) if isinstance(key, tuple) else str(key)
        for name in mine:
            if mine[name] != other[name]:
                yield Difference(slug, f"shop {account}", f"{name} of daily sums, by {what}", mine[name], other[name])


def _moved(city_id: int) -> dict[Any, Sums]:
    """What the movements say of each shop."""
    rows = Movement.objects.filter(city_id=city_id)
    paid = rows.filter(reason=Movement.Reason.PAYMENT, target__shop__isnull=False)
    returned = rows.filter(reason=Movement.Reason.REFUND, source__shop__isnull=False)
    return _together(_counted(paid, "target__shop"), _counted(returned, "source__shop"))


def _settled(city_id: int) -> dict[Any, Sums]:
    """What the settled payments say of each shop and day."""
    rows = Payment.objects.filter(city_id=city_id, status=Status.SETTLED)
    paid = rows.filter(refund_of=None, payee__shop__isnull=False).annotate(day=TruncDate("authorised_at", tzinfo=KST))
    returned = rows.filter(refund_of__isnull=False, payer__shop__isnull=False).annotate(
        day=TruncDate(Coalesce("refund__promised_at", "authorised_at"), tzinfo=KST)
    )
    return _together(_counted(paid, "payee__shop", "day"), _counted(returned, "payer__shop", "day"))


def _counted(rows: QuerySet[Any], *names: str) -> dict[Any, tuple[int, int]]:
    """(how many, won) by these fields."""
    found = rows.values_list(*names).annotate(n=Count("pk"), won=Sum("amount")).order_by(*names)
    return {_key(row[:-2]): (row[-2], row[-1]) for row in found}


def _together(paid: Mapping[Any, tuple[int, int]], returned: Mapping[Any, tuple[int, int]]) -> dict[Any, Sums]:
    return {key: Sums(*paid.get(key, (0, 0)), *returned.get(key, (0, 0))) for key in {*paid, *returned}}


def _summed(rows: QuerySet[DailySum], *names: str) -> dict[Any, Sums]:
    """The rows' sums by these fields, in their order."""
    figures = [field.name for field in fields(Sums)]
    found = rows.order_by(*names).values_list(*names).annotate(**{f"sum_{each}": Sum(each) for each in figures})
    return {_key(row[: len(names)]): Sums(*row[len(names) :]) for row in found}


def _key(parts: tuple[Any, ...]) -> Any:
    """A single part by itself, several as a tuple."""
    return parts[0] if len(parts) == 1 else parts


def _between(rows: QuerySet[DailySum], first: date, following: date) -> QuerySet[DailySum]:
    return rows.filter(day__gte=first, day__lt=following)


def _of_city(city_id: int, first: date, following: date) -> QuerySet[DailySum]:
    return _between(DailySum.objects.filter(city_id=city_id), first, following)
