"""Keeps what a city's won did in each month: counted in posting's own transaction, with the movement that is counted."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from citycoin.foundation.kernel.clock import month_of
from wallets.domain.supply import Change, change_of
from wallets.models import SupplyMonth, Wallet


def count(won: int, *, source: Wallet, target: Wallet, at: datetime, benefit: int = 0) -> None:
    """Count a movement that was written just now, of a block of the time ``at``; most change nothing.

    ``benefit``: won of it that others than the buyer paid.
    """
    change = change_of(won, source=source.kind, target=target.kind)
    if change == Change():
        return
    of_month = SupplyMonth.objects.filter(city_id=source.city_id, month=month_of(at))
    added = {
        "issued": F("issued") + change.issued,
        "gone": F("gone") + change.gone,
        "benefit": F("benefit") + benefit,
    }
    if not of_month.update(**added):
        SupplyMonth.objects.get_or_create(city_id=source.city_id, month=month_of(at))
        of_month.update(**added)
