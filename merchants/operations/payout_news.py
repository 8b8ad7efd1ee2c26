"""Tells a shop's managers what became of its payouts, and that they go to another account."""

from __future__ import annotations

from datetime import datetime

from citycoin.money.payouts.models import Payout, PayoutAccount
from citycoin.platform.notices.domain.kinds import Kind
from merchants.operations.telling import tell_managers


def tell_of_payout(payout: Payout, *, now: datetime) -> None:
    """The bank has made it, or could not; in the transaction that takes its answer."""
    kind = Kind.PAYOUT_PAID if payout.status == Payout.Status.PAID else Kind.PAYOUT_BOUNCED
    tell_managers(payout.wallet.shop, kind, str(payout.client_id), {"won": payout.amount}, now=now)


def tell_of_account(account: PayoutAccount, *, now: datetime) -> None:
    """Another account is in force; in the transaction that confirms it."""
    tell_managers(account.wallet.shop, Kind.PAYOUT_ACCOUNT_NEW, str(account.pk), {}, now=now)
