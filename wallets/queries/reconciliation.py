"""Compares the books with the chain, asked in the plainest way: JSON-RPC by hand, no library in between."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx
from django.db import transaction
from django.db.models import F, Sum

from citycoin.foundation.asked_again import asked_again
from citycoin.foundation.snapshots import see_one_moment
from citycoin.foundation.tls import tls
from contracts.domain.encoding import call, keccak
from contracts.domain.gateway import ChainUnavailable
from contracts.models import ChainLog, Contract
from wallets.models import Lot, Movement, Payment, Status, Take, Wallet

ASKED_AT_ONCE = 500
HEADS_ASKED = 5
TIMEOUT_SECONDS = 30.0
# The worker asks between its other steps, so a node that hangs may not hold it long.
SUPPLY_TIMEOUT_SECONDS = 5.0
NOTHING = "0x"
TRANSFER = "0x" + keccak(b"Transfer(address,address,uint256)").hex()
SUPPLY = "0x" + "00" * 20


@dataclass(frozen=True, slots=True)
class Difference:
    """What doesn't fit: ``books`` and ``other`` in won (or a count), and what the other side is."""

    city: str
    account: str
    what: str
    books: int
    other: int

    def __str__(self) -> str:
        return f"{self.city} {self.account}: {self.what}: {self.books} in the books, {self.other} found"


_further: list[Callable[[Contract], Iterable[Difference]]] = []


def register(check: Callable[[Contract], Iterable[Difference]]) -> None:
    """Have an app above the ledger compare what it keeps with the ledger's rows, as of the same moment."""
    _further.append(check)


def differences(*, contract: Contract, url: str) -> list[Difference]:
    """Every account whose books differ from the chain at the last block posted, from its movements, or its lots.

    And what the apps above keep by themselves, where it differs from the books.
    """
    with transaction.atomic():
        see_one_moment()
        block = _last_posted_block(contract)
        wallets = list(Wallet.objects.filter(city_id=contract.city_id).order_by("pk"))
        sums = _sums(contract)
        further = [each for check in _further for each in check(contract)]
    found = list(_against_chain(contract, wallets, url=url, block=block))
    found += _against_sums(contract, wallets, sums)
    return found + further


@dataclass(frozen=True, slots=True)
class Supply:
    """The city's won in all after ``block``: issued less burned by the books, and the contract's totalSupply."""

    block: int
    books: int
    chain: int


def supply(*, contract: Contract, url: str) -> Supply:
    """Both sums after the last block posted, by two questions to the node. Raises ChainUnavailable."""
    with transaction.atomic():
        see_one_moment()
        block = _last_posted_block(contract)
        issuance = Wallet.objects.values_list("posted", flat=True).get(
            city_id=contract.city_id, kind=Wallet.Kind.ISSUANCE
        )
    try:
        found = _balances(url, contract.address, [], block=block, timeout_seconds=SUPPLY_TIMEOUT_SECONDS)
    except (httpx.HTTPError, KeyError, ValueError) as wrong:
        raise ChainUnavailable(reason=type(wrong).__name__) from wrong
    return Supply(block, -issuance, found[SUPPLY])


@dataclass(frozen=True, slots=True)
class _Sums:
    incoming: dict[int, int]
    outgoing: dict[int, int]
    in_flight: dict[int, int]
    lots: dict[int, int]
    spent: dict[int, int]
    refunded: dict[int, int]
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
        refunded=_by(payments.filter(status=Status.SETTLED, refund_of__isnull=False), "payee"),
        taken_of_lots=dict(lots.values_list("pk", "taken")),
        takes_of_lots=_by(takes, "lot", won=Sum(F("amount") - F("returned"))),
    )


def _by(rows: object, field: str, *, won: Sum | None = None) -> dict[int, int]:
    summed = won or Sum("amount")
    grouped = rows.values_list(field).annotate(won=summed).values_list(field, "won")  # type: ignore[attr-defined]
    return dict(grouped.order_by(field))


def _against_chain(contract: Contract, wallets: Sequence[Wallet], *, url: str, block: int) -> Iterator[Difference]:
    slug = contract.city.slug
    by_wallet = {key.wallet_id: key.address for key in contract.city.keys.filter(until=None)}
    with_key = [wallet for wallet in wallets if wallet.pk in by_wallet]
    addresses = [by_wallet[wallet.pk] for wallet in with_key]
    balances = _balances(url, contract.address, addresses, block=block)
    for wallet, address in zip(with_key, addresses, strict=True):
        if wallet.posted != balances[address]:
            yield Difference(slug, address, "balanceOf", wallet.posted, balances[address])
    issuance = next(wallet for wallet in wallets if wallet.kind == Wallet.Kind.ISSUANCE)
    if -issuance.posted != balances[SUPPLY]:
        yield Difference(slug, "issuance", "totalSupply", -issuance.posted, balances[SUPPLY])


def _balances(
    url: str, contract: str, addresses: Sequence[str], *, block: int, timeout_seconds: float = TIMEOUT_SECONDS
) -> dict[str, int]:
    """What each address had after ``block``, and the supply.

    Nodes forget old states, so the head is asked, and what was transferred since ``block`` is taken back. The supply
    is, so to say, what address zero owes.
    """
    with httpx.Client(timeout=timeout_seconds, verify=tls()) as client:
        head, now = _at_the_head(client, url, contract, addresses)
        balances = {name: int(won, 16) for name, won in zip([*addresses, SUPPLY], now, strict=True)}
        since = {"address": contract, "fromBlock": hex(block + 1), "toBlock": hex(head), "topics": [TRANSFER]}
        for log in _asked(client, url, [("eth_getLogs", [since])])[0] if head > block else []:
            source, target = ("0x" + topic[-40:] for topic in log["topics"][1:3])
            won = int(log["data"], 16)
            # Taking an issue back lowers the supply and its target's balance, and so on.
            for address, change in (
                (source, won if source != SUPPLY else -won),
                (target, -won if target != SUPPLY else won),
            ):
                if address in balances:
                    balances[address] += change
    return balances


def _at_the_head(client: httpx.Client, url: str, contract: str, addresses: Sequence[str]) -> tuple[int, list[str]]:
    """The head, and every balance and the supply at it, as hex.

    A development node that has just started knows the state of its newest blocks only, and answers with nothing for the
    one that was the head a moment ago; so it is asked again. Raises ChainUnavailable where the contract isn't there.
    """
    calls = [call("balanceOf(address)", address) for address in addresses] + [call("totalSupply()")]
    for _ in range(HEADS_ASKED):
        head = int(_asked(client, url, [("eth_blockNumber", [])])[0], 16)
        at = [{"to": contract, "data": "0x" + each.hex()} for each in calls]
        now = _asked(client, url, [("eth_call", [each, hex(head)]) for each in at])
        if NOTHING not in now:
            return head, now
    raise ChainUnavailable(reason=f"no contract at {contract}")


def _against_sums(contract: Contract, wallets: Sequence[Wallet], sums: _Sums) -> Iterator[Difference]:
    slug = contract.city.slug
    for wallet in wallets:
        moved = sums.incoming.get(wallet.pk, 0) - sums.outgoing.get(wallet.pk, 0)
        if wallet.posted != moved:
            yield Difference(slug, str(wallet), "sum of movements", wallet.posted, moved)
        if wallet.held != sums.in_flight.get(wallet.pk, 0):
            yield Difference(slug, str(wallet), "held", wallet.held, sums.in_flight.get(wallet.pk, 0))
        lots = sums.lots.get(wallet.pk, 0) - sums.spent.get(wallet.pk, 0) + sums.refunded.get(wallet.pk, 0)
        if wallet.kind == Wallet.Kind.RESIDENT and wallet.posted != lots:
            yield Difference(slug, str(wallet), "lots less payments, and refunds", wallet.posted, lots)
    for lot, taken in sums.taken_of_lots.items():
        if taken != sums.takes_of_lots.get(lot, 0):
            yield Difference(slug, f"lot {lot}", "takes", taken, sums.takes_of_lots.get(lot, 0))


def _asked(client: httpx.Client, url: str, questions: Sequence[tuple[str, list[Any]]]) -> list[Any]:
    """The node's answers in order. Raises httpx.HTTPError, KeyError."""
    answers: list[Any] = []
    for start in range(0, len(questions), ASKED_AT_ONCE):
        body = [
            {"jsonrpc": "2.0", "id": index, "method": method, "params": params}
            for index, (method, params) in enumerate(questions[start : start + ASKED_AT_ONCE])
        ]
        answered = asked_again(partial(client.post, url, json=body)).raise_for_status().json()
        answers += [each["result"] for each in sorted(answered, key=lambda each: each["id"])]
    return answers
