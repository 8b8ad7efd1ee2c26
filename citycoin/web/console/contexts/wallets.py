"""What the pages of looking a wallet up and freezing it show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from citycoin.platform.accounts.domain.phones import masked
from citycoin.platform.accounts.models import Official
from citycoin.platform.accounts.queries import name_of
from contracts.domain.address_words import ComparedAddress, compared
from merchants.models import Shop
from wallets.models import Wallet
from wallets.queries import freezes
from wallets.queries.ledger import in_flight_of, key_in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletsPage:
    """The search with what was typed, and every wallet that is frozen now."""

    frozen: Sequence[Wallet]
    who: str
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletPage:
    """One wallet: whose it is (a resident's name is masked), whether it is frozen, and how far the chain has followed."""

    wallet: Wallet
    shop: Shop | None
    name: str
    address: ComparedAddress
    thawing: bool
    on_chain: str
    in_flight: int  # payments that are not final


def wallets_page(official: Official, *, who: str, purpose: str) -> WalletsPage:
    """The search in the official's city."""
    return WalletsPage(frozen=list(freezes.frozen_wallets(official.city_id)), who=who, purpose=purpose)


def wallet_page(wallet: Wallet) -> WalletPage:
    """A wallet whose owner and shop are loaded."""
    name = name_of(wallet.owner) if wallet.owner else ""
    return WalletPage(
        wallet=wallet,
        shop=wallet.shop if wallet.kind == Wallet.Kind.SHOP else None,
        name=masked(name) if name else "",
        address=compared(key_in_force(wallet).address),
        thawing=freezes.is_thawing(wallet),
        on_chain=freezes.state_on_chain(wallet),
        in_flight=in_flight_of(wallet),
    )
