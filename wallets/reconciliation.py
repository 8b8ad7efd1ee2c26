"""Compares the books with the chain, asked in the plainest way: JSON-RPC by hand, no library in between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import httpx
from django.db import transaction
from django.db.models import Sum

from contracts.chain.encoding import call
from contracts.models import ChainLog, Contract
from wallets.models import Lot, Movement, Payment, Status, Take, Wallet

ASKED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Difference:
    """What doesn't fit: ``books`` and ``other`` in won, and what the other side is."""

    city: str
    account: str
    what: str
    books: int
    other: int

    def __str__(self) -> str:
        return f"{self.city} {self.account}: {self.what}: {self.books} in the books, {self.other} found"


def differences(*, contract: Contract, url: str) -> list[Difference]:
    """Every account whose books differ from the chain at the last block posted, from its movements, or its lots."""
    with transaction.atomic():
        block = _last_posted_block(contract)
        wallets = list(Wallet.objects.filter(city_id=contract.city_id).order_by("pk"))
        sums = _sums(contract)
    found = list(_against_chain(contract, wallets, url=url, block=block))
    found += _against_sums(contract, wallets, sums)
    return found


@dataclass(frozen=True, slots=True)
class _Sums:
    incoming: dict[int, int]
    outgoing: dict[int, int]
    in_flight: dict[int, int]
    lots: dict[int, int]
    spent: dict[int, int]
    taken_of_lots: dict[int, int]
    takes_of_lots: dict[int, int]


def _last_posted_block(contract: Contract) -> int:
    """The last block of which nothing waits to be posted."""
    waiting = ChainLog.objects.filter(contract=contract, posted_at=None).order_by("block_number").first()
    copied = Contract.objects.values_list("next_block", flat=True).get(pk=contract.pk) - 1
    return copied if waiting is None else waiting.block_number - 1


def _sums(contract: Contract) -> _Sums:
    movements = Movement.objects.filter(city_id=contract.city_id)
    payments = Payment.objects.filter(city_id=contract.city_id)
    lots = Lot.objects.filter(wallet__city_id=contract.city_id)
    takes = Take.objects.filter(payment__city_id=contract.city_id).exclude(payment__status=Status.VOIDED)
    return _Sums(
        incoming=_by(movements, "target"),
        outgoing=_by(movements, "source"),
        in_flight=_by(payments.filter(status=Status.AUTHORISED), "payer"),
        lots=_by(lots.filter(final_at__isnull=False), "wallet"),
        spent=_by(payments.filter(status=Status.SETTLED), "payer"),
        taken_of_lots=dict(lots.values_list("pk", "taken")),
        takes_of_lots=_by(takes, "lot"),
    )


def _by(rows: object, field: str) -> dict[int, int]:
    grouped = rows.values_list(field).annotate(won=Sum("amount")).values_list(field, "won")  # type: ignore[attr-defined]
    return dict(grouped.order_by(field))


def _against_chain(contract: Contract, wallets: Sequence[Wallet], *, url: str, block: int) -> Iterator[Difference]:
    slug = contract.city.slug
    by_wallet = {key.wallet_id: key.address for key in contract.city.keys.filter(until=None)}
    with_key = [wallet for wallet in wallets if wallet.pk in by_wallet]
    addresses = [by_wallet[wallet.pk] for wallet in with_key]
    calls = [call("balanceOf(address)", address) for address in addresses] + [call("totalSupply()")]
    *balances, supply = _asked(url, contract.address, calls, block=block)
    for wallet, address, balance in zip(with_key, addresses, balances, strict=True):
        if wallet.posted != balance:
            yield Difference(slug, address, "balanceOf", wallet.posted, balance)
    issuance = next(wallet for wallet in wallets if wallet.kind == Wallet.Kind.ISSUANCE)
    if -issuance.posted != supply:
        yield Difference(slug, "issuance", "totalSupply", -issuance.posted, supply)


def _against_sums(contract: Contract, wallets: Sequence[Wallet], sums: _Sums) -> Iterator[Difference]:
    slug = contract.city.slug
    for wallet in wallets:
        moved = sums.incoming.get(wallet.pk, 0) - sums.outgoing.get(wallet.pk, 0)
        if wallet.posted != moved:
            yield Difference(slug, str(wallet), "sum of movements", wallet.posted, moved)
        if wallet.held != sums.in_flight.get(wallet.pk, 0):
            yield Difference(slug, str(wallet), "held", wallet.held, sums.in_flight.get(wallet.pk, 0))
        lots = sums.lots.get(wallet.pk, 0) - sums.spent.get(wallet.pk, 0)
        if wallet.kind == Wallet.Kind.RESIDENT and wallet.posted != lots:
            yield Difference(slug, str(wallet), "lots less payments", wallet.posted, lots)
    for lot, taken in sums.taken_of_lots.items():
        if taken != sums.takes_of_lots.get(lot, 0):
            yield Difference(slug, f"lot {lot}", "takes", taken, sums.takes_of_lots.get(lot, 0))


def _asked(url: str, contract: str, calls: Sequence[bytes], *, block: int) -> list[int]:
    """The numbers that the contract answers at ``block``, in order. Raises httpx.HTTPError, KeyError."""
    numbers: list[int] = []
    with httpx.Client(timeout=30) as client:
        for start in range(0, len(calls), ASKED_AT_ONCE):
            body = [
                {
                    "jsonrpc": "2.0", "id": index, "method": "eth_call",
                    "params": [{"to": contract, "data": "0x" + data.hex()}, hex(block)],
                }
                for index, data in enumerate(calls[start : start + ASKED_AT_ONCE])
            ]
            answers = client.post(url, json=body).raise_for_status().json()
            numbers += [int(each["result"], 16) for each in sorted(answers, key=lambda each: each["id"])]
    return numbers
