"""The files of a shop that may be large, and who may have them: its managers and owners."""

from __future__ import annotations

from typing import Final

from django.urls import reverse

from citycoin.foundation.kernel.text import whole_number
from citycoin.platform.accounts.queries import NotHere
from citycoin.platform.exports.domain.tables import Table
from citycoin.platform.exports.queries import PEOPLE, Recipe, Wanted, register_recipe
from citycoin.web.shop.contexts import files
from merchants.models import Staff
from merchants.queries.access import Access, membership_of


def _access(wanted: Wanted) -> Access:
    """Raises NotHere."""
    access = membership_of(wanted.city.pk, whole_number(wanted.of.get("shop", "")) or 0, wanted.person)
    if not access.allows(Staff.Role.MANAGER):
        raise NotHere
    return access


def _payments(wanted: Wanted) -> Table:
    return files.payments_file(_access(wanted).shop, wanted.of.get("period", ""), wanted.now)


PAYMENTS: Final = register_recipe(
    Recipe(
        name="shop-payments",
        place=PEOPLE,
        fields=("shop", "period"),
        table=_payments,
        called=lambda wanted: f"{wanted.city.slug}-{wanted.of['shop']}-{wanted.of['period']}",
        back=lambda wanted: reverse("shop-settlements", args=[wanted.city.slug, wanted.of["shop"]]),
    )
)
