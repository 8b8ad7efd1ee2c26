"""Reads for the register of a city's shops: which there are, in what state, and what each has taken of late.

What was taken is of the daily sums: settled, refunds taken out, and no payer among it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from citycoin.foundation.kernel.errors import NotFound
from citycoin.foundation.kernel.text import LONGEST_NAME, comparable
from citycoin.platform.accounts.models import Official
from citycoin.platform.cities.models import District
from merchants.domain.businesses import Category
from merchants.models import DailySum, RegisterView, Shop

# A column of the register, and what it is sorted by; equals stand in the order of their numbers.
ORDERS: Final[Mapping[str, str]] = {
    "name": "name_ko",
    "district": "district",
    "category": "category",
    "since": "opened_at",
    "paid": "last_paid",
    "month": "month_net",
}


class State(StrEnum):
    """Whether a shop can take payments: its registration on chain is final, and its wallet isn't frozen."""

    OPEN = "open"
    REGISTERING = "registering"
    FROZEN = "frozen"


_STATES: Final[Mapping[State, Q]] = {
    State.OPEN: Q(wallet__frozen_at=None, wallet__registered_at__isnull=False),
    State.REGISTERING: Q(wallet__frozen_at=None, wallet__registered_at=None),
    State.FROZEN: Q(wallet__frozen_at__isnull=False),
}
assert _STATES.keys() == set(State), "every state has a condition"


class ShopUnknown(NotFound):
    """The city has no such shop."""

    code = "shop_unknown"
    ko = "그런 가게가 없어요. 목록에서 다시 골라 주세요."
    en = "There is no such shop. Please choose it from the list again."


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which shops: each field narrows them down, and an empty one doesn't. ``text``: of a name, a district or a number."""

    text: str = ""
    district: str = ""
    category: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many shops each value of a filter has, the other filters as they are."""

    states: Mapping[str, int]
    districts: Mapping[str, int]
    categories: Mapping[str, int]


def state_of(shop: Shop) -> State:
    """The state of a shop whose wallet is loaded."""
    if shop.wallet.frozen_at:
        return State.FROZEN
    return State.OPEN if shop.wallet.registered_at else State.REGISTERING


def shops_wanted(city_id: int, wanted: Wanted) -> QuerySet[Shop]:
    """The shops, with their wallets."""
    rows = Shop.objects.filter(city_id=city_id).select_related("wallet")
    if wanted.state:
        rows = rows.filter(_STATES[State(wanted.state)])
    if wanted.district:
        rows = rows.filter(district=wanted.district)
    if wanted.category:
        rows = rows.filter(category=Category(wanted.category))
    return rows.filter(_said(city_id, wanted.text)) if wanted.text else rows


def sorted_with_sums(rows: QuerySet[Shop], *, by: str, falling: bool, month: date) -> QuerySet[Shop]:
    """The shops in an order of ORDERS, each with ``last_paid`` (a day, or None) and ``month_net``: won since that first day."""
    days = DailySum.objects.filter(shop=OuterRef("pk")).order_by().values("shop")
    net = days.filter(day__gte=month).annotate(won=Sum(F("won") - F("refunded"))).values("won")
    last = days.filter(payments__gt=0).annotate(last=Max("day")).values("last")
    known = rows.annotate(last_paid=Subquery(last), month_net=Coalesce(Subquery(net), 0))
    column = F(ORDERS[by])
    return known.order_by(column.desc(nulls_last=True) if falling else column.asc(nulls_last=True), "pk")


def counts(city_id: int, wanted: Wanted) -> Counts:
    """What the filters offer; the empty state counts all."""
    in_any_state = shops_wanted(city_id, replace(wanted, state=""))
    states = in_any_state.aggregate(
        **{each.value: Count("pk", filter=condition) for each, condition in _STATES.items()}
    )
    return Counts(
        states={"": sum(states.values()), **states},
        districts=_counted(shops_wanted(city_id, replace(wanted, district="")), "district"),
        categories=_counted(shops_wanted(city_id, replace(wanted, category="")), "category"),
    )


def shop_registered(city_id: int, number: int) -> Shop:
    """The city's shop of this number, with its wallet and its keys. Raises ShopUnknown."""
    rows = Shop.objects.filter(city_id=city_id, pk=number).select_related("wallet").prefetch_related("wallet__keys")
    found = rows.first()
    if found is None:
        raise ShopUnknown
    return found


def shops_numbered(city_id: int, numbers: Collection[int]) -> list[Shop]:
    """The city's shops among these numbers, by name, with their wallets."""
    rows = Shop.objects.filter(city_id=city_id, pk__in=numbers).select_related("wallet")
    return list(rows.order_by("name_ko", "pk"))


def views_of(official: Official) -> QuerySet[RegisterView]:
    """What the official has saved, by name."""
    return RegisterView.objects.filter(official=official).order_by("name")


def last_paid(shop: Shop) -> date | None:
    """The last day with a settled payment."""
    days = DailySum.objects.filter(shop=shop, payments__gt=0).order_by("-day")
    return days.values_list("day", flat=True).first()


def _said(city_id: int, text: str) -> Q:
    """In a name or a district, in either language; digits and hyphens are a business number, too."""
    wanted = comparable(text[:LONGEST_NAME])
    english = District.objects.filter(city_id=city_id).values_list("name_ko", "name_en")
    found = Q(sought_by__contains=wanted) | Q(district__in=[ko for ko, en in english if wanted in comparable(en)])
    digits = text.replace("-", "").replace(" ", "")
    return found | Q(business_number__contains=digits) if digits.isascii() and digits.isdigit() else found


def _counted(rows: QuerySet[Shop], column: str) -> dict[str, int]:
    found = rows.order_by(column).values_list(column).annotate(Count("pk"))
    return {value: count for value, count in found if value}
