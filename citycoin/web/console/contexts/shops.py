"""What the page of applications shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from citycoin.foundation.bilingual import Words
from citycoin.platform.accounts.domain.phones import masked
from citycoin.platform.accounts.models import Official
from citycoin.platform.accounts.queries import name_of
from merchants.domain.businesses import Category
from merchants.doors.words import CATEGORY_WORDS
from merchants.models import ShopApplication
from merchants.queries.applications import decided_applications, waiting_applications
from merchants.queries.shops import count_of_shops

DECIDED_SHOWN: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopsPage:
    """Applications that wait, each with its applicant's masked name and its category, and the last decisions."""

    waiting: Sequence[tuple[ShopApplication, str, Words]]
    decided: Sequence[ShopApplication]
    shops: int  # how many the city has


def shops_page(official: Official) -> ShopsPage:
    """The applications of the official's city."""
    return ShopsPage(
        waiting=[
            (each, masked(name) if (name := name_of(each.applicant)) else "", CATEGORY_WORDS[Category(each.category)])
            for each in waiting_applications(official.city_id)
        ],
        decided=list(decided_applications(official.city_id)[:DECIDED_SHOWN]),
        shops=count_of_shops(official.city_id),
    )
