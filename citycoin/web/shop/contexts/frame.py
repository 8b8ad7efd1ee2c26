"""What every page of a shop shows around its own."""

from __future__ import annotations

from dataclasses import dataclass

from citycoin.platform.cities.models import City
from merchants.models import Shop
from merchants.queries.access import Access


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopPage:
    """The shop with its city, what the reader may do in it, and the tab that is open."""

    city: City
    access: Access
    shop: Shop
    tab: str = ""
