"""The first page: each city in its face, with what is going round in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from citycoin.money.issuance.queries.figures import circulating_by_city
from citycoin.platform.cities.models import City
from citycoin.platform.cities.queries import Face, all_cities, face_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CityCard:
    """A city, how it looks, and the won in its people's and shops' wallets; None before it has a token."""

    city: City
    face: Face
    circulating: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CitiesPage:
    """Every city of the installation."""

    cities: Sequence[CityCard]


def cities_page() -> CitiesPage:
    """The first page's context."""
    sums = circulating_by_city()
    return CitiesPage(
        cities=[CityCard(city=each, face=face_of(each), circulating=sums.get(each.pk)) for each in all_cities()]
    )
