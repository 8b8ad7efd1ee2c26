"""The files of a wallet that may be large: its owner's."""

from __future__ import annotations

from typing import Final

from django.urls import reverse

from citycoin.platform.exports.domain.tables import Table
from citycoin.platform.exports.queries import PEOPLE, Recipe, Wanted, register_recipe
from citycoin.web.resident.contexts import wallet
from wallets.queries.ledger import wallet_of_person


def _history(wanted: Wanted) -> Table:
    mine = wallet_of_person(wanted.city.pk, wanted.person)
    mine.city = wanted.city
    return wallet.history_file(mine, wanted.of.get("period", ""), wanted.now)


HISTORY: Final = register_recipe(
    Recipe(
        name="wallet-history",
        place=PEOPLE,
        fields=("period",),
        table=_history,
        called=lambda wanted: f"{wanted.city.slug}-{wanted.of['period']}",
        back=lambda wanted: reverse("history", args=[wanted.city.slug]),
    )
)
