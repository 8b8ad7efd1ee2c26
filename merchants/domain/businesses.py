"""What a shop says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from citycoin.foundation.kernel.text import Name


class Category(StrEnum):
    """What a shop sells, in few words; the page shows an icon of it."""

    FOOD = "food"
    CAFE = "cafe"
    MARKET = "market"
    HEALTH = "health"
    LEARNING = "learning"
    HOME = "home"
    BEAUTY = "beauty"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Business:
    """Names in Korean and English, ten digits, the name of a district, a category."""

    name_ko: Name
    name_en: Name
    business_number: str
    district: str = ""
    category: Category = Category.OTHER
