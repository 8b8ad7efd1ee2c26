"""Reads of the officials' keys on chain."""

from __future__ import annotations

from django.db.models import QuerySet

from citycoin.money.issuance.models import OfficialKey


def official_keys_of(city_id: int) -> QuerySet[OfficialKey]:
    """Those of the moment."""
    return OfficialKey.objects.filter(city_id=city_id, until=None)


def founding_addresses(city_id: int) -> set[str]:
    """Addresses of the founding keys that are in force still."""
    return set(official_keys_of(city_id).filter(founding=True).values_list("address", flat=True))


def cities_with_founding_keys() -> list[str]:
    """The slugs of the cities for which a founding key may still sign, in the alphabet's order."""
    rows = OfficialKey.objects.filter(founding=True, until=None)
    return sorted(rows.values_list("city__slug", flat=True).distinct())
