"""Reads of freezes: which there are, and how far the chain has followed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from django.db.models import QuerySet

from wallets.models import Freeze, Wallet

Status = Freeze.Status
FROZEN_BY_OFFICIALS: Final = (Wallet.Kind.RESIDENT, Wallet.Kind.SHOP)


def wallet_at_address(city_id: int, address: str) -> Wallet | None:
    """The wallet of this city, of a kind that officials may freeze, that has or had this address (lower case)."""
    return _freezable(city_id).filter(keys__address=address).first()


def wallet_of_phone(city_id: int, fingerprint: bytes) -> Wallet | None:
    """The resident's wallet in this city whose owner has the phone of this fingerprint."""
    return _freezable(city_id).filter(owner__phone_fingerprint=fingerprint, kind=Wallet.Kind.RESIDENT).first()


def frozen_wallets(city_id: int) -> QuerySet[Wallet]:
    """Every wallet of the city that is frozen now, the last one first."""
    return Wallet.objects.filter(city_id=city_id, frozen_at__isnull=False).order_by("-frozen_at")


def freeze_of(wallet: Wallet) -> Freeze | None:
    """The freeze that is on, or being lifted; None while the wallet pays."""
    return wallet.freezes.exclude(status=Status.ENDED).select_related("submission").first()


def is_thawing(wallet: Wallet) -> bool:
    """Whether officials let a frozen wallet go again, and the chain still has to follow."""
    row = freeze_of(wallet)
    return row is not None and row.status in (Status.THAWING, Status.LIFTING)


def thawing(wallet_ids: Collection[int]) -> set[int]:
    """Those of these wallets that officials let go again, and that the chain still has to follow."""
    rows = Freeze.objects.filter(wallet__in=wallet_ids, status__in=(Status.THAWING, Status.LIFTING))
    return set(rows.values_list("wallet", flat=True))


def state_on_chain(wallet: Wallet) -> str:
    """How far the chain has followed the books: ``waiting``, ``carrying`` or ``final``."""
    row = freeze_of(wallet)
    if row is None or row.status == Status.FROZEN:
        return "final"
    told = row.submission if row.status in (Status.FREEZING, Status.LIFTING) else None
    return "carrying" if told and not told.went_wrong else "waiting"


def _freezable(city_id: int) -> QuerySet[Wallet]:
    return Wallet.objects.filter(city_id=city_id, kind__in=FROZEN_BY_OFFICIALS)
