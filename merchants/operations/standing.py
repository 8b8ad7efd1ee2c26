"""Stops several shops at once, or lets them go again: each by itself, so that a second try goes on where the first one ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from citycoin.platform.accounts.models import Official
from merchants.models import Shop
from wallets.operations import freezing


def freeze_shops(*, official: Official, shops: Sequence[Shop], reason: str, now: datetime) -> None:
    """Freeze the wallet of each; one that is frozen stays so, without an act in the log. Raises ReasonMissing, WalletUnknown."""
    for each in shops:
        freezing.freeze(city_id=official.city_id, wallet_id=each.wallet_id, official=official, reason=reason, now=now)


def unfreeze_shops(*, official: Official, shops: Sequence[Shop], reason: str, now: datetime) -> None:
    """Let the wallet of each go; one that isn't frozen stays as it is. Raises ReasonMissing, WalletUnknown."""
    for each in shops:
        freezing.unfreeze(city_id=official.city_id, wallet_id=each.wallet_id, official=official, reason=reason, now=now)
