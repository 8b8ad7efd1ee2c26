"""What the list of a city's shops and the pages of applying show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from citycoin.foundation.bilingual import chosen
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.platform.accounts.models import Person
from citycoin.platform.cities.models import City
from citycoin.platform.cities.queries import districts_of
from merchants.domain.businesses import Category
from merchants.doors.words import CATEGORY_WORDS, ROLE_WORDS
from merchants.models import Shop, ShopApplication
from merchants.queries.access import memberships_of
from merchants.queries.applications import unfinished_applications
from merchants.queries.shops import shops_found

LISTED_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedShop:
    """A shop with its district and category in words."""

    shop: Shop
    district: str
    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopsPage:
    """The shops that were looked for, and the reader's own with their roles; ``more``: there are others."""

    city: City
    memberships: Sequence[tuple[Shop, str]]
    applications: Sequence[ShopApplication]
    shops: Sequence[ListedShop]
    more: bool
    q: str
    category: str
    categories: Sequence[tuple[str, str]]


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


def shops_page(city: City, person: Person | None, *, q: str, category: str) -> ShopsPage:
    """The shops of a category with a text in their name or district; either may be empty."""
    shown = list(shops_found(city.pk, text=q, category=category)[: LISTED_AT_ONCE + 1])
    english = {each.name_ko: each.name_en for each in districts_of(city)}
    memberships = memberships_of(city.pk, person) if person else []
    return ShopsPage(
        city=city,
        memberships=[(access.shop, str(ROLE_WORDS[access.role])) for access in memberships],
        applications=unfinished_applications(city.pk, person) if person else [],
        shops=[_listed(shop, english) for shop in shown[:LISTED_AT_ONCE]],
        more=len(shown) > LISTED_AT_ONCE,
        q=q,
        category=category,
        categories=_categories(),
    )


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


def _listed(shop: Shop, english: Mapping[str, str]) -> ListedShop:
    district = chosen(shop.district, english.get(shop.district, shop.district))
    return ListedShop(shop=shop, district=district, category=str(CATEGORY_WORDS[Category(shop.category)]))


def _categories() -> list[tuple[str, str]]:
    return [(category.value, str(words)) for category, words in CATEGORY_WORDS.items()]
