"""Which cities there are."""

from citycoin.foundation.kernel.errors import NotFound
from citycoin.platform.cities.models import City


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
