"""Reads of freezes: which there are, and how far the chain has followed."""

from __future__ import annotations

from typing import Final

from wallets.models import Freeze, Wallet

Status = Freeze.Status
FROZEN_BY_OFFICIALS: Final = (Wallet.Kind.RESIDENT, Wallet.Kind.SHOP)
ON_CHAIN: Final = {Status.BOOKED: "waiting", Status.FREEZING: "carrying"}


def freeze_of(wallet: Wallet) -> Freeze | None:
    """The freeze that is on, or being lifted; None while the wallet pays."""
    return wallet.freezes.exclude(status=Status.ENDED).select_related("submission").first()


def is_thawing(wallet: Wallet) -> bool:
    """Whether officials let a frozen wallet go again, and the chain still has to follow."""
    row = freeze_of(wallet)
    return row is not None and row.status in (Status.THAWING, Status.LIFTING)


def state_on_chain(wallet: Wallet) -> str:
    """How far the chain has followed the books: ``waiting``, ``carrying`` or ``final``."""
    row = freeze_of(wallet)
    return ON_CHAIN.get(Status(row.status), "final") if row else "final"
