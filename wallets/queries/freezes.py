"""Reads of freezes: which there are, and how far the chain has followed."""

from __future__ import annotations

from typing import Final

from wallets.models import Freeze, Wallet

Status = Freeze.Status
FROZEN_BY_OFFICIALS: Final = (Wallet.Kind.RESIDENT, Wallet.Kind.SHOP)


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
    if row is None or row.status == Status.FROZEN:
        return "final"
    told = row.submission if row.status in (Status.FREEZING, Status.LIFTING) else None
    return "carrying" if told and not told.went_wrong else "waiting"
