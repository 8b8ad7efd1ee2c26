"""Reads of the city's matrix of which kind of account may pay which."""

from __future__ import annotations

from typing import Final

from django.db.models import Q, QuerySet

from contracts.domain.kinds import AccountKind, pairs_of
from contracts.models import Contract
from wallets.models import Payment, Status, Wallet

# What a wallet is on chain; the books' own accounts are none.
ON_CHAIN: Final = {
    Wallet.Kind.RESIDENT: AccountKind.RESIDENT,
    Wallet.Kind.SHOP: AccountKind.SHOP,
    Wallet.Kind.TREASURY: AccountKind.TREASURY,
}
OF_WALLETS: Final = {on_chain: kind for kind, on_chain in ON_CHAIN.items()}


def kinds_open(contract: Contract) -> tuple[tuple[AccountKind, AccountKind], ...]:
    """The (payer, payee) that the books let pay now."""
    return pairs_of(contract.kinds_allowed & ~contract.kinds_closing)


def in_flight(contract: Contract, bits: int) -> QuerySet[Payment]:
    """Authorised payments of these kinds that no final block has yet."""
    of_kinds = Q(pk__in=[])
    for payer, payee in pairs_of(bits):
        of_kinds |= Q(payer__kind=OF_WALLETS[payer], payee__kind=OF_WALLETS[payee])
    return Payment.objects.filter(of_kinds, city_id=contract.city_id, status=Status.AUTHORISED)
