"""Tells a wallet's owner; one that was opened through the API has none, and nobody is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from citycoin.platform.notices.domain.kinds import Kind
from citycoin.platform.notices.operations import News, tell
from wallets.models import Wallet


def tell_owner(wallet: Wallet, kind: Kind, subject: str, facts: Mapping[str, object], *, now: datetime) -> None:
    """Tell the wallet's owner, in the caller's transaction; of one subject once. Raises FactsWrong."""
    if wallet.owner_id is not None:
        tell(News(person_id=wallet.owner_id, city_id=wallet.city_id, kind=kind, subject=subject, facts=facts), now=now)
