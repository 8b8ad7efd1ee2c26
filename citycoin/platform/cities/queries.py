"""Which cities there are, and their districts."""

from __future__ import annotations

from django.db.models import QuerySet

from citycoin.foundation.kernel.errors import NotFound
from citycoin.platform.cities.models import City, District


class CityUnknown(NotFound):
    """The URL names a city that this installation doesn't serve."""

    code = "city_unknown"
    ko = "그런 도시는 여기에 없어요."
    en = "There is no such city here."


def city_named(slug: str) -> City:
    """The city with this slug. Raises CityUnknown."""
    try:
        return City.objects.get(slug=slug)
    except City.DoesNotExist:
        raise CityUnknown(city=slug) from None


def all_cities() -> QuerySet[City]:
    """Every city of this installation, by slug."""
    return City.objects.all()


def english_name(city_id: int, district: str) -> str | None:
    """The English name of the city's district with this Korean one; None where the city lists none of it."""
    return District.objects.filter(city_id=city_id, name_ko=district).values_list("name_en", flat=True).first()


def districts_of(city: City) -> QuerySet[District]:
    """The districts that the city's file lists, by their Korean names; none where it lists none."""
    return District.objects.filter(city=city).order_by("name_ko")
