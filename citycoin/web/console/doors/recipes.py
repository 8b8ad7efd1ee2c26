"""The officials' files that may be large: the register of shops."""

from __future__ import annotations

from typing import Final

from django.http import QueryDict
from django.urls import reverse

from citycoin.foundation.kernel.clock import KST
from citycoin.platform.accounts.queries import official_of
from citycoin.platform.exports.domain.tables import Table
from citycoin.platform.exports.queries import CONSOLE, Recipe, Wanted, register_recipe
from citycoin.web.console.contexts import shops


def _register(wanted: Wanted) -> Table:
    official = official_of(wanted.city.pk, wanted.person)
    return shops.register_file(official, QueryDict(wanted.of.get("query", "").removeprefix("?")), wanted.now)


REGISTER: Final = register_recipe(
    Recipe(
        name="shops",
        place=CONSOLE,
        fields=("query",),
        table=_register,
        called=lambda wanted: f"{wanted.city.slug}-shops-{wanted.now.astimezone(KST):%Y-%m-%d}",
        back=lambda wanted: reverse("console-shops", args=[wanted.city.slug]),
    )
)
