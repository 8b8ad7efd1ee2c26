"""Reads of the officials' keys on chain."""

from __future__ import annotations

from django.db.models import QuerySet

from citycoin.money.issuance.models import OfficialKey


def official_keys_of(city_id: int) -> QuerySet[OfficialKey]:
    """Those of the moment."""
    return OfficialKey.objects.filter(city_id=city_id, until=None)


def count_of_founding_keys(city_id: int) -> int:
    """How many keys that ``up`` made may still sign for the city."""
    return official_keys_of(city_id).filter(founding=True).count()


def cities_with_founding_keys() -> list[str]:
    """The slugs of the cities for which a founding key may still sign, in the alphabet's order."""
    rows = OfficialKey.objects.filter(founding=True, until=None)
    return sorted(rows.values_list("city__slug", flat=True).distinct())
