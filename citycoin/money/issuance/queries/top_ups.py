"""Reads of top-ups."""

from __future__ import annotations

from uuid import UUID

from citycoin.foundation.kernel.errors import NotFound
from citycoin.money.issuance.models import TopUp


class TopUpUnknown(NotFound):
    """The wallet has no such top-up."""

    code = "top_up_unknown"
    ko = "그런 충전이 없어요."
    en = "There is no such top-up."


def top_up_named(wallet_id: int, client_id: UUID) -> TopUp:
    """The wallet's top-up under this id. Raises TopUpUnknown."""
    found = TopUp.objects.filter(wallet_id=wallet_id, client_id=client_id).select_related("programme").first()
    if found is None:
        raise TopUpUnknown
    return found
