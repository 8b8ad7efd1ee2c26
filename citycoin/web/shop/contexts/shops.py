"""What the list of a city's shops and the pages of applying show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from urllib.parse import urlencode

from citycoin.foundation.bilingual import Words, chosen
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.platform.accounts.models import Person
from citycoin.platform.cities.models import City, District
from citycoin.platform.cities.queries import districts_of
from merchants.domain.businesses import Category
from merchants.doors.words import CATEGORY_WORDS, ROLE_WORDS
from merchants.models import Shop, ShopApplication
from merchants.queries.access import memberships_of
from merchants.queries.applications import unfinished_applications
from merchants.queries.sales import last_sale_day
from merchants.queries.sales import today as day_in_seoul
from merchants.queries.shops import counts_by_category, shops_found
from wallets.queries.ledger import WalletUnknown, wallet_of_person

LISTED_AT_ONCE: Final = 200
DAYS_OF_A_WEEK: Final = 7
DAYS_OF_A_MONTH: Final = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedShop:
    """A shop with its district and category in words."""

    shop: Shop
    district: str
    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A filter that one press puts on: its words, how many shops it leaves, its query string, whether it is on."""

    words: str
    count: int
    query: str
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopsPage:
    """The shops that were looked for, and the reader's own with their roles; ``more``: there are others.

    ``wallet``: whether the reader has one here, whose bar then stands below the page.
    """

    city: City
    wallet: bool
    memberships: Sequence[tuple[Shop, str]]
    applications: Sequence[ShopApplication]
    shops: Sequence[ListedShop]
    more: bool
    q: str
    category: str
    chips: Sequence[Chip]
    district: str
    districts: Sequence[tuple[str, str]]
    tab: str = "shops"


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutPage:
    """A shop as anybody may see it. ``last_paid`` says only roughly when: nobody learns from it who was there."""

    city: City
    wallet: bool
    listed: ListedShop
    opened: date
    last_paid: Words
    tab: str = "shops"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyPage:
    """The application's form with what was typed, and why it was refused; ``reason``: why the one before was rejected."""

    city: City
    typed: Mapping[str, str]
    reason: str
    error: CityCoinError | None
    categories: Sequence[tuple[str, str]]
    districts: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationPage:
    """Where an application stands."""

    city: City
    application: ShopApplication
    category: str


def shops_page(city: City, person: Person | None, *, q: str, category: str, district: str) -> ShopsPage:
    """The shops of a category and a district with a text in their name or district; each may be empty."""
    places = list(districts_of(city))
    known = district if district in [each.name_ko for each in places] else ""
    shown = list(shops_found(city.pk, text=q, category=category, district=known)[: LISTED_AT_ONCE + 1])
    memberships = memberships_of(city.pk, person) if person else []
    return ShopsPage(
        city=city,
        wallet=has_wallet(city, person),
        memberships=[(access.shop, str(ROLE_WORDS[access.role])) for access in memberships],
        applications=unfinished_applications(city.pk, person) if person else [],
        shops=[_listed(shop, places) for shop in shown[:LISTED_AT_ONCE]],
        more=len(shown) > LISTED_AT_ONCE,
        q=q,
        category=category,
        chips=_chips(city, q=q, category=category, district=known),
        district=known,
        districts=[(each.name_ko, chosen(each.name_ko, each.name_en)) for each in places],
    )


def about_page(shop: Shop, person: Person | None, *, now: datetime) -> AboutPage:
    """One shop of the public list."""
    last = last_sale_day(shop)
    return AboutPage(
        city=shop.city,
        wallet=has_wallet(shop.city, person),
        listed=_listed(shop, districts_of(shop.city)),
        opened=day_in_seoul(shop.opened_at),
        last_paid=paid_lately(last, today=day_in_seoul(now)),
    )


def has_wallet(city: City, person: Person | None) -> bool:
    """Whether they pay with the city's money, too."""
    if person is None:
        return False
    try:
        wallet_of_person(city.pk, person)
    except WalletUnknown:
        return False
    return True


def paid_lately(last: date | None, *, today: date) -> Words:
    """When the shop was paid last, in three steps: a day would say who of a small shop's customers was there."""
    if last is None:
        return Words("아직 없어요", "Not yet")
    days = (today - last).days
    if days < DAYS_OF_A_WEEK:
        return Words("최근 일주일 안", "Within a week")
    if days < DAYS_OF_A_MONTH:
        return Words("최근 한 달 안", "Within a month")
    return Words("한 달 넘게 없었어요", "More than a month ago")


def _chips(city: City, *, q: str, category: str, district: str) -> list[Chip]:
    counts = counts_by_category(shops_found(city.pk, text=q, district=district))
    there = [(each.value, str(words), counts.get(each, 0)) for each, words in CATEGORY_WORDS.items()]
    every = ("", chosen("전체", "All"), sum(counts.values()))
    return [
        Chip(
            words=words,
            count=count,
            query=urlencode({"q": q, "district": district, "category": value}),
            on=value == category,
        )
        for value, words, count in [every, *there]
        if count or value in ("", category)
    ]


def apply_page(
    city: City, typed: Mapping[str, str], before: ShopApplication | None, *, error: CityCoinError | None = None
) -> ApplyPage:
    """The form; ``before`` is the application that is mended by it."""
    return ApplyPage(
        city=city,
        typed=typed,
        reason=before.reason if before else "",
        error=error,
        categories=_categories(),
        districts=[(each.name_ko, chosen(each.name_ko, each.name_en)) for each in districts_of(city)],
    )


def application_page(city: City, application: ShopApplication) -> ApplicationPage:
    """One application of the city."""
    words = CATEGORY_WORDS[Category(application.category)]
    return ApplicationPage(city=city, application=application, category=str(words))


def _listed(shop: Shop, places: Iterable[District]) -> ListedShop:
    english = next((each.name_en for each in places if each.name_ko == shop.district), shop.district)
    district = chosen(shop.district, english)
    return ListedShop(shop=shop, district=district, category=str(CATEGORY_WORDS[Category(shop.category)]))


def _categories() -> list[tuple[str, str]]:
    return [(category.value, str(words)) for category, words in CATEGORY_WORDS.items()]
